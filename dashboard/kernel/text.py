"""Texts from outside: what no database of ours can keep is refused with a reason, everything else is kept as it came."""

from dashboard.kernel.errors import Invalid


def trouble(value: str, most: int) -> str | None:
    """Why this text cannot be kept: too long, a NUL character, or half a character; None if it can."""
    if len(value) > most:
        return f"at most {most} characters ({len(value)} given)"
    if "\x00" in value:
        return "must not contain the NUL character"
    if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        return "contains half a character (a lone surrogate)"
    return None


def kept(field: str, value: str, most: int) -> str:
    """The text itself.

    Raises: Invalid, naming the field, for one that cannot be kept.
    """
    if found := trouble(value, most):
        raise Invalid(f"This {field.replace('_', ' ')} cannot be kept: {found}.", fields={field: found})
    return value
