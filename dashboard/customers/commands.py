"""What can be asked of customers. version: of the person as they were seen; None asks for whatever is there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CreateCustomer:
    """country: two letters, for a phone number without its country's code."""

    name: str
    email: str = ""
    phone: str = ""
    country: str = ""


@dataclass(frozen=True)
class EditCustomer:
    """The name, e-mail and phone people see; what an order said stays on the order."""

    id: int
    name: str
    email: str
    phone: str
    version: int | None = None


@dataclass(frozen=True)
class AddNote:
    id: int
    body: str


@dataclass(frozen=True)
class SetTag:
    """present: whether the customer has the tag from now on."""

    id: int
    tag: str
    present: bool = True


@dataclass(frozen=True)
class RecordConsent:
    """purpose: one of rules.PURPOSES; how: one of rules.DOORS."""

    id: int
    purpose: str
    granted: bool
    how: str


@dataclass(frozen=True)
class MergeCustomers:
    """gone_id becomes a record of kept_id's person."""

    kept_id: int
    gone_id: int
    version: int | None = None
    other_version: int | None = None


@dataclass(frozen=True)
class UndoMerge:
    merge_id: int
    version: int | None = None


@dataclass(frozen=True)
class KeepApart:
    """They are different people: never suggest them again."""

    id: int
    other_id: int


@dataclass(frozen=True)
class EraseCustomer:
    """Everything personal of this person, for ever."""

    id: int
    version: int | None = None
