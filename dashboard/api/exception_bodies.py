"""Bodies about exceptions, and the commands they mean."""

from typing import Annotated

from pydantic import Field

from dashboard.api import bodies
from dashboard.api.bodies import Body, Moment, Version
from dashboard.desk.commands import ApplyFix, AssignException, SnoozeException
from dashboard.orders.commands import ResolveException


class ResolutionBody(Body):
    """note: what was done."""

    note: Annotated[str, Field(max_length=300)] = ""
    version: Version = None

    def command(self, exception_id: int) -> ResolveException:
        return ResolveException(exception_id, self.note, self.version)


class AssignmentBody(Body):
    """user: the id of who has it from now on; null gives it back to everybody."""

    user: Annotated[str, Field(pattern=r"^\d{1,18}$")] | None
    version: Version = None

    def command(self, exception_id: int) -> AssignException:
        return AssignException(exception_id, None if self.user is None else int(self.user), self.version)


class SnoozeBody(Body):
    """until: when it comes back by itself, at most 90 days ahead; null brings it back now."""

    until: Moment | None
    version: Version = None

    def command(self, exception_id: int) -> SnoozeException:
        return SnoozeException(exception_id, bodies.moment(self.until, "until"), self.version)


class FixBody(Body):
    """fix: one of the exception's `fixes`. sku, code: for `map_sku`, what the unknown item (of that code) is."""

    fix: Annotated[str, Field(min_length=1, max_length=40)]
    sku: Annotated[str, Field(max_length=64)] = ""
    code: Annotated[str, Field(max_length=64)] = ""
    version: Version = None

    def command(self, exception_id: int) -> ApplyFix:
        choice = {name: value for name, value in (("sku", self.sku), ("code", self.code)) if value}
        return ApplyFix(exception_id, self.fix, choice, self.version)
