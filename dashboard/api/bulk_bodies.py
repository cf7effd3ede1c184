"""Bodies about bulk actions, tags and assignments."""

from typing import Annotated

from pydantic import Field

from dashboard.api.bodies import Body, Version
from dashboard.bulk.rules import ACTIONS
from dashboard.kernel.errors import Invalid

MOST_NUMBERS = 10_000
Text = Annotated[str, Field(max_length=500)]
Person = Annotated[str, Field(pattern=r"^(\d{1,18}|none)$", description="id of a user; none: nobody")]


class BulkActionBody(Body):
    """action: what to do. orders: their numbers; or query: the arguments of the order list's address (view, q, tag, ...), whose orders
    are meant as they are now. The rest is what the action asks for: hold kind, note, until; release_hold kind (or any), note; tag and
    untag tag; assign user; print document (slips, picks); cancel reason.
    """

    action: Annotated[str, Field(max_length=16)]
    orders: Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=MOST_NUMBERS)] | None = None
    query: Annotated[str, Field(max_length=2_000)] | None = None
    kind: Text | None = None
    note: Text | None = None
    until: Text | None = None
    tag: Text | None = None
    user: Person | None = None
    document: Text | None = None
    reason: Text | None = None

    def choice(self) -> dict[str, str]:
        """What is asked for by the action.

        Raises: Invalid, for an unknown action, both or neither of orders and query, or a field that this action does not ask for.
        """
        if self.action not in ACTIONS:
            raise Invalid(f"action must be one of {', '.join(ACTIONS)}.", fields={"action": f"one of {', '.join(ACTIONS)}"})
        if (self.orders is None) == (self.query is None):
            raise Invalid("Name orders, or the query whose orders are meant.", fields={"orders": "either orders or query"})
        asks = ACTIONS[self.action].asks
        names = ("kind", "note", "until", "tag", "user", "document", "reason")
        given = {name: value for name in names if (value := getattr(self, name)) is not None}
        if unknown := [name for name in given if name not in asks]:
            raise Invalid(f"{self.action} does not ask for {', '.join(unknown)}.", fields=dict.fromkeys(unknown, "not asked for"))
        return given


class TagBody(Body):
    tag: Annotated[str, Field(min_length=1, max_length=200)]
    version: Version = None


class OrderAssignmentBody(Body):
    """user: the id of who has the order from now on; null gives it back to everybody."""

    user: Annotated[str, Field(pattern=r"^\d{1,18}$")] | None
    version: Version = None
