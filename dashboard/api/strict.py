"""Reading JSON strictly: bounded size and depth, no NaN, no half characters; bad input is a 400 or 422, never a 5xx.

Python's json alone takes NaN and Infinity, raises RecursionError on deep input, and keeps lone surrogates that no database or
answer can write.
"""

import json
from typing import Any, NoReturn

from dashboard.kernel import text
from dashboard.kernel.errors import DomainError, Invalid

MOST_BYTES = 1024 * 1024
DEEPEST = 32
LONGEST_TEXT = 1_000_000


class Malformed(DomainError):
    """The bytes are not JSON as RFC 8259 has it, or deeper than we read."""

    code = "malformed_json"
    status = 400


class TooLarge(DomainError):
    code = "request_entity_too_large"
    status = 413


def parse(body: bytes) -> Any:
    """The value of a JSON text in UTF-8. Of equal names in one object the last counts.

    Raises: TooLarge, above MOST_BYTES; Malformed; Invalid, for a text that cannot be kept (NUL, lone surrogate).
    """
    if len(body) > MOST_BYTES:
        raise TooLarge(f"A request may have {MOST_BYTES} bytes.", most=MOST_BYTES)
    try:
        value = _DECODER.decode(body.decode())
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError as error:
        raise Malformed(f"The body is not UTF-8 at byte {error.start}.", byte=error.start) from None
    except json.JSONDecodeError as error:
        raise Malformed(f"The body is not JSON: {error.msg} at character {error.pos}.", character=error.pos) from None
    except ValueError as error:  # an integer with more digits than Python reads
        raise Malformed(f"The body holds a number that cannot be read: {str(error)[:120]}.") from None
    if body.count(b"[") + body.count(b"{") > DEEPEST or b"\\u" in body:
        _check(value)
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is not JSON.", value=name)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _check(value: Any) -> None:
    """Walk everything once, without recursion: depth, and texts that came in as escapes."""
    level = [("", value)]
    for _ in range(DEEPEST + 1):
        if not level:
            return
        below: list[tuple[str, Any]] = []
        for path, found in level:
            if isinstance(found, str):
                _check_text(path, found)
            elif isinstance(found, dict):
                for name, inner in found.items():
                    _check_text("a name", name)
                    below.append((f"{path}.{name}" if path else name, inner))
            elif isinstance(found, list):
                below += [(f"{path}.{place}" if path else str(place), inner) for place, inner in enumerate(found)]
        level = below
    raise _too_deep()


def _check_text(path: str, found: str) -> None:
    if trouble := text.trouble(found, LONGEST_TEXT):
        raise Invalid(f"{path[:80] or 'The text'} {trouble}.", fields={path[:80]: trouble})


def _too_deep() -> Malformed:
    return Malformed(f"The body nests deeper than {DEEPEST} levels.", deepest=DEEPEST)
