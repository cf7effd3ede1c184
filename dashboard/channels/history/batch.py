"""Replay one batch of history in one transaction: what is known is left alone, the rest is written whole."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.catalog import actions as catalog
from dashboard.catalog import lookup
from dashboard.catalog import rules as sku_rules
from dashboard.catalog.commands import CreateSku
from dashboard.catalog.lookup import SkuFacts
from dashboard.channels import known
from dashboard.channels.documents import Document, documents, header
from dashboard.channels.history.credits import Credit, CreditedLine, write_credits
from dashboard.channels.history.sales import Place, Sale, SoldLine, line_total, write_sales
from dashboard.channels.history.shelf import Shelf
from dashboard.channels.mapping import History
from dashboard.channels.outcomes import Taken
from dashboard.channels.rows import Row
from dashboard.channels.set_aside import write_set_aside
from dashboard.channels.staging import Step
from dashboard.kernel import clock, units
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import DomainError, Invalid
from dashboard.kernel.statements import next_ids
from dashboard.kernel.tx import Tx

Headers = Mapping[str, dict[str, Any]]


@dataclass(frozen=True)
class ReplayHistory:
    """Rows in order of time, documents whole. kind_of: stock or service, for SKUs that are created."""

    channel: str
    steps: Sequence[Step]
    policy: History
    place: Place
    create_skus: bool
    kind_of: Callable[[str], str]


def replay_history(tx: Tx, command: ReplayHistory, actor: Actor, now: dt.datetime) -> Taken:
    """Write the batch: sold, shipped and returned at each row's own time. Returns what became of its rows."""
    taken = Taken()
    found = documents(command.steps)
    fresh = known.drop_known(tx, command.channel, found, taken)
    headers = _headers(fresh, taken)
    skus = _skus(tx, command, fresh, headers, taken, actor, now)
    replayed = [step for step in command.steps if step.doc in headers]
    shelf = Shelf(tx, (skus[step.row.values["sku"]].id for step in replayed if _is_goods(skus, step.row)), command.place.id)
    sales, credits_ = _open(tx, fresh, headers)
    _replay(tx, replayed, shelf, skus, sales, credits_, command, taken)
    write_sales(tx, list(sales.values()), command.channel, command.policy, command.place, actor)
    shelf.write(tx, actor, _last_moment(replayed, now))
    write_credits(tx, list(credits_.values()), command.channel, command.policy, command.place.id, taken, actor)
    write_set_aside(tx, command.channel, [document for document in fresh.values() if document.then == "set_aside"], taken)
    taken.made.update(orders=len(sales), returns=len(credits_))
    return taken


def _headers(fresh: dict[str, Document], taken: Taken) -> dict[str, dict[str, Any]]:
    """The header of every order and return; documents that contradict themselves are refused."""
    found = {}
    for key, document in fresh.items():
        if document.then != "set_aside":
            try:
                found[key] = header(document.rows)
                _check_worth(document, found[key])
            except Invalid as refusal:
                found.pop(key, None)
                taken.refuse(document.lines, refusal.message)
    return found


def _check_worth(document: Document, said: Mapping[str, Any]) -> None:
    """Raises: Invalid, for a document whose amounts no database of ours can keep, or whose discount is more than it is worth."""
    gross = said.get("shipping", 0)
    for row in document.rows:
        values = row.values
        line = line_total(values["quantity"], values["unit_price"], values["currency"]) + values.get("tax", 0)
        if values.get("tax", 0) < 0 or not 0 <= values.get("discount", 0) <= line:
            raise Invalid(f"line {row.line}: tax or discount is out of range")
        gross += line
    if not 0 <= gross <= units.MOST_MINOR:
        raise Invalid("the document is worth more than can be kept")


def _skus(
    tx: Tx,
    command: ReplayHistory,
    fresh: Mapping[str, Document],
    headers: dict[str, Any],
    taken: Taken,
    actor: Actor,
    now: dt.datetime,
) -> dict[str, SkuFacts]:
    """The SKUs of all rows by the code as the rows write it; new ones are created where the mapping says so.

    Documents with a code that is unknown and cannot be created are refused: they leave `headers`.
    """
    rows = {
        row.values["sku"]: row for key in reversed(headers) for row in reversed(fresh[key].rows)
    }  # the first row of a code stays
    folded = {code: lookup.folded(code) for code in rows}
    facts = lookup.skus(tx, set(folded.values()))
    bad: dict[str, str] = {}
    new: dict[str, CreateSku] = {}
    for code, row in rows.items():
        if folded[code] not in facts:
            try:
                new[folded[code]] = _new_sku(command, row)
            except DomainError as refusal:
                bad[code] = refusal.message
        elif facts[folded[code]].kind == "kit":
            bad[code] = f"{code} is a kit; a history names the parts that were sent"
    _refuse(fresh, headers, bad, taken)
    wanted = {folded[row.values["sku"]] for key in headers for row in fresh[key].rows}
    commands = [new[code] for code in new if code in wanted]
    if commands:
        catalog.create_skus(tx, commands, actor, now)
        facts.update(lookup.skus(tx, [sku.code for sku in commands]))
        taken.made["skus"] += len(commands)
    return {code: facts[folded[code]] for code in rows if folded[code] in facts}


