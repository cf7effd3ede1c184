"""What a request's body must look like: pydantic models that refuse unknown fields, and their errors as ours."""

import functools
from typing import Annotated, Any, TypeVar

import flask
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboard.api import strict
from dashboard.kernel import clock, units
from dashboard.kernel.errors import DomainError, Invalid

M = TypeVar("M", bound="Body")
MOST_ERRORS = 20
_minor = functools.lru_cache(4096)(units.minor)  # "0.00" and the shop's prices come again and again
_price_e4 = functools.lru_cache(4096)(units.price_e4)

Units = Annotated[int, Field(ge=1, le=units.MOST_UNITS, description="Whole units")]
Amount = Annotated[str, Field(max_length=40, description="Money as a decimal string in the order's currency", examples=["12.50"])]
Moment = Annotated[str, Field(max_length=40, description="ISO 8601 with zone", json_schema_extra={"format": "date-time"})]
Version = Annotated[int | None, Field(ge=0, le=2**53, description="The version you saw; 409 when it is another by now")]


class Body(BaseModel):
    """A request's body."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class WrongMediaType(DomainError):
    code = "unsupported_media_type"
    status = 415


def read(model: type[M]) -> M:
    """This request's body as the model.

    Raises: WrongMediaType; strict.Malformed, strict.TooLarge; Invalid (facts: fields), naming at most MOST_ERRORS fields.
    """
    raw = flask.request.get_data(cache=True)
    if raw and flask.request.mimetype != "application/json":
        raise WrongMediaType("Send this as application/json.")
    value = strict.parse(raw) if raw else {}
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _invalid(error) from None


def _invalid(error: ValidationError) -> Invalid:
    fields: dict[str, str] = {}
    for found in error.errors(include_url=False, include_input=False, include_context=False)[:MOST_ERRORS]:
        place = ".".join(str(part)[:80] for part in found["loc"]) or "body"
        fields[place] = "this field is not known" if found["type"] == "extra_forbidden" else found["msg"]
    return Invalid("The body is not as it should be: " + "; ".join(f"{name}: {text}" for name, text in fields.items()) + ".", fields=fields)


def minor(text: str | None, currency: str, field: str) -> int:
    """An amount in minor units; 0 for none.

    Raises: Invalid, naming the field.
    """
    if text is None:
        return 0
    try:
        return _minor(text, currency)
    except Invalid as error:
        raise Invalid(error.message, fields={field: error.message}) from None


def price_e4(text: str | None, field: str) -> int | None:
    """A unit price in 1/10,000; None for none. Raises: Invalid, naming the field."""
    if text is None:
        return None
    try:
        return _price_e4(text)
    except Invalid as error:
        raise Invalid(error.message, fields={field: error.message}) from None


def moment(text: str | None, field: str) -> Any:
    """A moment; None for none. Raises: Invalid, naming the field, also outside the years 1970 to 2200."""
    if text is None:
        return None
    try:
        at = clock.parse_iso(text)
    except (ValueError, OverflowError):
        at = None
    if at is None or not 1970 <= at.year <= 2200:
        message = "must be ISO 8601 with a zone between 1970 and 2200, for example 2026-11-22T10:00:00Z"
        raise Invalid(f"{field} {message}.", fields={field: message})
    return at
