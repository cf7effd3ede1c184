"""Carriers we know: how they are written, and where they show a parcel. Pure."""

import re
from typing import NamedTuple
from urllib.parse import quote


class Carrier(NamedTuple):
    """link: address of the carrier's own page with {number}; None when it has none that takes a number."""

    name: str
    link: str | None


KNOWN = {
    "dhl": Carrier("DHL", "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}"),
    "dpd": Carrier("DPD", "https://track.dpd.co.uk/parcels/{number}"),
    "royalmail": Carrier("Royal Mail", "https://www.royalmail.com/track-your-item#/tracking-results/{number}"),
    "parcelforce": Carrier("Parcelforce", "https://www.parcelforce.com/track-trace?trackNumber={number}"),
    "ups": Carrier("UPS", "https://www.ups.com/track?tracknum={number}"),
    "gls": Carrier("GLS", "https://gls-group.com/GROUP/en/parcel-tracking?match={number}"),
    "evri": Carrier("Evri", "https://www.evri.com/track/parcel/{number}"),
    "fedex": Carrier("FedEx", "https://www.fedex.com/fedextrack/?trknbr={number}"),
    "yodel": Carrier("Yodel", "https://www.yodel.co.uk/tracking/{number}"),
    "usps": Carrier("USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}"),
    "postnl": Carrier("PostNL", "https://jouw.postnl.nl/track-and-trace/{number}"),
    "inpost": Carrier("InPost", "https://inpost.co.uk/tracking?number={number}"),
}
ALIASES = {"hermes": "evri", "deutschepost": "dhl", "dhlexpress": "dhl", "dhlparcel": "dhl", "dpduk": "dpd", "rm": "royalmail"}


def carrier_of(text: str) -> Carrier:
    """The carrier somebody typed; one we do not know keeps its name and has no link."""
    key = re.sub(r"[^a-z0-9]", "", text.lower())
    return KNOWN.get(ALIASES.get(key, key)) or Carrier(text, None)


def link_of(carrier: Carrier, number: str) -> str | None:
    """Where the carrier shows this parcel."""
    return carrier.link.format(number=quote(number, safe="")) if carrier.link and number else None
