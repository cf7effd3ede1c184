"""What people do to a customer: correct it, write notes, tag it, record consent. Merging is in merging.py, erasing in erasing.py."""

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.customers import person, rules
from dashboard.customers.commands import AddNote, EditCustomer, RecordConsent, SetTag
from dashboard.customers.events import CustomerChanged
from dashboard.customers.model import Customer, CustomerConsent, CustomerKey, CustomerTag
from dashboard.kernel import ids, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Invalid
from dashboard.kernel.tx import Tx

MOST_NOTE = 10_000
MOST_TAGS = 30


class Saved(NamedTuple):
    """The top record and its version after the change."""

    id: int
    version: int


def edit_customer(tx: Tx, command: EditCustomer, actor: Actor, now: dt.datetime) -> Saved:
    """Correct the name, e-mail and phone of the record. New orders are still matched by what orders said. The same again changes nothing.

    Raises: Invalid, naming the field; NotFound; Conflict.
    """
    values = checked(command.name, command.email, command.phone)
    before = tx.execute(sa.select(Customer.name, Customer.email, Customer.phone).where(Customer.id == command.id)).first()
    if before is not None and before._asdict() == values:
        return Saved(command.id, person.untouched(tx, command.id, command.version))
    version = person.take(tx, command.id, command.version)
    tx.execute(sa.update(Customer).where(Customer.id == command.id).values(values))
    _learn_words(tx, command.id, values["name"])
    return _changed(tx, command.id, version, "edit", _differences(before, values), actor, now)


def _differences(before: Any, values: dict[str, str]) -> str:
    """What stood there and what stands there now, a line for each field."""
    labels = {"name": "Name", "email": "E-mail", "phone": "Phone"}
    fields = [(label, getattr(before, name), values[name]) for name, label in labels.items()]
    return "\n".join(f"{label}: {old or '–'} → {new or '–'}" for label, old, new in fields if old != new)


def checked(name: str, email: str, phone: str) -> dict[str, str]:
    """Name, e-mail and phone as they are kept; card numbers in the name are masked.

    Raises: Invalid, naming the field.
    """
    values = {"name": name.strip(), "email": email.strip(), "phone": phone.strip()}
    faults = {
        name: fault
        for name, most in (("name", 200), ("email", 254), ("phone", 40))
        if (fault := text.trouble(values[name], most))
    }
    if values["email"] and rules.folded_email(values["email"]) is None:
        faults.setdefault("email", "not an e-mail address; write it like ada@example.com")
    if not any(values.values()):
        faults["name"] = "give a name, an e-mail address or a phone number"
    if faults:
        raise Invalid("The customer cannot be kept like this.", fields=faults)
    return values | {"name": ids.mask_cards(values["name"])}


def _learn_words(tx: Tx, customer_id: int, name: str) -> None:
    """The corrected name can be searched."""
    rows = [{"kind": "word", "value": word, "customer_id": customer_id, "joins": False} for word in sorted(rules.words_of(name))]
    dialect = sa.dialects.sqlite if tx.is_sqlite else sa.dialects.postgresql
    if rows:
        tx.execute(dialect.insert(CustomerKey.__table__).on_conflict_do_nothing(), rows)


def add_note(tx: Tx, command: AddNote, actor: Actor, now: dt.datetime) -> Saved:
    """Write a note; card numbers in it are masked.

    Raises: Invalid, for an empty or too long note; NotFound; Conflict.
    """
    body = ids.mask_cards(text.kept("body", command.body, MOST_NOTE))
    if not body.strip():
        raise Invalid("Write something first.", fields={"body": "empty"})
    version = person.take(tx, command.id)
    return _changed(tx, command.id, version, "note", body, actor, now)


def set_tag(tx: Tx, command: SetTag, actor: Actor, now: dt.datetime) -> Saved:
    """Give the person a tag, or take it away from every record of theirs. The same again changes nothing.

    Raises: Invalid, for a tag that cannot be kept or one too many; NotFound; Conflict.
    """
    tag = rules.tag_of(text.kept("tag", command.tag, 200))
    if not tag or len(tag) > rules.MOST_TAG or not tag.isprintable():
        raise Invalid("A tag has 1 to 40 characters.", fields={"tag": f"1 to {rules.MOST_TAG} printable characters"})
    if (tag in _tags(tx, command.id)) == command.present:
        return Saved(command.id, person.untouched(tx, command.id))
    version = person.take(tx, command.id)
    if not command.present:
        records = person.records_of(tx, command.id)
        tx.execute(sa.delete(CustomerTag).where(CustomerTag.customer_id.in_(records), CustomerTag.tag == tag))
        return _changed(tx, command.id, version, "untag", tag, actor, now)
    kept = _tags(tx, command.id)
    if len(kept | {tag}) > MOST_TAGS:
        raise Invalid(f"A customer has at most {MOST_TAGS} tags; take one away first.", fields={"tag": f"at most {MOST_TAGS}"})
    if tag not in kept:
        tx.execute(sa.insert(CustomerTag).values(customer_id=command.id, tag=tag))
    return _changed(tx, command.id, version, "tag", tag, actor, now)


def _tags(tx: Tx, customer_id: int) -> set[str]:
    mine = CustomerTag.customer_id.in_(person.records_of(tx, customer_id))
    return set(tx.execute(sa.select(CustomerTag.tag).where(mine)).scalars())


def record_consent(tx: Tx, command: RecordConsent, actor: Actor, now: dt.datetime) -> Saved:
    """Keep what the customer said about one purpose; what they said before stays in the history.

    Raises: Invalid, for an unknown purpose or door; NotFound; Conflict.
    """
    if command.purpose not in rules.PURPOSES:
        raise Invalid("Choose what it is about.", fields={"purpose": f"one of {', '.join(rules.PURPOSES)}"})
    if command.how not in rules.DOORS:
        raise Invalid("Choose how they said so.", fields={"how": f"one of {', '.join(rules.DOORS)}"})
    version = person.take(tx, command.id)
    tx.execute(
        sa.insert(CustomerConsent).values(
            customer_id=command.id,
            purpose=command.purpose,
            granted=command.granted,
            how=command.how,
            actor_name=actor.name,
            at=now,
        )
    )
    said = "Agreed" if command.granted else "Withdrawn"
    body = f"{said}: {rules.PURPOSES[command.purpose].lower()} ({rules.DOORS[command.how].lower()})"
    return _changed(tx, command.id, version, "consent", body, actor, now)


def _changed(tx: Tx, customer_id: int, version: int, what: str, body: str, actor: Actor, now: dt.datetime) -> Saved:
    person.write_entry(tx, customer_id, what, body, actor, now)
    tx.record(CustomerChanged(id=customer_id, version=version, what=what), actor, now)
    return Saved(customer_id, version)
