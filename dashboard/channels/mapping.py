"""Mapping files: which column of somebody's CSV feeds which field of ours, and what each kind of row is. Declarative JSON."""

import json
import re
import zoneinfo
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from dashboard.kernel.errors import Invalid

SHIPPED = Path(__file__).parent / "mappings"

FIELDS = (
    "external_id", "placed_at", "currency", "sku", "name", "quantity", "unit_price", "tax", "discount", "shipping",
    "customer_ref", "customer_name", "email", "phone",
    "ship_name", "ship_line1", "ship_line2", "ship_city", "ship_region", "ship_postal_code", "ship_country",
    "payment_provider", "payment_method", "authorized",
)  # fmt: skip
NEEDED = ("external_id", "sku", "quantity", "currency")
NUMBERS = ("quantity", "unit_price", "tax", "discount", "shipping", "authorized")
NUMERIC_TESTS = ("equals", "above", "below")


class Part(pydantic.BaseModel):
    """A part of a mapping: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Part):
    """Where a field comes from: a column or a constant.

    default: used where the cell is empty. prefix: put before a cell that is not. replace: {whole cell: other text}, after trim
    and before prefix. trim: drop white space around it. upper: fold to upper case. optional: the file may lack the column.
    """

    column: str | None = None
    constant: str | None = None
    default: str = ""
    prefix: str = ""
    replace: dict[str, str] = {}
    trim: bool = False
    upper: bool = False
    optional: bool = False

    @model_validator(mode="after")
    def one_origin(self) -> "Source":
        if (self.column is None) == (self.constant is None):
            raise ValueError("give either a column or a constant")
        return self


class Test(Part):
    """One condition on a field's cell. value: a text, a regular expression (matches) or a number (equals, above, below)."""

    field: str
    is_: Literal["starts_with", "not_starts_with", "matches", "empty", "not_empty", "equals", "above", "below"] = Field(
        alias="is"
    )
    value: str = ""

    @model_validator(mode="after")
    def sound(self) -> "Test":
        if self.field not in FIELDS:
            raise ValueError(f"unknown field {self.field!r}")
        if self.is_ in NUMERIC_TESTS and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", self.value):
            raise ValueError(f"{self.is_} needs a number, not {self.value!r}")
        if self.is_ in NUMERIC_TESTS and self.field not in NUMBERS:
            raise ValueError(f"{self.field} is no number; it cannot be {self.is_} something")
        if self.is_ == "matches":
            try:
                re.compile(self.value)
            except re.error as error:
                raise ValueError(f"{self.value!r} is no regular expression: {error}") from None
        return self


class RowClass(Part):
    """A kind of row: all tests hold. then: what becomes of it; why: the reason, printed in every report."""

    name: str = Field(pattern=r"^[A-Za-z0-9_]{1,40}$")
    then: Literal["order_line", "return_line", "set_aside"]
    why: str
    when: tuple[Test, ...] = ()


class SkuKind(Part):
    """Which kind of SKU a code is; the first whose tests hold counts."""

    kind: Literal["stock", "service"]
    when: tuple[Test, ...] = ()


class Format(Part):
    """How the file writes things. dates: "iso" or strptime formats, tried in order; time_zone: of moments that name none."""

    delimiter: Literal["auto", ",", ";", "\t", "|"] = "auto"
    encoding: Literal["auto", "utf-8", "latin-1", "cp1252"] = "auto"
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    dates: tuple[str, ...] = ("iso",)
    time_zone: str = "UTC"

    @pydantic.field_validator("time_zone")
    @classmethod
    def known_zone(cls, name: str) -> str:
        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"unknown time zone {name!r}") from error
        return name


class History(Part):
    """Policies of mode history.

    short: what happens to a sale the shelf cannot cover whole (drop: the line is kept as cancelled for want of stock).
    set_aside: record_only keeps such rows beside the orders; they move no stock. delivered: when_shipped takes goods as delivered
    the moment they shipped, because the file says nothing later; unknown leaves them on their way. payment: how it was paid.
    """

    location: str = "MAIN"
    location_name: str = "Main warehouse"
    short: Literal["drop"] = "drop"
    set_aside: Literal["record_only"] = "record_only"
    delivered: Literal["when_shipped", "unknown"] = "when_shipped"
    payment_provider: str = "manual"
    payment_method: str = "imported"
    return_reason: str = "not_stated"


class OpeningStock(Part):
    """Columns of an opening-stock file."""

    sku: str = "sku"
    units: str = "opening"


def _as_source(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class Mapping(Part):
    """One mapping file. mode: orders (captured as open orders) or history (sold and shipped at the row's own time)."""

    name: str
    about: str = ""
    mode: Literal["orders", "history"] = "orders"
    format: Format = Format()
    fields: dict[str, Annotated[Source, BeforeValidator(_as_source)]]
    classes: tuple[RowClass, ...] = (RowClass(name="order_line", then="order_line", why="Every row is a line of an order."),)
    create_skus: bool = False
    sku_kinds: tuple[SkuKind, ...] = (SkuKind(kind="stock"),)
    history: History = History()
    opening_stock: OpeningStock = OpeningStock()

    @model_validator(mode="after")
    def complete(self) -> "Mapping":
        if unknown := sorted(set(self.fields) - set(FIELDS)):
            raise ValueError(f"unknown fields: {', '.join(unknown)}; known are {', '.join(FIELDS)}")
        needed = (*NEEDED, "placed_at", "unit_price") if self.mode == "history" else NEEDED
        if missing := [name for name in needed if name not in self.fields]:
            raise ValueError(f"fields without a source: {', '.join(missing)}")
        for test in [test for row_class in (*self.classes, *self.sku_kinds) for test in row_class.when]:
            if test.field not in self.fields:
                raise ValueError(f"a rule tests {test.field}, which has no source")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column a field is fed from, in the order they are first named."""
        return tuple(dict.fromkeys(source.column for source in self.fields.values() if source.column is not None))

    @property
    def required_columns(self) -> tuple[str, ...]:
        """The columns the file must have."""
        needed = {source.column for source in self.fields.values() if not source.optional}
        return tuple(column for column in self.columns if column in needed)


def parse(text: str, what: str) -> Mapping:
    """Raises: Invalid, saying where the mapping is wrong."""
    try:
        return Mapping.model_validate(json.loads(text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise Invalid(f"The mapping {what} is not JSON: {error}.", mapping=what) from None
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise Invalid(f"The mapping {what} is wrong at {where}: {first['msg']}.", mapping=what, where=where) from None


def shipped() -> dict[str, Mapping]:
    """The mappings that come with Orderdeck, by name of their file; plain first."""
    files = sorted(SHIPPED.glob("*.json"), key=lambda path: (path.stem != "plain", path.stem))
    return {path.stem: parse(path.read_text("utf-8"), path.name) for path in files}


def load(name_or_path: str) -> Mapping:
    """A shipped mapping by its name, or a file of the caller's.

    Raises: Invalid, for an unknown name, an unreadable file or a wrong mapping.
    """
    ours = SHIPPED / f"{name_or_path}.json"
    path = ours if re.fullmatch(r"[a-z0-9_]+", name_or_path) and ours.is_file() else Path(name_or_path)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        names = ", ".join(file.stem for file in sorted(SHIPPED.glob("*.json")))
        raise Invalid(f"Cannot read the mapping {name_or_path}: {error}. Shipped mappings: {names}.") from None
    return parse(text, path.name)
