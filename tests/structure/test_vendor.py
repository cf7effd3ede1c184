"""Every third-party front-end file is recorded with its licence and still has the recorded bytes."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
VENDOR = STATIC / "vendor"
RECORDS = json.loads((VENDOR / "VENDOR.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["package"])
def test_a_vendored_file_has_the_recorded_bytes(record):
    digest = hashlib.sha384((STATIC / record["file"]).read_bytes()).digest()

    assert "sha384-" + base64.b64encode(digest).decode() == record["sha384"]


def test_every_script_in_the_vendor_folder_is_recorded():
    recorded = {record["file"] for record in RECORDS}

    assert {f"vendor/{path.name}" for path in VENDOR.glob("*.js")} <= recorded


def test_every_record_names_package_version_and_licence():
    for record in RECORDS:
        assert set(record) == {"package", "version", "licence", "file", "source", "sha384"}
        assert all(record.values())


def test_every_licence_text_lies_beside_the_files():
    assert sorted(path.name for path in VENDOR.glob("*-LICENSE")) == [
        "htmx-LICENSE",
        "socket.io-LICENSE",
        "tabler-icons-LICENSE",
    ]
