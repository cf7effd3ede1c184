"""What the fields of an order and its lines that people change are called, and their values."""

LABELS = {
    "ship_name": "Recipient",
    "ship_line1": "Address",
    "ship_line2": "Address, second line",
    "ship_city": "City",
    "ship_region": "Region",
    "ship_postal_code": "Postal code",
    "ship_country": "Country",
    "shipping_method": "Shipping method",
    "shipping": "Shipping price",
    "priority": "Priority",
    "quantity": "units",
    "unit_price_e4": "unit price",
    "discount": "discount",
    "tax": "tax",
    "discounts": "discount name",
    "taxes": "tax name",
}
"""Names of fields; those of a line follow its SKU, and are written small."""
AMOUNTS = frozenset({"shipping", "discount", "tax"})
NAMES_OF = {"taxes": "tax", "discounts": "discount"}
"""Field of a line that holds names -> the amount they are of."""
SHIPPING_METHODS = {
    "": "Not chosen",
    "standard": "Standard",
    "express": "Express",
    "next_day": "Next day",
    "collection": "Customer collects",
}
PRIORITIES = {-1: "Low", 0: "Normal", 1: "High", 2: "Urgent"}
