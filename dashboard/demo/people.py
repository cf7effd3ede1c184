"""Customers of the demo shop: invented names, streets and towns; addresses end in example domains."""

import random
from dataclasses import dataclass

from dashboard.orders.commands import Address, Customer

FIRST = (
    "Ada",
    "Bram",
    "Cleo",
    "Dario",
    "Elif",
    "Finn",
    "Greta",
    "Hana",
    "Ivo",
    "Jana",
    "Kofi",
    "Lena",
    "Milo",
    "Nora",
    "Otto",
    "Pia",
    "Quinn",
    "Rosa",
    "Sven",
    "Tara",
    "Uma",
    "Vito",
    "Wren",
    "Xenia",
    "Yara",
    "Zeno",
    "Amara",
    "Bo",
    "Céline",
    "Dóra",
)
LAST = (
    "Ashdown",
    "Brandt",
    "Castell",
    "Dijkman",
    "Ekberg",
    "Fairlie",
    "Grünwald",
    "Hollis",
    "Ibáñez",
    "Jansen",
    "Kettleby",
    "Lindqvist",
    "Marlowe",
    "Novák",
    "Okafor",
    "Penrose",
    "Quill",
    "Rasmussen",
    "Serrano",
    "Thackeray",
    "Ueda",
    "Vance",
    "Whitlow",
    "Yilmaz",
    "Zeller",
)
STREETS = (
    "Fern Lane",
    "Mill Row",
    "Quay Street",
    "Orchard Way",
    "Lantern Hill",
    "Station Road",
    "Meadow Close",
    "Castle Gate",
    "Bridge End",
)
TOWNS = {
    "GB": (
        ("Leeds", "LS1 4AP"),
        ("Bristol", "BS1 5TR"),
        ("Norwich", "NR2 1TF"),
        ("Glasgow", "G1 3SL"),
        ("Cardiff", "CF10 1EP"),
        ("York", "YO1 7HH"),
    ),
    "DE": (("Hamburg", "20095"), ("Leipzig", "04109")),
    "FR": (("Lyon", "69002"), ("Nantes", "44000")),
    "NL": (("Utrecht", "3511 AD"), ("Delft", "2611 AB")),
    "US": (("Portland", "97204"), ("Austin", "78701")),
}
COUNTRIES = (("GB", 74), ("DE", 9), ("FR", 7), ("NL", 6), ("US", 4))


@dataclass(frozen=True)
class Person:
    customer: Customer
    address: Address


def person(dice: random.Random) -> Person:
    first, last = dice.choice(FIRST), dice.choice(LAST)
    country = dice.choices([code for code, _ in COUNTRIES], [weight for _, weight in COUNTRIES])[0]
    town, postal_code = dice.choice(TOWNS[country])
    name = f"{first} {last}"
    mailbox = f"{first}.{last}{dice.randrange(100) % 4}".lower()
    customer = Customer(
        name, mailbox.encode("ascii", "ignore").decode() + "@example.com", f"+44 7700 900{dice.randrange(1000):03d}"
    )
    return Person(customer, Address(name, f"{dice.randrange(1, 140)} {dice.choice(STREETS)}", "", town, "", postal_code, country))
