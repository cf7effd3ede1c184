"""What can be asked about who may sell what: rules of channels, and how far a SKU may be sold before it is here."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_BUFFERS = 2_000
POLICIES = ("default", "allowed", "refused")


@dataclass(frozen=True)
class SetChannelRule:
    """The whole rule of a channel. locations: codes, none for all; buffers: units per SKU code. version: as the asker saw it, if so."""

    channel: str
    locations: tuple[str, ...] = ()
    buffer: int = 0
    buffers: Mapping[str, int] = field(default_factory=dict)
    version: int | None = None


@dataclass(frozen=True)
class SetSelling:
    """One SKU. policy: one of POLICIES; cap: units that may wait, None for any number.

    buffers: {channel: units, or None for the channel's own}. base: (policy, cap, buffers) as the person saw them.
    """

    sku: str
    policy: str
    cap: int | None
    buffers: Mapping[str, int | None]
    base: tuple[str, int | None, Mapping[str, int | None]]


@dataclass(frozen=True)
class SetPreorder:
    """A SKU is on preorder until the day it is available from; None ends that. cap: units that may wait meanwhile, None for any number.

    base: (available_from, cap) as the person saw them, None to set it whatever it is.
    """

    sku: str
    available_from: dt.date | None
    cap: int | None = None
    base: tuple[dt.date | None, int | None] | None = None


@dataclass(frozen=True)
class SetFilling:
    """Who of those that wait is served first. turn: one of filling.TURNS; version: as the person saw it, if so."""

    turn: str
    version: int | None = None
