"""The form of a SKU."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from dashboard.catalog import kits_form
from dashboard.catalog.commands import CreateSku
from dashboard.catalog.model import Sku
from dashboard.catalog.rules import HEAVIEST_GRAMS, LONGEST_CODE, LONGEST_NAME
from dashboard.kernel import units
from dashboard.kernel.errors import Invalid

CURRENCIES = ("GBP", "EUR", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "CAD", "AUD", "JPY")
LABELS = {
    "name": "Name",
    "barcode": "Barcode",
    "unit_price_e4": "Price",
    "currency": "Currency",
    "weight_grams": "Weight",
    "active": "On sale",
    "components": "Parts",
}
FIELD_OF = {"unit_price_e4": "price"}
"""Form fields whose name differs from the column's."""


class SkuForm(FlaskForm):
    """What can be changed later; the code and the kind cannot."""

    name = StringField("Name", [InputRequired("A SKU needs a name."), Length(max=LONGEST_NAME)])
    barcode = StringField("Barcode", [Optional()], description="GTIN of 8, 12, 13 or 14 digits")
    price = StringField("Price", [InputRequired("Give a price; 0 is one.")], description="Without tax, up to four decimals")
    currency = SelectField(
        "Currency", [InputRequired("Choose one.")], choices=[SelectChoice(code, code) for code in CURRENCIES], default="GBP"
    )
    weight_grams = IntegerField("Weight", [Optional()], description=f"Grams per unit, up to {HEAVIEST_GRAMS:,}", default=0)
    active = BooleanField("On sale", default=True, description="Off: kept in history, not offered for new orders")

    def fields(self) -> dict[str, Any]:
        """The values as the catalogue keeps them.

        Raises: Invalid, for a price that is none.
        """
        try:
            price = units.price_e4(self.price.data or "0", "price")
        except Invalid as error:
            raise Invalid(error.message, fields={"price": error.message}) from None
        return {
            "name": self.name.data or "",
            "barcode": (self.barcode.data or "").strip() or None,
            "unit_price_e4": price,
            "currency": self.currency.data,
            "weight_grams": self.weight_grams.data or 0,
            "active": bool(self.active.data),
        }


class NewSkuForm(SkuForm):
    code = StringField(
        "SKU code",
        [InputRequired("A SKU needs a code."), Length(max=LONGEST_CODE)],
        description="Kept in upper case; it cannot be changed later",
    )
    kind = SelectField(
        "Kind",
        [InputRequired("Choose one.")],
        choices=[
            SelectChoice("stock", "Stock: has balances"),
            SelectChoice("service", "Service: a fee, voucher or charge"),
            SelectChoice("kit", "Kit: sold as one, sent as its parts"),
        ],
    )

    def command(self, parts: Sequence[Sequence[Any]] = ()) -> CreateSku:
        """parts: of a kit, [[SKU code, units in one kit]]."""
        components = tuple((code, count) for code, count in parts)
        return CreateSku(code=self.code.data or "", kind=self.kind.data, components=components, **self.fields())


def form_of(sku: Sku) -> SkuForm:
    """The form filled with a SKU, or with what was sent."""
    return SkuForm(data={**values_of(sku, ()), "price": units.price_text(sku.unit_price_e4, sku.currency)})


def values_of(sku: Sku, recipe: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """recipe: of a kit, [[SKU code, units in one kit]]."""
    values = {name: getattr(sku, name) for name in LABELS if name != "components"}
    return values | ({"components": recipe} if sku.kind == "kit" else {})


def shown(name: str, value: Any, currency: str) -> str:
    """A value as words, for the table of differences."""
    if name == "components":
        return kits_form.in_words(value)
    if name == "unit_price_e4":
        return units.price_text(value, currency)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value in (None, "") else str(value)
