"""Those whose work was committed together go on one after another, in the order in which they asked; nobody is forgotten."""

import threading

import pytest

from dashboard.kernel import db, writer
from dashboard.kernel.writer import Job, Turns
from tests.patience import PATIENCE


def waiting(job: Job, went_on: list[int], number: int, seconds: float = -1) -> threading.Thread:
    """A thread that waits for the job; returns once it waits."""

    def wait() -> None:
        try:
            job.result(seconds)
        except TimeoutError:
            return
        went_on.append(number)

    thread = threading.Thread(target=wait)
    thread.start()
    while not job.waited and thread.is_alive():
        threading.Event().wait(0.001)
    return thread


def test_whoever_goes_on_lets_the_next_one_go_on():
    first, second = Job(lambda tx: 1), Job(lambda tx: 2)
    first.waited = second.waited = True
    turns = Turns([first, second])
    turns.go_on()

    with pytest.raises(TimeoutError):
        second.result(0)
    second.waited = True
    first.result(0)
    assert not turns.wait_over(0)
    assert second.result(0) is None
    assert turns.wait_over(0)


def test_everybody_goes_on():
    jobs = [Job(lambda tx: None) for _ in range(40)]
    went_on: list[int] = []
    threads = [waiting(job, went_on, number) for number, job in enumerate(jobs)]

    Turns(jobs).go_on()

    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(went_on) == list(range(40))


@pytest.mark.parametrize("gave_up", [0, 1, 2])
def test_who_gave_up_holds_nobody_up(gave_up):
    jobs = [Job(lambda tx: None) for _ in range(3)]
    went_on: list[int] = []
    threads = [waiting(job, went_on, number, 0.01 if number == gave_up else -1) for number, job in enumerate(jobs)]
    threads[gave_up].join(PATIENCE)

    Turns(jobs).go_on()

    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(went_on) == sorted({0, 1, 2} - {gave_up})


def test_work_that_nobody_waits_for_is_passed_by_and_can_be_asked_later():
    unasked, asked = Job(lambda tx: 1), Job(lambda tx: 2)
    went_on: list[int] = []
    thread = waiting(asked, went_on, 1)

    Turns([unasked, asked]).go_on()

    thread.join(PATIENCE)
    assert went_on == [1]
    assert unasked.result(0) is None


def answered_but_not_gone_on() -> Job:
    """Work that is committed, and whose caller has not taken the answer yet."""
    begin = threading.Event()
    db.database().submit(lambda tx: begin.wait(PATIENCE))
    answered = db.database().submit(lambda tx: 1)
    answered.waited = True
    begin.set()
    while answered._done.locked():
        threading.Event().wait(0.001)
    return answered


def test_the_next_are_written_once_those_before_have_gone_on(app, monkeypatch):
    monkeypatch.setattr(writer, "COURTESY_SECONDS", PATIENCE)
    answered = answered_but_not_gone_on()
    following = db.database().submit(lambda tx: 2)

    with pytest.raises(TimeoutError):
        following.result(0.1)
    assert answered.result(PATIENCE) == 1
    assert following.result(PATIENCE) == 2


def test_who_does_not_take_an_answer_holds_nobody_up(app):
    answered = answered_but_not_gone_on()

    assert db.database().submit(lambda tx: 2).result(PATIENCE) == 2
    assert answered.result(PATIENCE) == 1
