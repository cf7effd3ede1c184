"""Counts as plain values for machines: blind for those who count, with figures for those who approve."""

from typing import Any

import sqlalchemy as sa

from dashboard.counts import store
from dashboard.counts.store import BlindLine, Head, ReviewLine
from dashboard.kernel import clock, units


def head_record(head: Head) -> dict[str, Any]:
    return {
        "number": head.number,
        "status": head.status,
        "source": head.source,
        "location": head.location,
        "bin": head.bin,
        "note": head.note,
        "line_count": head.lines,
        "to_count": head.to_count,
        "opened_by": head.opened_by_name,
        "opened_at": clock.iso(head.opened_at),
        "closed_at": clock.iso(head.closed_at),
        "version": head.version,
    }


def count_record(connection: sa.Connection, number: str) -> dict[str, Any]:
    """A count for its counters. Raises: NotFound."""
    head = store.count(connection, number)
    return {**head_record(head), "lines": [_blind(line) for line in store.blind_lines(connection, head.id)]}


def review_record(connection: sa.Connection, number: str) -> dict[str, Any]:
    """A count for its approvers. Raises: NotFound."""
    head = store.count(connection, number)
    return {**head_record(head), "figures": [_figure(line) for line in store.review_lines(connection, head.id)]}


def _blind(line: BlindLine) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "name": line.name,
        "barcode": line.barcode,
        "state": line.state,
        "round": line.round,
        "on_it": line.on_it_name if line.state == "to_count" else None,
        "counted_by": line.counter_name,
        "counted_at": clock.iso(line.counted_at),
        "not_by": line.not_by_name,
    }


def _figure(line: ReviewLine) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "sku": line.sku,
        "state": line.state,
        "round": line.round,
        "expected": line.expected,
        "counted": line.counted,
        "variance": line.variance,
        "value": None if line.value is None else units.decimal_text(line.value, line.currency),
        "currency": line.currency,
        "within_tolerance": line.within if line.counted is not None else None,
        "moved_since": line.moved,
        "counted_by": line.counter_name,
        "counted_at": clock.iso(line.counted_at),
        "decided_by": line.decided_by_name,
        "decided_at": clock.iso(line.decided_at),
    }
