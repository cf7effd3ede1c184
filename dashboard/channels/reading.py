"""Reading a CSV file of unknown make: compression, encoding, delimiter, then one record after the other."""

import codecs
import csv
import gzip
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from dashboard.channels.mapping import Format
from dashboard.kernel.errors import Invalid

DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
GZIP_MAGIC = b"\x1f\x8b"
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
CHUNK = 1 << 20
LONGEST_CELL = 131_072


class Record(NamedTuple):
    """line: where the record begins in the file, from 1; problem: why it could not be read, else empty."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True)
class Layout:
    """What was found out about a file.

    lines: line feeds, about the number of records. note: said in the report; empty when nothing had to be assumed.
    """

    path: Path
    compressed: bool
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    bytes_: int
    lines: int
    sha256: str
    note: str = ""

    @property
    def delimiter_name(self) -> str:
        return NAMES[self.delimiter]


def examine(path: Path, format_: Format, columns: Sequence[str], most_bytes: int | None = None) -> Layout:
    """Find out how a file is written, reading it once.

    Args: columns: what the mapping looks for; the delimiter under which most of them are found wins. most_bytes: unpacked.
    Raises: Invalid, for a file that is empty, no text, packed wrongly or too large.
    """
    encoding, note, size, lines, digest, compressed = _encoding(path, format_, most_bytes)
    head = _first_record_text(path, compressed, encoding)
    delimiter = format_.delimiter if format_.delimiter != "auto" else _delimiter(head, columns)
    header = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), [])
    if not any(cell.strip() for cell in header):
        raise Invalid("The file has no header row: its first line must name the columns.")
    return Layout(path, compressed, encoding, delimiter, tuple(header), size, lines, digest, note)


def records(layout: Layout) -> Iterator[Record]:
    """Every record after the header, in order; a record that cannot be read is a problem, not an end."""
    with _text(layout.path, layout.compressed, layout.encoding) as file:
        reader = csv.reader(file, delimiter=layout.delimiter)
        next(reader, None)
        while True:
            line = reader.line_num + 1
            try:
                yield Record(line, next(reader))
            except StopIteration:
                return
            except csv.Error as error:
                yield Record(line, [], _why(error))


def _why(error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"a cell is longer than {LONGEST_CELL} characters; a closing quote may be missing"
    return f"the line is not CSV: {error}"


def _open(path: Path, compressed: bool) -> BinaryIO:
    return gzip.open(path, "rb") if compressed else path.open("rb")  # type: ignore[return-value]


def _text(path: Path, compressed: bool, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(_open(path, compressed), encoding=encoding, newline="")


def _encoding(path: Path, format_: Format, most: int | None) -> tuple[str, str, int, int, str, bool]:
    """(encoding, note, bytes unpacked, lines, sha256 of the bytes, packed?): the whole file decides, not a sample."""
    with path.open("rb") as raw:
        compressed = raw.read(2) == GZIP_MAGIC
    digest, size, lines, start, is_utf8 = hashlib.sha256(), 0, 0, b"", True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with _open(path, compressed) as file:
            while chunk := file.read(CHUNK):
                start = start or chunk[:4]
                size += len(chunk)
                if most is not None and size > most:
                    raise Invalid(f"The file is larger than {most // 1_000_000} MB when unpacked; import it on the command line.")
                digest.update(chunk)
                lines += chunk.count(b"\n")
                is_utf8 = is_utf8 and _decodes(decoder, chunk)
    except (gzip.BadGzipFile, EOFError, OSError, ValueError) as error:
        if isinstance(error, OSError) and not compressed:
            raise
        raise Invalid(f"The file starts like gzip but cannot be unpacked: {error}.") from None
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    encoding, note = _named(format_, start, is_utf8)
    return encoding, note, size, lines, digest.hexdigest(), compressed


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _named(format_: Format, start: bytes, is_utf8: bool) -> tuple[str, str]:
    if format_.encoding != "auto":
        if format_.encoding == "utf-8" and not is_utf8:
            raise Invalid("The mapping says UTF-8, but the file is not; change its encoding or save the file again.")
        return ("utf-8-sig" if format_.encoding == "utf-8" else format_.encoding), ""
    for bom, name in BOMS:
        if start.startswith(bom) and (is_utf8 or name != "utf-8-sig"):
            return name, ""
    if is_utf8:
        return "utf-8", ""
    return "latin-1", "The file is not UTF-8; it was read as Latin-1. Look whether accents came out right."


def _first_record_text(path: Path, compressed: bool, encoding: str) -> str:
    """Enough of the file to hold its header."""
    try:
        with _text(path, compressed, encoding) as file:
            return file.read(LONGEST_CELL // 2)
    except UnicodeError as error:
        raise Invalid(f"The file says it is {encoding} but cannot be read as that: {error}.") from None


def _delimiter(head: str, columns: Sequence[str]) -> str:
    wanted = {folded(column) for column in columns}

    def found(delimiter: str) -> tuple[int, int]:
        try:
            header = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), [])
        except csv.Error:
            return (0, 0)
        return (len(wanted & {folded(cell) for cell in header}), len(header))

    return max(DELIMITERS, key=found)  # ties go to the comma


def folded(name: str) -> str:
    """A column name as it is compared: case and surrounding white space do not count."""
    return name.strip().lstrip("\ufeff").casefold()
