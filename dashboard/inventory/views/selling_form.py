"""The form that says how one SKU may be sold: before it is here, and how much each channel leaves to the others."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.inventory import sellable
from dashboard.inventory.selling import buffers_of
from dashboard.inventory.selling_commands import POLICIES, SetSelling
from dashboard.inventory.store import selling as store
from dashboard.kernel import units
from dashboard.kernel.errors import Invalid
from dashboard.orders.store import reader
from dashboard.orders.store.options import channels

MOST_CHANNELS = 50
WORDS = {
    "default": "Only when an order asks for it",
    "allowed": "Yes, up to the cap",
    "refused": "Never",
}


def read(sku: Any, *, typed: bool = False, fresh: bool = False) -> SimpleNamespace:
    """What the form shows. typed: with what it brought; fresh: seen is what is there now, not what the form says."""
    connection = reader()
    stored = store.selling(connection, sku.id)
    ruled = store.ruled_channels(connection)
    names = sorted({*ruled, *channels(connection)})[:MOST_CHANNELS]
    buffers = buffers_of(connection, sku.id, names)
    form = SimpleNamespace(
        policy=_field("policy", "policy", stored.policy, words=stored.policy),
        cap=_field("cap", "cap", stored.cap),
        waiting=stored.open_units,
        channels=[
            SimpleNamespace(
                name=name,
                own=ruled.get(name, 0),
                sellable=sellable.of_channel(connection, name, [sku.id])[sku.id],
                buffer=_field(f"buffer-{name}", f"buffer-{index}", buffers[name]),
            )
            for index, name in enumerate(names)
        ],
    )
    if typed:
        for field in (form.policy, form.cap, *(channel.buffer for channel in form.channels)):
            _read(field, fresh=fresh)
    return form


def command(sku: Any, form: SimpleNamespace) -> SetSelling:
    """What the form asks for, when none of its fields has an error."""
    rows = form.channels
    base = (form.policy.seen, form.cap.seen, {row.name: row.buffer.seen for row in rows})
    return SetSelling(sku.code, form.policy.value, form.cap.value, {row.name: row.buffer.value for row in rows}, base)


def has_errors(form: SimpleNamespace) -> bool:
    return any(field.error for field in (form.policy, form.cap, *(row.buffer for row in form.channels)))


def _field(name: str, id_: str, stored: Any, words: str | None = None) -> SimpleNamespace:
    shown = "" if stored is None else str(stored)
    return SimpleNamespace(name=name, id=id_, seen=stored, value=stored, shown=shown, error="", is_word=words is not None)


def _read(field: SimpleNamespace, *, fresh: bool) -> None:
    given = flask.request.form.get(field.name)
    if given is None:
        return
    field.shown = given.strip()
    if field.is_word:
        field.value, field.error = given, "" if given in POLICIES else "Choose one of them."
        if not fresh:
            field.seen = flask.request.form.get(f"was_{field.name}", "default")
        return
    if not fresh:
        field.seen = flask.request.form.get(f"was_{field.name}", None, type=int)
    try:
        field.value = units.whole_units(field.shown, "units", least=0) if field.shown else None
    except Invalid as error:
        field.error = error.message
