"""Texts from outside: what no database of ours can keep is refused with a reason, everything else is kept as it came."""


def trouble(value: str, most: int) -> str | None:
    """Why this text cannot be kept: too long, a NUL character, or half a character; None if it can."""
    if len(value) > most:
        return f"at most {most} characters ({len(value)} given)"
    if "\x00" in value:
        return "must not contain the NUL character"
    if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        return "contains half a character (a lone surrogate)"
    return None
