"""The relay: order, numbering, listeners, projections, and who leads."""

import threading
import time

import sqlalchemy as sa

from dashboard.kernel import consumers, db, outbox
from dashboard.kernel.consumers import Consumer
from dashboard.kernel.db import database
from dashboard.kernel.leader import Leader
from dashboard.kernel.outbox import Meta
from dashboard.kernel.relay import Relay
from tests.kernel.ledger import Noted, note


def write_from_threads(app, numbers, threads=4):
    def work(part):
        with app.app_context():
            for number in part:
                db.write(note, number)

    running = [threading.Thread(target=work, args=(numbers[place::threads],)) for place in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def test_every_event_gets_a_gap_free_number_and_is_heard_once_in_order(any_app, background, eventually):
    heard = []
    relay = background()
    relay.listen(lambda events: heard.extend(event.seq for event in events))

    write_from_threads(any_app, list(range(1, 101)))

    eventually(lambda: len(heard) >= 100)
    assert heard == list(range(1, 101))


def test_an_event_of_another_process_is_heard_without_a_wake_up(any_app, background, eventually):
    heard = []
    relay = background()
    relay.listen(lambda events: heard.extend(event.id for event in events))
    listeners = database().committed[:]
    database().committed.clear()

    db.write(note, 7)

    eventually(lambda: heard == ["7"])
    database().committed.extend(listeners)


def test_a_listener_that_fails_holds_up_nobody(any_app, background, eventually):
    heard = []
    relay = background()
    relay.listen(lambda events: 1 / 0)
    relay.listen(lambda events: heard.extend(event.id for event in events))

    db.write(note, 1)

    eventually(lambda: heard == ["1"])


def test_a_projection_takes_each_event_once_and_goes_on_where_it_stood(any_app, registries, eventually):
    @consumers.projection("sums", Noted)
    def add_up(tx, events):
        for event in events:
            tx.execute(sa.insert(Meta).values(key=f"sum:{event.seq}", value=event.id))  # a second time would be refused

    for number in (1, 2, 3):
        db.write(note, number)
    for start in (4, 6):
        relay = Relay(database())
        relay.start()
        db.write(note, start)
        db.write(note, start + 1)
        eventually(lambda last=start + 1: _sums()[-1:] == [str(last)])
        relay.stop()

    assert _sums() == [str(number) for number in range(1, 8)]


def test_a_projection_that_may_be_behind_takes_many_events_in_few_steps(any_app, registries, eventually):
    steps = []

    @consumers.projection("patient", Noted, every=0.5)
    def gather(tx, events):
        steps.append([event.id for event in events])

    relay, began = Relay(database()), time.monotonic()
    relay.start()
    for number in range(1, 21):
        db.write(note, number)
        time.sleep(0.02)
    eventually(lambda: sum(steps, []) == [str(number) for number in range(1, 21)])
    assert len(steps) <= 2 + (time.monotonic() - began) / 0.5
    db.write(note, 21)
    eventually(lambda: relay.seq == 21)

    relay.stop()

    assert sum(steps, [])[20:] == ["21"]


def test_a_projection_that_fails_is_tried_again_and_the_others_go_on(any_app, registries, background, eventually):
    done, tries = [], []

    @consumers.projection("poisoned", Noted)
    def fail_twice(tx, events):
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("not yet")
        done.append("poisoned")

    @consumers.projection("healthy", Noted)
    def work(tx, events):
        done.append("healthy")

    background()
    db.write(note, 1)

    eventually(lambda: len(done) >= 2)
    assert done == ["healthy", "poisoned"]


def test_two_dispatchers_let_one_through(any_app, registries):
    taken = []
    step = lambda tx, events: taken.extend(event.seq for event in events)  # noqa: E731
    engine = db.db.engine
    db.write(note, 1)
    if not database().is_sqlite:
        _number(engine)
    first, second = (Consumer(database(), "same", step, None) for _ in range(2))

    first.advance(engine, (), 1)
    second.advance(engine, (), 1)
    db.write(note, 2)
    if not database().is_sqlite:
        _number(engine)
    second.advance(engine, (), 2)
    first.advance(engine, (), 2)  # believes that it stands at 1

    assert taken == [1, 2]


def test_a_loader_can_skip_what_it_has_followed_itself(any_app, registries, background, eventually):
    reacted = []

    @outbox.on(Noted)
    def react(tx, recorded, now):
        reacted.append(recorded.id)

    db.write(note, 1)
    if not database().is_sqlite:
        _number(db.db.engine)
    db.write(consumers.skip_to_end)
    background()
    db.write(note, 2)

    eventually(lambda: reacted)
    assert reacted == ["2"]


def test_only_the_holder_of_the_lock_leads_and_another_takes_over(pg_app, registries, eventually):
    first, second = Relay(database()), Relay(database())
    first.start()
    eventually(lambda: first.leads)
    second.start()
    db.write(note, 1)
    eventually(lambda: second.seq == 1)
    assert not second.leads

    first.stop()

    eventually(lambda: second.leads)
    db.write(note, 2)
    eventually(lambda: second.seq == 2)
    second.stop()


def _number(engine):
    leader = Leader(engine)
    assert leader.lead()
    leader.number(100)
    leader.resign()


def _sums():
    with db.db.engine.connect() as connection:
        rows = connection.execute(sa.select(Meta.key, Meta.value).where(Meta.key.startswith("sum:"))).all()
    return [value for _, value in sorted(rows, key=lambda row: int(row.key.split(":")[1]))]
