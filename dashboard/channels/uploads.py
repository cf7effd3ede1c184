"""Uploads: kept in the instance folder under a uuid, refused when they are no text."""

import re
import uuid
from pathlib import Path
from typing import IO

from dashboard.kernel.errors import Invalid

NAME = re.compile(r"[0-9a-f-]{36}\.csv(\.gz)?")
MAGICS = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
}
GZIP = b"\x1f\x8b"
CHUNK = 1 << 16


def keep(stream: IO[bytes], folder: Path) -> str:
    """Store the upload; its type is told by its bytes, not by its name. Returns the stored name.

    Raises: Invalid, for an empty file or one that is plainly no CSV.
    """
    head = stream.read(CHUNK)
    if not head:
        raise Invalid("This file is empty.", fields={"file": "This file is empty."})
    for magic, what in MAGICS.items():
        if head.startswith(magic):
            message = f"This is {what}. Save it as CSV and choose that file."
            raise Invalid(message, fields={"file": message})
    name = f"{uuid.uuid4()}.csv{'.gz' if head.startswith(GZIP) else ''}"
    with (folder / name).open("wb") as file:
        while head:
            file.write(head)
            head = stream.read(CHUNK)
    return name


def shown_name(name: str | None) -> str:
    """The file's name as its owner knows it, without folders."""
    return (name or "upload.csv").replace("\\", "/").rpartition("/")[2]


def path_of(name: str, folder: Path) -> Path:
    """Where a stored upload lies. Raises: Invalid, for a name that is not one of ours or a file that is gone."""
    path = folder / name
    if not NAME.fullmatch(name) or not path.is_file():
        raise Invalid("The uploaded file is gone; upload it again.")
    return path


def drop(name: str, folder: Path) -> None:
    if NAME.fullmatch(name):
        (folder / name).unlink(missing_ok=True)
