"""Jobs and reactions: exactly-once effects, leases, backoff, dead letters."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from dashboard.kernel import clock, db, jobs, leases, outbox, runner
from dashboard.kernel.jobs import Job
from dashboard.kernel.leases import LostLease
from dashboard.kernel.outbox import EventRow, Meta
from tests.kernel.ledger import Noted, note
from tests.patience import PATIENCE


def count_effects(name="effect") -> int:
    with db.db.engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).where(Meta.key.startswith(f"{name}:"))).scalar_one()


def job_rows():
    with db.db.engine.connect() as connection:
        return connection.execute(sa.select(Job.id, Job.task, Job.status, Job.attempts, Job.error).order_by(Job.id)).all()


def leased_until():
    """Until when each running job is leased, by id."""
    with db.db.engine.connect() as connection:
        running = sa.select(Job.leased_until).where(Job.status == "running", Job.task == "long").order_by(Job.id)
        return connection.execute(running).scalars().all()


def test_a_reaction_has_its_effect_once_per_event(any_app, background, eventually):
    @outbox.on(Noted)
    def follow(tx, recorded, now):
        tx.execute(sa.insert(Meta).values(key=f"effect:{recorded.seq}", value=recorded.data["text"]))

    background()
    for number in range(1, 41):
        db.write(note, number, "hello")

    eventually(lambda: count_effects() == 40)
    eventually(lambda: job_rows() == [])  # the log keeps what they were for


def test_a_reaction_that_died_half_way_runs_again_and_counts_once(any_app, background, eventually, monkeypatch):
    @outbox.on(Noted)
    def follow(tx, recorded, now):
        tx.execute(sa.insert(Meta).values(key=f"effect:{recorded.seq}", value=""))

    db.write(note, 1)
    name = outbox.name_of(follow)
    died = clock.now() - leases.LEASE - dt.timedelta(seconds=1)
    db.write(lambda tx: jobs.enqueue_reactions(tx, [jobs.reaction_row(1, name, died)]))
    (leased,) = db.write(lambda tx: leases.lease(tx, "a process that died", died, reactions=True))
    db.write(lambda tx: tx.execute(sa.insert(Meta).values(key="cursor:reactions", value="1")))

    background()

    eventually(lambda: count_effects() == 1)
    with pytest.raises(LostLease):  # had it only slept, its own end would roll its effect back
        db.write(lambda tx: leases.finish_reaction(tx, leased))


def test_a_poison_reaction_becomes_a_dead_letter_and_the_others_go_on(any_app, background, eventually, monkeypatch):
    monkeypatch.setattr(leases, "MOST_ATTEMPTS", 3)
    monkeypatch.setattr(leases, "FIRST_DELAY", dt.timedelta(milliseconds=1))

    @outbox.on(Noted)
    def choke(tx, recorded, now):
        if recorded.id == "3":
            raise ValueError("poison")
        tx.execute(sa.insert(Meta).values(key=f"effect:{recorded.seq}", value=""))

    background()
    for number in range(1, 11):
        db.write(note, number)

    eventually(lambda: count_effects() == 9)
    eventually(lambda: [row.status for row in job_rows()] == ["dead"])
    (dead,) = job_rows()
    assert dead.attempts == 3
    assert "poison" in dead.error
    with db.db.engine.connect() as connection:
        recorded = connection.execute(sa.select(EventRow.entity_id, EventRow.data).where(EventRow.type == "JobDied")).all()
    assert [row.entity_id for row in recorded] == [str(dead.id)]

    assert db.write(jobs.retry, dead.id, clock.now())
    eventually(lambda: [row.attempts for row in job_rows() if row.status == "dead"] == [3])
    assert not db.write(jobs.retry, 999_999, clock.now())


def test_a_task_runs_with_its_payload_and_keeps_its_result(any_app, background, eventually):
    seen = []

    @jobs.task("count")
    def count(job):
        seen.append(job.payload)
        db.write(lambda tx: jobs.extend(tx, job.id, 2, 4, clock.now()))
        return {"counted": 4}

    background()
    db.write(lambda tx: jobs.enqueue(tx, "count", {"file": "a.csv"}, clock.now(), key="once", title="Count a.csv"))
    assert db.write(lambda tx: jobs.enqueue(tx, "count", {}, clock.now(), key="once")) is None

    eventually(lambda: [row.status for row in job_rows()] == ["done"])
    assert seen == [{"file": "a.csv"}]
    with db.db.engine.connect() as connection:
        found = connection.execute(sa.select(Job.result, Job.done_count, Job.total_count)).one()
    assert found == ('{"counted": 4}', 2, 4)


def test_an_unknown_task_is_kept_and_says_so(any_app, background, eventually):
    background()
    db.write(lambda tx: jobs.enqueue(tx, "nobody_knows", {}, clock.now()))

    eventually(lambda: [row.error for row in job_rows() if row.error])
    (row,) = job_rows()
    assert row.status == "ready"
    assert "nobody here knows the task 'nobody_knows'" in row.error


def test_a_long_task_keeps_its_lease_and_holds_up_no_reaction(any_app, background, eventually, monkeypatch):
    monkeypatch.setattr(runner, "KEEP_SECONDS", 0.05)
    gate, runs = threading.Event(), []

    @jobs.task("long")
    def take_long(job):
        runs.append(job.attempts)
        gate.wait(2 * PATIENCE)

    @outbox.on(Noted)
    def follow(tx, recorded, now):
        tx.execute(sa.insert(Meta).values(key=f"effect:{recorded.seq}", value=""))

    background()
    for _ in range(3):
        db.write(lambda tx: jobs.enqueue(tx, "long", {}, clock.now()))
    eventually(lambda: len(runs) == 2)
    db.write(note, 1)
    eventually(lambda: count_effects() == 1)
    until = leased_until()
    assert len(until) == 2
    eventually(lambda: all(later > first for later, first in zip(leased_until(), until, strict=True)))
    assert runs == [1, 1]
    gate.set()
    eventually(lambda: [row.status for row in job_rows()] == ["done"] * 3)


def test_a_job_waits_longer_after_each_failure():
    waits = [max(leases.backoff(attempt).total_seconds() for _ in range(200)) for attempt in (1, 2, 3, 4)]

    assert [round(wait) for wait in waits] == [1, 2, 4, 8]
    assert leases.backoff(60) <= leases.LONGEST_DELAY


def test_a_job_that_kills_its_process_each_time_is_not_run_for_ever(any_app, background, eventually):
    @jobs.task("deadly")
    def kill(job):
        raise AssertionError("must not run any more")

    db.write(lambda tx: jobs.enqueue(tx, "deadly", {}, clock.now()))
    long_ago = clock.now() - dt.timedelta(minutes=5)
    db.write(lambda tx: tx.execute(sa.update(Job).values(status="running", attempts=leases.MOST_ATTEMPTS, leased_until=long_ago)))

    background()

    eventually(lambda: [row.status for row in job_rows()] == ["dead"])
    assert "died each time" in job_rows()[0].error


def test_a_periodic_task_is_enqueued_once_per_span(any_app, registries):
    @jobs.periodic("sweep", dt.timedelta(minutes=1))
    def sweep(job): ...

    at = dt.datetime(2026, 11, 22, 10, 0, 10, tzinfo=dt.UTC)
    added = [db.write(jobs.enqueue_periodic, at + dt.timedelta(seconds=seconds)) for seconds in (0, 20, 49, 50, 70)]

    assert added == [1, 0, 0, 1, 0]


def test_a_consumer_beside_the_one_writer_of_sqlite_is_refused(app):
    result = app.test_cli_runner().invoke(args=["work"])

    assert result.exit_code == 1
    assert "one process writes" in result.output


def test_two_workers_never_lease_the_same_job(any_app, registries):
    for _ in range(10):
        db.write(lambda tx: jobs.enqueue(tx, "any", {}, clock.now()))

    first = db.write(lambda tx: leases.lease(tx, "one", clock.now(), 6))
    second = db.write(lambda tx: leases.lease(tx, "two", clock.now(), 6))

    assert len(first) == 6
    assert len(second) == 4
    assert not {job.id for job in first} & {job.id for job in second}


def test_a_reaction_that_wants_only_some_events_gets_no_job_for_the_others(any_app, background, eventually):
    @outbox.on(Noted, when=lambda recorded: recorded.data["text"] == "yes")
    def follow(tx, recorded, now):
        tx.execute(sa.insert(Meta).values(key=f"effect:{recorded.id}", value=""))

    relay = background()
    db.write(note, 1, "no")
    db.write(note, 2, "yes")

    eventually(lambda: count_effects() == 1)
    eventually(lambda: relay.seq == 2)
    with db.db.engine.connect() as connection:
        assert connection.execute(sa.select(Meta.key).where(Meta.key.startswith("effect:"))).scalars().all() == ["effect:2"]
