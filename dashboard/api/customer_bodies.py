"""Bodies about customers, and the commands they mean."""

from typing import Annotated, Literal

from pydantic import Field

from dashboard.api.bodies import Body, Version
from dashboard.customers.commands import AddNote, CreateCustomer, EraseCustomer, MergeCustomers, RecordConsent, SetTag
from dashboard.customers.rules import DOORS, PURPOSES

Name = Annotated[str, Field(max_length=200)]
Email = Annotated[str, Field(max_length=254)]
Phone = Annotated[str, Field(max_length=40)]
CustomerId = Annotated[str, Field(pattern=r"^\d{1,18}$", description="The id of a customer")]


class CustomerBody(Body):
    """country: two letters, for a phone number written without its country's code."""

    name: Name = ""
    email: Email = ""
    phone: Phone = ""
    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""

    def command(self) -> CreateCustomer:
        return CreateCustomer(self.name, self.email, self.phone, self.country)


class CustomerChangeBody(Body):
    """What is left out stays as it is."""

    name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    version: Version = None

    def changes(self) -> dict[str, str]:
        given = {"name": self.name, "email": self.email, "phone": self.phone}
        return {name: value for name, value in given.items() if value is not None}


class CustomerNoteBody(Body):
    body: Annotated[str, Field(min_length=1, max_length=10_000)]

    def command(self, customer_id: int) -> AddNote:
        return AddNote(customer_id, self.body)


class TagBody(Body):
    tag: Annotated[str, Field(min_length=1, max_length=40)]

    def command(self, customer_id: int) -> SetTag:
        return SetTag(customer_id, self.tag)


class ConsentBody(Body):
    """What the customer said about one purpose, and by which door."""

    purpose: Annotated[str, Field(json_schema_extra={"enum": list(PURPOSES)})]
    granted: bool
    how: Annotated[str, Field(json_schema_extra={"enum": list(DOORS)})]

    def command(self, customer_id: int) -> RecordConsent:
        return RecordConsent(customer_id, self.purpose, self.granted, self.how)


class MergeBody(Body):
    """customer: who becomes part of this one. version, customer_version: of both, as you saw them."""

    customer: CustomerId
    version: Version = None
    customer_version: Version = None

    def command(self, customer_id: int) -> MergeCustomers:
        return MergeCustomers(customer_id, int(self.customer), self.version, self.customer_version)


class ErasureBody(Body):
    """confirm: the word `erase`, for this cannot be undone."""

    confirm: Literal["erase"]
    version: Version = None

    def command(self, customer_id: int) -> EraseCustomer:
        return EraseCustomer(customer_id, self.version)
