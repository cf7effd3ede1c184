"""The URL of the order list, read by allow-list: view, search, filters, sort, page."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dashboard.kernel import units
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid
from dashboard.orders import search
from dashboard.orders.rules import HOLD_KINDS, READINESS, VIEWS
from dashboard.orders.store import Cursor, ListQuery
from dashboard.orders.store.sorts import FLOW
from dashboard.orders.store.sorts import SORTS as KEYS
from dashboard.web import paging

LIST_VIEWS = {"all": "All", "at_risk": "At risk", **{key: label for key, label in VIEWS.items() if key != "all"}}
SORTS = {
    "-placed": "Newest first",
    "placed": "Oldest first",
    "ship_by": "Ship by, soonest first",
    "-ship_by": "Ship by, latest first",
    "-total": "Total, highest first",
    "total": "Total, lowest first",
    "-number": "Number, highest first",
    "number": "Number, lowest first",
    "customer": "Customer, A to Z",
    "-customer": "Customer, Z to A",
    "-items": "Items, most first",
    "items": "Items, fewest first",
    "status": "Status, what is stuck first",
    "-status": "Status, what is done first",
    "readiness": "Ready first",
    "-readiness": "Ready last",
    "next": "Next step, what is stuck first",
    "-next": "Next step, what is done first",
    "location": "Location, A to Z",
    "-location": "Location, Z to A",
}
BY_DATE_OF_WORK = {"at_risk", "open", "to_release", "picking", "to_pack", "packed", "on_hold", "payment_due", "out_of_stock"}
PAYMENT_STATUSES = (
    "unpaid",
    "authorized",
    "partially_paid",
    "paid",
    "overpaid",
    "partially_refunded",
    "refunded",
    "voided",
    "disputed",
)
FULFILMENT_STATUSES = (
    "unfulfilled",
    "backordered",
    "partially_allocated",
    "allocated",
    "released",
    "picking",
    "picked",
    "packing",
    "packed",
    "partially_shipped",
    "shipped",
    "delivered",
    "cancelled",
)
WORKS = {"to_pick": ("allocated", "released", "picking"), "to_pack": ("picked", "packing"), "to_ship": ("packed",)}
STATUSES = tuple(status for phase in FLOW for status in WORKS.get(phase, (phase,)))
"""What the status column says, in the order of the work."""
DUE = {"overdue": "overdue", "today": "today", "tomorrow": "tomorrow", "week": "within 7 days"}
PROMISES = {"moved": "moved", "later": "moved later", "earlier": "moved earlier"}
"""Where a promise is not the day the customer was told."""
TEXTS = {"channel": 40, "location": 20, "country": 60, "tag": 40}
CURRENCY = "currency"
NOBODY = "none"
"""As an assignee: orders that are everybody's."""
ME = "me"
"""As an assignee: whoever reads the list."""
CHOICES = {
    "status": STATUSES,
    "readiness": READINESS,
    "payment_status": PAYMENT_STATUSES,
    "fulfilment_status": FULFILMENT_STATUSES,
    "hold": ("any", *HOLD_KINDS),
    "ship_by": tuple(DUE),
    "promise": tuple(PROMISES),
}
DATES = ("placed_from", "placed_to")
NUMBERS = ("items_from", "items_to")
AMOUNTS = ("total_from", "total_to")
LARGEST = 10**12
LABELS = {
    "channel": "Channel",
    "status": "Status",
    "readiness": "Ready to ship",
    "payment_status": "Payment",
    "fulfilment_status": "Fulfilment",
    "hold": "Hold",
    "promise": "Promise",
    "tag": "Tag",
    "assignee": "Assignee",
    "location": "Location",
    "country": "Country",
    "currency": "Currency",
    "placed_from": "Placed from",
    "placed_to": "Placed until",
    "ship_by": "Ship by",
    "items_from": "Items from",
    "items_to": "Items until",
    "total_from": "Total from",
    "total_to": "Total until",
}


@dataclass
class ListForm:
    """A list's URL: what was typed (kept whatever it is), what of it can be asked, and what is wrong with the rest."""

    view: str = "all"
    text: str = ""
    sort: str = "-placed"
    typed: dict[str, str] = field(default_factory=dict)
    filters: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    after: Cursor | None = None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.filters)

    @property
    def query_text(self) -> str:
        """The list without its page, as a saved view keeps it."""
        return urlencode(self.arguments())

    def query(self, limit: int, *, people: bool) -> ListQuery:
        sort = self.sort.lstrip("-")
        return ListQuery(self.view, self.text, sort, self.sort.startswith("-"), self.filters, self.after, limit, people)

    def arguments(self, **changes: str | None) -> dict[str, str]:
        """The URL's arguments with these changes; None drops one."""
        kept = {"view": self.view if self.view != "all" else "", "q": self.text, **self.typed}
        if self.sort != default_sort(self.view, self.text):
            kept["sort"] = self.sort
        return {name: value for name, value in {**kept, **changes}.items() if value}


def default_sort(view: str, text: str) -> str:
    """Work by the date it is due; a search from the newest order back, which needs no sorting of its matches."""
    if text:
        return "-number"
    return "ship_by" if view in BY_DATE_OF_WORK else "-placed"


def me_of(actor: Actor) -> int | None:
    """The id by which this person has orders; None for machines."""
    return int(actor.id) if actor.kind == "user" else None


