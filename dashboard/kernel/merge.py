"""Three-way merge of an edited record: what I changed, what somebody else changed meanwhile, and where both did."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Merged(NamedTuple):
    """values: mine where I changed something, theirs elsewhere; conflicts: fields both changed, to different values."""

    values: dict[str, Any]
    conflicts: tuple[str, ...]


def merge(base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> Merged:
    """Merge field by field.

    Args: base: the record as I saw it (a field missing here counts as changed by both); theirs: as it is now; mine: as I want it.
    """
    values = dict(theirs)
    conflicts = []
    for name, wanted in mine.items():
        if wanted == theirs[name]:
            continue
        if name in base and wanted == base[name]:
            continue
        if name not in base or theirs[name] != base[name]:
            conflicts.append(name)
        values[name] = wanted
    return Merged(values, tuple(conflicts))
