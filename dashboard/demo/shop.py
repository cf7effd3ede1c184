"""The demo shop: Fern & Kettle, homeware. Its SKUs, warehouses and people's sign-ins, all invented."""

import random
from dataclasses import dataclass

SHOP = "Fern & Kettle"
CURRENCY = "GBP"

LOCATIONS = (
    ("north", "North", "warehouse", "Europe/London", 16 * 60 + 30, 1),
    ("south", "South", "warehouse", "Europe/London", 17 * 60, 2),
    ("harbour", "Harbour 3PL", "3pl", "Europe/Amsterdam", 15 * 60 + 30, 3),
)
CHANNELS = (("web", 55), ("marketplace", 25), ("phone", 8), ("wholesale", 12))

MATERIALS = ("Oak", "Linen", "Stoneware", "Brass", "Glass", "Wool", "Cork", "Enamel", "Bamboo", "Slate")
ITEMS = (
    ("Mug", 900, 320),
    ("Bowl", 1400, 540),
    ("Plate", 1200, 610),
    ("Teapot", 3900, 980),
    ("Kettle", 5400, 1400),
    ("Tray", 2600, 900),
    ("Lamp", 7900, 2100),
    ("Vase", 3200, 1250),
    ("Coaster", 450, 90),
    ("Cushion", 2900, 450),
    ("Throw", 6900, 1100),
    ("Basket", 2400, 700),
    ("Candle", 1600, 380),
    ("Jug", 2800, 860),
    ("Board", 3400, 1300),
    ("Clock", 4900, 1150),
    ("Frame", 1900, 520),
    ("Hook", 700, 130),
    ("Planter", 2100, 1500),
    ("Spoon", 550, 60),
    ("Napkin", 650, 70),
    ("Apron", 2700, 310),
    ("Scoop", 800, 110),
    ("Tin", 1100, 260),
    ("Stool", 8900, 4200),
)
COLOURS = ("fern", "chalk", "ink", "rust", "honey", "smoke", "plum", "sea")


@dataclass(frozen=True)
class DemoSku:
    """price_minor: pence; popularity: weight in a draw of order lines."""

    code: str
    name: str
    barcode: str
    price_minor: int
    grams: int
    popularity: float


def skus(count: int, dice: random.Random) -> list[DemoSku]:
    """`count` different SKUs; a few sell most (popularity falls like 1 / rank)."""
    names = [(item, material, colour) for item in ITEMS for material in MATERIALS for colour in COLOURS]
    chosen = dice.sample(names, count)
    ranks = list(range(1, count + 1))
    dice.shuffle(ranks)
    return [
        DemoSku(
            code=f"{item[0][:3].upper()}-{material[:2].upper()}-{colour[:2].upper()}-{index:03d}",
            name=f"{item[0]}, {material.lower()}, {colour}",
            barcode=gtin13(f"952{index:09d}"),
            price_minor=item[1] + 50 * dice.randrange(0, 9),
            grams=item[2],
            popularity=1 / (ranks[index] + 8),
        )
        for index, (item, material, colour) in enumerate(chosen)
    ]


@dataclass(frozen=True)
class DemoKit:
    """item: how it is sold; parts: (SKU code, units in one kit)."""

    item: DemoSku
    parts: tuple[tuple[str, int], ...]


def kits(items: list[DemoSku]) -> list[DemoKit]:
    """Three sets of what sells well, a tenth below the price of their parts; two of them share a part."""
    best = sorted(items, key=lambda item: -item.popularity)
    sets = (
        ("KIT-TEA", "Tea for two, gift set", ((best[0], 2), (best[1], 1))),
        ("KIT-TABLE", "Table for four, gift set", ((best[1], 4), (best[2], 4), (best[3], 1))),
        ("KIT-HOME", "New home, gift set", ((best[4], 1), (best[5], 2))),
    )
    return [
        DemoKit(
            DemoSku(
                code,
                name,
                gtin13(f"952{900_000_000 + place:09d}"),
                sum(part.price_minor * units for part, units in parts) * 9 // 10,
                sum(part.grams * units for part, units in parts),
                best[8].popularity,
            ),
            tuple((part.code, units) for part, units in parts),
        )
        for place, (code, name, parts) in enumerate(sets)
    ]


def gtin13(digits12: str) -> str:
    """Append the check digit. Prefix 952 is set aside by GS1 for demonstrations."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits12))
    return digits12 + str(-total % 10)
