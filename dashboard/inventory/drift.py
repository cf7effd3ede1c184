"""Where a balance and what should explain it differ, in figures and words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

WORDS = {"on_hand": "On hand", "allocated": "Allocated", "held": "Held", "damaged": "Damaged", "quarantine": "Quarantine"}
REPAIR = "repair"
"""The reason of the ledger row that makes a balance and its ledger agree again."""


@dataclass(frozen=True)
class Standing:
    """One SKU at one location. balance, ledger: units per bucket as stored, and as its movements sum up to.

    tied: units of its open allocations; kept: of its live holds. version: of the balance. named: of a SKU that is kept by lot or serial
    number, units that one of those is known of; astray: lots whose own movements sum up to something else.
    """

    sku_id: int
    location_id: int
    sku: str
    location: str
    place: str
    version: int
    balance: Mapping[str, int]
    ledger: Mapping[str, int]
    tied: int
    kept: int
    tracks: str = "none"
    named: int = 0
    astray: int = 0

    @property
    def wanted(self) -> dict[str, int]:
        """What the balance should say: orders know what they took, holds what they keep; the rest is as screens showed it."""
        return {**self.balance, "allocated": self.tied, "held": self.kept}

    @property
    def agrees(self) -> bool:
        return self.balance == self.ledger == self.wanted and not self.unnamed and not self.astray

    @property
    def unnamed(self) -> int:
        """Units on hand of no known lot or serial number; below 0: more are known than are on hand."""
        return 0 if self.tracks == "none" else self.balance["on_hand"] - self.named

    @property
    def hindrance(self) -> str:
        """Why a person has to look before it can be repaired; '' when nothing stands in the way."""
        if self.available < 0:
            return "Less is on hand than orders and carts have: count the shelf and adjust it before repairing."
        if self.tracks == "serials" and self.unnamed:
            return "Serial numbers cannot be guessed: compare those on the shelf with the list of this SKU."
        return ""

    @property
    def available(self) -> int:
        """Units left once the balance says what it should; below 0 it cannot be repaired before somebody counts."""
        wanted = self.wanted
        return 2 * wanted["on_hand"] - sum(wanted.values())

    @property
    def missing(self) -> dict[str, int]:
        """Per bucket what the ledger lacks, without the buckets that lack nothing."""
        return {bucket: units - self.ledger[bucket] for bucket, units in self.wanted.items() if units != self.ledger[bucket]}

    def sentences(self) -> list[str]:
        """Each difference in words; empty when all agrees."""
        said = [
            f"{WORDS[bucket]} is {units:,}, its movements make {self.ledger[bucket]:,}."
            for bucket, units in self.balance.items()
            if units != self.ledger[bucket]
        ]
        if self.balance["allocated"] != self.tied:
            said.append(f"Allocated is {self.balance['allocated']:,}, orders have {self.tied:,}.")
        if self.balance["held"] != self.kept:
            said.append(f"Held is {self.balance['held']:,}, carts have {self.kept:,}.")
        if self.unnamed:
            what = "lots have" if self.tracks == "lots" else "serial numbers make"
            said.append(f"On hand is {self.balance['on_hand']:,}, {what} {self.named:,}.")
        if self.astray:
            said.append(f"Of {self.astray:,} lot{'' if self.astray == 1 else 's'} here the units differ from the movements.")
        return said