def _new_sku(command: ReplayHistory, row: Row) -> CreateSku:
    """Raises: Invalid, for a code the catalogue does not take, or where SKUs are not created."""
    code = sku_rules.sku_code(row.values["sku"])
    if not command.create_skus:
        raise Invalid(f"unknown SKU {code}")
    values = row.values
    name = values.get("name", "")
    return CreateSku(
        code,
        name if name.strip() else code,
        kind=command.kind_of(code),
        unit_price_e4=values["unit_price"],
        currency=values["currency"],
    )


def _refuse(fresh: Mapping[str, Document], headers: dict[str, Any], bad: Mapping[str, str], taken: Taken) -> None:
    if not bad:
        return
    for key in list(headers):
        reasons = [bad[row.values["sku"]] for row in fresh[key].rows if row.values["sku"] in bad]
        if reasons:
            taken.refuse(fresh[key].lines, reasons[0])
            del headers[key]


def _is_goods(skus: Mapping[str, SkuFacts], row: Row) -> bool:
    return skus[row.values["sku"]].kind == "stock"


def _open(tx: Tx, fresh: Mapping[str, Document], headers: Headers) -> tuple[dict[str, Sale], dict[str, Credit]]:
    """Orders and returns with their ids, in the order of their first rows."""
    orders = [fresh[key] for key in headers if fresh[key].then == "order_line"]
    returns = [fresh[key] for key in headers if fresh[key].then == "return_line"]
    order_ids = next_ids(tx, "orders", len(orders)) if orders else []
    return_ids = next_ids(tx, "return_", len(returns)) if returns else []
    return (
        {doc.key: Sale(id_, doc.external_id, headers[doc.key], _at(doc)) for id_, doc in zip(order_ids, orders, strict=True)},
        {doc.key: Credit(id_, doc.external_id, headers[doc.key], _at(doc)) for id_, doc in zip(return_ids, returns, strict=True)},
    )


def _at(document: Document) -> int:
    assert document.at is not None  # rows of a history all have their moment
    return document.at


def _replay(
    tx: Tx, steps: Sequence[Step], shelf: Shelf, skus: Mapping[str, SkuFacts], sales: Mapping[str, Sale],
    credits_: Mapping[str, Credit], command: ReplayHistory, taken: Taken,
) -> None:  # fmt: skip
    """Take the rows one by one: a sale takes its whole quantity or none of it, a return gives back."""
    line_ids = iter(next_ids(tx, "order_line", sum(step.doc in sales for step in steps)) if sales else [])
    for step in steps:
        values, sku, at = step.row.values, skus[step.row.values["sku"]], step.row.at or 0
        goods = sku.kind == "stock"
        if step.doc in credits_:
            credit = credits_[step.doc]
            credit.lines.append(CreditedLine(sku, values["quantity"], values["unit_price"]))
            if goods:
                shelf.take_back(sku.id, values["quantity"], credit.id, command.policy.return_reason, at)
            continue
        sale = sales[step.doc]
        shipped = not goods or shelf.sell(sku.id, values["quantity"], sale.id, at)
        sale.lines.append(_sold(next(line_ids), sku, values, shipped))
        taken.outcomes["taken" if shipped else "short"] += 1


def _sold(line_id: int, sku: SkuFacts, values: Mapping[str, Any], shipped: bool) -> SoldLine:
    quantity, price = values["quantity"], values["unit_price"]
    total = line_total(quantity, price, values["currency"])
    tax, discount = values.get("tax", 0), values.get("discount", 0)
    return SoldLine(line_id, sku, values.get("name", ""), quantity, price, total, tax, discount, shipped)


def _last_moment(steps: Iterable[Step], now: dt.datetime) -> dt.datetime:
    moments = [step.row.at for step in steps if step.row.at is not None]
    return clock.moment(max(moments)) if moments else now
