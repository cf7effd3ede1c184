"""Counts as they are read: the list, one count for its counters (blind), one count for its approvers."""

from dashboard.counts.store.blind import BlindLine, blind_lines
from dashboard.counts.store.listing import TABS, Head, Precision, count, counts, precision, tab_counts
from dashboard.counts.store.policies import policies, policies_version
from dashboard.counts.store.review import ReviewLine, review_lines

__all__ = [
    "TABS",
    "BlindLine",
    "Head",
    "Precision",
    "ReviewLine",
    "blind_lines",
    "count",
    "counts",
    "policies",
    "policies_version",
    "precision",
    "review_lines",
    "tab_counts",
]
