"""Metrics of this process in a registry of their own, read when they are asked for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.process_collector import ProcessCollector

from dashboard.kernel.db import db
from dashboard.kernel.jobs import Job
from dashboard.kernel.outbox import EventRow, EventSeal

if TYPE_CHECKING:
    from dashboard.live.state import Lifecycle


class Collector:
    """Reads the numbers of one process and of its database."""

    def __init__(self, lifecycle: "Lifecycle"):
        self._lifecycle = lifecycle

    def collect(self) -> Iterator[Metric]:
        yield from self._screens()
        yield from self._log()
        yield from self._jobs()

    def _screens(self) -> Iterator[Metric]:
        rooms = self._lifecycle.hub.rooms
        by_kind: dict[str, int] = {}
        for room, state in list(rooms.items()):
            by_kind[room.kind] = by_kind.get(room.kind, 0) + len(state.members)
        members = GaugeMetricFamily("orderdeck_room_members", "Screens in rooms of a kind.", labels=["kind"])
        for kind, count in sorted(by_kind.items()):
            members.add_metric([kind], count)
        yield members
        screens = list(self._lifecycle.doors.members.values())
        yield GaugeMetricFamily("orderdeck_screens", "Connected screens.", len(screens))
        waiting = sum(member.socket.line.waiting for member in screens if member.socket.line is not None)
        yield GaugeMetricFamily("orderdeck_frames_waiting", "Frames that wait for slow screens.", waiting)

    def _log(self) -> Iterator[Metric]:
        end = db.session.execute(sa.select(sa.func.max(EventRow.seq))).scalar() or 0
        sealed = db.session.execute(sa.select(sa.func.max(EventSeal.last_seq))).scalar() or 0
        relay = self._lifecycle.relay
        yield GaugeMetricFamily("orderdeck_log_seq", "Last event of the log.", end)
        yield GaugeMetricFamily("orderdeck_log_unsealed", "Events not in the audit chain yet.", end - sealed)
        yield GaugeMetricFamily(
            "orderdeck_relay_lag", "Events this process has not handed on yet.", end - relay.seq if relay else 0
        )
        yield GaugeMetricFamily(
            "orderdeck_relay_leads", "1 where this process numbers and dispatches.", int(bool(relay and relay.leads))
        )

    def _jobs(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("orderdeck_jobs", "Jobs that are not done.", labels=["status"])
        query = sa.select(Job.status, sa.func.count()).where(Job.status != "done").group_by(Job.status)
        counts = {"ready": 0, "running": 0, "dead": 0, **dict(db.session.execute(query).tuples().all())}
        for status, count in counts.items():
            jobs.add_metric([status], count)
        yield jobs


def exposition(lifecycle: "Lifecycle") -> tuple[bytes, str]:
    """The text and its content type."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(Collector(lifecycle))  # type: ignore[arg-type]
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4
