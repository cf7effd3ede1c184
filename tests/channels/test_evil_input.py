"""Naughty strings as cells: nothing crashes, what is accepted comes back byte for byte, what is refused says why."""

import contextlib
import csv
import io
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.channels import mapping
from dashboard.kernel import ids
from dashboard.kernel.errors import Invalid

HEADER = ["external_id", "sku", "quantity", "unit_price", "customer_name", "ship_line1", "name"]


def as_csv(rows, header=HEADER):
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerows([header, *rows])
    return file.getvalue()


@pytest.fixture(scope="module")
def naughty(shared_data):
    return json.loads((shared_data / "evil" / "blns" / "blns.json").read_text("utf-8"))


def test_naughty_strings_as_texts_come_back_byte_for_byte(naughty, importer, rows_of):
    rows = [[f"N-{place}", "MUG", "1", "1", text, text, text] for place, text in enumerate(naughty)]
    report = importer.run(as_csv(rows))

    kept = {name: texts for name, *texts in rows_of(
        "SELECT o.external_id, o.customer_name, o.ship_line1, l.name FROM orders o JOIN order_line l ON l.order_id = o.id"
    )}  # fmt: skip
    assert report.accounted == report.rows_read == len(naughty)
    assert len(kept) + report.refused == len(naughty)
    assert report.refused < 10, importer.errors.read_text("utf-8")
    for place, text in enumerate(naughty):
        if f"N-{place}" in kept:
            masked = ids.mask_cards(text)
            assert kept[f"N-{place}"] == [masked, masked, masked or "MUG"]


def test_naughty_strings_in_every_other_field_are_taken_or_refused_with_a_reason(naughty, importer, rows_of):
    rows = [[f"N-{place}", "MUG", "1", "1", "", "", ""] for place in range(len(naughty) * 4)]
    for place, text in enumerate(naughty):
        for column in range(4):
            rows[place * 4 + column][column] = text
    report = importer.run(as_csv(rows))

    with importer.errors.open(encoding="utf-8", newline="") as file:
        refused = list(csv.DictReader(file))
    assert report.accounted == report.rows_read
    assert len(refused) == report.refused > 0
    assert all(row["reason"] for row in refused)
    assert not any(value[:1] in ("=", "+", "-", "@", "\t", "\r", "\x00") for row in refused for value in row.values())
    assert rows_of("SELECT count(*) FROM orders")[0][0] > 0


def test_each_evil_csv_is_an_import_that_ends_well(shared_data, importer, rows_of):
    for file in sorted((shared_data / "evil" / "csv" / "csvs").glob("*.csv")):
        answer = json.loads((shared_data / "evil" / "csv" / "json" / f"{file.stem}.json").read_text("utf-8"))
        columns = list((answer if isinstance(answer, list) else [answer])[0])
        mine = mapping.Mapping.model_validate(
            {
                "name": file.stem,
                "fields": {
                    "external_id": {"column": columns[0], "prefix": file.stem}, "customer_name": columns[-1],
                    "sku": {"constant": "MUG"}, "quantity": {"constant": "1"}, "currency": {"constant": "GBP"},
                },
            }
        )  # fmt: skip
        report = importer.run(file, mine)

        assert report.outcomes["unknown_sku"] == report.rows_read > 0, file.name
        last = [name for (name,) in rows_of("SELECT customer_name FROM orders ORDER BY id DESC LIMIT 1")]
        if isinstance(answer, list):
            assert last == [answer[-1][columns[-1]]], file.name


@settings(max_examples=40, deadline=None)
@given(noise=st.binary(max_size=400), gzip=st.booleans())
def test_no_bytes_crash_an_import(noise, gzip, importer, tmp_path):
    path = tmp_path / "noise.csv"
    head = b"\x1f\x8b" if gzip else b"external_id,sku,quantity\nA,B,1\n"
    path.write_bytes(head + noise)

    with contextlib.suppress(Invalid):
        report = importer.run(path)
        assert report.accounted == report.rows_read


def test_a_damaged_copy_of_a_real_file_is_accounted_for_row_by_row(importer):
    seed = 20261122
    chance = random.Random(seed)
    text = as_csv([[f"D-{place // 3}", "MUG", "1", "2.50", "Ada", "", ""] for place in range(300)])
    damaged = "".join(chance.choice('"\x00,\n\ud83d\u202e') if chance.random() < 0.003 else char for char in text)
    report = importer.run(damaged.encode("utf-8", "replace").decode(), "plain")

    assert report.accounted == report.rows_read, f"seed {seed}"
    assert report.outcomes["unknown_sku"] > 100, f"seed {seed}"
