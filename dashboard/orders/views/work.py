"""The steps of one fulfilment order, release, reject, pick, short, pack, ship; and a parcel's delivery."""

from collections.abc import Callable
from typing import Any

import flask

from dashboard.accounts.roles import reaches_location
from dashboard.fulfilment import store
from dashboard.fulfilment.actions import pack_units, pick_units, release_work, ship_parcel, short_pick
from dashboard.fulfilment.commands import MoveParcel, PackUnits, PickUnits, RejectWork, ReleaseWork, ShipParcel, ShortPick
from dashboard.fulfilment.parcels import move_parcel
from dashboard.fulfilment.rejection import reject_work
from dashboard.fulfilment.tracked_lines import given_of
from dashboard.kernel.errors import Forbidden
from dashboard.orders import store as orders
from dashboard.orders.views.show import done
from dashboard.web import access, once
from dashboard.web.access import local_path, requires

steps = flask.Blueprint("steps", __name__)


@steps.post("/fulfilment-orders/<number>/release")
@requires("work.write")
def release(number: str) -> Any:
    work = _work(number)
    return _run(work, release_work, ReleaseWork(work.id, _version()), "is released to the warehouse")


@steps.post("/fulfilment-orders/<number>/pick")
@requires("work.write")
def pick(number: str) -> Any:
    """Everything that is left counts as picked; unit by unit is the scanner's way."""
    work = _work(number)
    given = given_of(work.tracked, flask.request.form)
    return _run(work, pick_units, PickUnits(work.id, None, _version(), _told(), given), "is picked")


def _told() -> dict[int, list[str]]:
    """{line id: codes of the bins that the picker was sent to}, as the page said them."""
    found: dict[int, list[str]] = {}
    for word in flask.request.form.getlist("told"):
        line, _, code = word.partition(" ")
        if line.isdecimal() and len(line) < 19:
            found.setdefault(int(line), []).append(code)
    return found


@steps.post("/fulfilment-orders/<number>/short")
@requires("work.write")
def short(number: str) -> Any:
    work = _work(number)
    reason = flask.request.form.get("reason", "")
    return _run(work, short_pick, ShortPick(work.id, reason, _version()), "is closed short; other locations were asked for the rest")


@steps.post("/fulfilment-orders/<number>/reject")
@requires("work.write")
def reject(number: str) -> Any:
    """This location cannot send it: another one does, or its units wait."""
    work = _work(number)
    reason = flask.request.form.get("reason", "")
    return _run(work, reject_work, RejectWork(work.id, reason, _version()), "is rejected; other locations were asked")


@steps.post("/fulfilment-orders/<number>/pack")
@requires("work.write")
def pack(number: str) -> Any:
    work = _work(number)
    return _run(work, pack_units, PackUnits(work.id, None, 0, _version()), "is packed")


@steps.post("/fulfilment-orders/<number>/ship")
@requires("work.write")
def ship(number: str) -> Any:
    work = _work(number)
    sent = flask.request.form
    command = ShipParcel(work.id, sent.get("carrier", ""), sent.get("tracking_number", ""), version=_version())
    return _run(work, ship_parcel, command, "is shipped")


@steps.post("/parcels/<int:parcel_id>/delivery")
@requires("work.write")
def deliver(parcel_id: int) -> Any:
    """Somebody says that it has arrived."""
    parcel = store.parcel(orders.reader(), parcel_id)
    order_id = once.run(move_parcel, MoveParcel(parcel.id, "delivered"), _plain)["result"]
    return done(order_id, f"Parcel {parcel.tracking_number} is delivered.", _back())


def _work(number: str) -> Any:
    """Raises: NotFound; Forbidden, at a location that is not the actor's."""
    work = store.by_number(orders.reader(), number)
    actor = access.actor()
    if not reaches_location(actor, work.location):
        raise Forbidden(f"You do not work at {work.location_name}.", location=work.location)
    return work


def _run(work: Any, action: Callable[..., Any], command: Any, said: str) -> Any:
    once.run(action, command, _plain)
    return done(work.order_id, f"{work.number} {said}.", _back())


def _plain(result: Any) -> dict[str, Any]:
    return {"result": result}


def _version() -> int | None:
    return flask.request.form.get("version", type=int)


def _back() -> str | None:
    """The station the form stood on; None on the order page."""
    return local_path(flask.request.form["back"], "/pick") if "back" in flask.request.form else None
