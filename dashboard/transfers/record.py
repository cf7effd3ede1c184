"""Transfers as plain values for machines."""

from typing import Any

import sqlalchemy as sa

from dashboard.kernel import clock
from dashboard.transfers import store
from dashboard.transfers.store import LineRow, Row, StepRow


def row_record(row: Row) -> dict[str, Any]:
    """One transfer of a list."""
    return {
        "number": row.number,
        "status": row.status,
        "from_location": row.from_code,
        "to_location": row.to_code,
        "expected_on": row.expected_on.isoformat() if row.expected_on else None,
        "created_at": clock.iso(row.created_at),
        "dispatched_at": clock.iso(row.dispatched_at),
        "closed_at": clock.iso(row.closed_at),
        "sku_count": row.sku_count,
        "units": row.units,
        "in_transit": row.in_transit,
        "version": row.version,
    }


def transfer_record(connection: sa.Connection, number: str) -> dict[str, Any]:
    """One transfer with its lines and steps. Raises: NotFound."""
    row = store.transfer(connection, number)
    return {
        **row_record(row),
        "note": row.note,
        "lines": [_line(line) for line in store.lines(connection, row.id)],
        "steps": [_step(step) for step in reversed(store.steps(connection, row.id))],
    }


def _line(line: LineRow) -> dict[str, Any]:
    return {"sku": line.sku, "units": line.units, **line.tally._asdict(), "in_transit": line.in_transit}


def _step(step: StepRow) -> dict[str, Any]:
    return {
        "step": step.kind,
        "reason": step.reason,
        "note": step.note,
        "lines": step.lines,
        "actor": step.actor_name,
        "at": clock.iso(step.at),
    }
