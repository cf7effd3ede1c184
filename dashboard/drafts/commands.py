"""What can be asked of drafts. version: as the person saw it, None to skip that check."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.orders.commands import CaptureOrder


@dataclass(frozen=True)
class SaveDraft:
    """document: the form as typed (rules.document_of). draft_id: None for a new one; kind: draft or quote; valid_until: of a quote.

    total: minor units, None while it cannot be said; copied_from: id of the order it repeats.
    """

    document: Mapping[str, Any]
    kind: str = "draft"
    valid_until: dt.date | None = None
    total: int | None = None
    draft_id: int | None = None
    version: int | None = None
    copied_from: int | None = None


@dataclass(frozen=True)
class PlaceDraft:
    """capture: the order as the form says it now. paid: the money is here already."""

    draft_id: int
    version: int
    capture: CaptureOrder
    paid: bool = False


@dataclass(frozen=True)
class DiscardDraft:
    draft_id: int
    version: int | None = None