def pinned(query: str, me: int | None) -> str:
    """A list's URL that means the same to everybody: with the person's id where it says ME."""
    pairs = parse_qsl(query)
    if me is None or ("assignee", ME) not in pairs:
        return query
    return urlencode([(name, str(me) if (name, value) == ("assignee", ME) else value) for name, value in pairs])


def read_list(
    arguments: Mapping[str, str], now: dt.datetime, zone: dt.tzinfo, *, prices: bool, me: int | None = None
) -> ListForm:  # fmt: skip
    """Read a list's URL by allow-list. prices: whether the reader may sort by total; me: whom ME means, None for nobody."""
    form = ListForm(text=search.clean(arguments.get("q", "")))
    form.view = arguments.get("view") or "all"
    if form.view not in LIST_VIEWS:
        form.errors["view"] = f"There is no view “{form.view[:40]}”; showing all orders."
        form.view = "all"
    _read_sort(form, arguments.get("sort") or default_sort(form.view, form.text), prices)
    for name in (*TEXTS, "assignee", *CHOICES, *DATES, *NUMBERS, *((CURRENCY, *AMOUNTS) if prices else ())):
        value = arguments.get(name, "").strip()
        if value:
            form.typed[name] = value[:80]
            if name == "assignee":
                _read_assignee(form, value, me)
            else:
                _read_filter(form, name, value, now, zone)
    if cursor := arguments.get("after"):
        _read_cursor(form, cursor)
    return form


def _read_sort(form: ListForm, sort: str, prices: bool) -> None:
    if sort not in SORTS or (KEYS[sort.lstrip("-")].private and not prices):
        form.errors["sort"] = f"Orders cannot be sorted by “{sort[:40]}”."
        sort = default_sort(form.view, form.text)
    form.sort = sort


def _read_filter(form: ListForm, name: str, value: str, now: dt.datetime, zone: dt.tzinfo) -> None:
    if name in TEXTS:
        if len(value) > TEXTS[name] or not value.isprintable():
            form.errors[name] = f"{LABELS[name]}: at most {TEXTS[name]} printable characters."
        else:
            form.filters[name] = value
    elif name in DATES:
        _read_date(form, name, value, zone)
    elif name == CURRENCY:
        _read_currency(form, value.upper())
    elif name in (*NUMBERS, *AMOUNTS):
        _read_number(form, name, value)
    elif value not in CHOICES[name]:
        form.errors[name] = f"{LABELS[name]}: “{value[:40]}” is not one of {', '.join(CHOICES[name])}."
    elif name == "ship_by":
        form.filters.update(_due_range(value, now, zone))
    else:
        form.filters[name] = value


def _read_assignee(form: ListForm, value: str, me: int | None) -> None:
    """The id of a person, ME or NOBODY."""
    if value == NOBODY:
        form.filters["assignee"] = None
    elif value == ME and me is not None:
        form.filters["assignee"] = me
    elif value.isascii() and value.isdigit() and len(value) <= 18:
        form.filters["assignee"] = int(value)
    else:
        form.errors["assignee"] = f"{LABELS['assignee']}: “{value[:40]}” is nobody here."


def _read_date(form: ListForm, name: str, value: str, zone: dt.tzinfo) -> None:
    try:
        day = dt.date.fromisoformat(value)
        at = dt.datetime.combine(day + dt.timedelta(days=name == "placed_to"), dt.time(), zone)
        form.filters[name] = at.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        form.errors[name] = f"{LABELS[name]}: “{value[:40]}” is no date; write it like 2026-11-22."


def _read_currency(form: ListForm, value: str) -> None:
    try:
        units.digits(value)
        form.filters[CURRENCY] = value
    except Invalid:
        form.errors[CURRENCY] = f"{LABELS[CURRENCY]}: “{value[:40]}” is none; write it like GBP."


def _read_number(form: ListForm, name: str, value: str) -> None:
    """Both ends belong to the range. Amounts are meant in the currency that is asked for; without one, in any of two digits."""
    try:
        found = int(value) if name in NUMBERS else units.minor(value, form.filters.get(CURRENCY, "EUR"))
    except (ValueError, Invalid):
        found = -1
    if not 0 <= found <= LARGEST:
        form.errors[name] = f"{LABELS[name]}: “{value[:40]}” is no {'number of units' if name in NUMBERS else 'amount like 120.50'}."
    else:
        form.filters[name] = found + name.endswith("_to")


def _due_range(word: str, now: dt.datetime, zone: dt.tzinfo) -> dict[str, dt.datetime]:
    today = dt.datetime.combine(now.astimezone(zone).date(), dt.time(), zone)
    days = {"today": (0, 1), "tomorrow": (1, 2), "week": (0, 7)}
    if word == "overdue":
        return {"overdue": now}
    start, end = days[word]
    return {name: (today + dt.timedelta(days=count)).astimezone(dt.UTC) for name, count in (("due_from", start), ("due_to", end))}


def _read_cursor(form: ListForm, cursor: str) -> None:
    """A cursor names the sort it was made for; one of another sort starts again from the first page."""
    try:
        sort, *place = paging.decode(cursor, str, int, int | str | None, int)  # type: ignore[arg-type]
        if sort == form.sort:
            form.after = Cursor(*place)
    except Invalid:
        form.errors["after"] = "This page link is damaged; these are the first orders."


def cursor_of(form: ListForm, after: Cursor) -> str:
    return paging.encode(form.sort, *after)
