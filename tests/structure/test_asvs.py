"""tests/asvs.csv: every requirement of OWASP ASVS 5.0.0, levels 1 and 2, with a verdict; what is said to be met is tested."""

import ast
import csv
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
with (ROOT / "tests" / "asvs.csv").open(newline="", encoding="utf-8") as sheet:
    ROWS = list(csv.DictReader(sheet))


def place(row):
    return [int(part) for part in row["requirement"].split(".")]


@cache
def names_in(path):
    return {node.name for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}


def test_every_requirement_of_levels_1_and_2_stands_there_once():
    assert [place(row) for row in ROWS] == sorted(place(row) for row in ROWS)
    assert len({row["requirement"] for row in ROWS}) == len(ROWS)
    assert Counter(row["level"] for row in ROWS) == {"1": 70, "2": 183}


def test_what_is_not_met_says_why():
    assert {row["verdict"] for row in ROWS} == {"met", "not applicable", "open"}
    assert not [row for row in ROWS if row["verdict"] != "met" and not row["evidence"].endswith(".")]


def test_what_is_met_names_tests_that_are_there():
    missing = []
    for row in ROWS:
        named = row["evidence"].split() if row["verdict"] == "met" else []
        for path, _, name in (one.partition("::") for one in named):
            if not name.startswith("test_") or name not in names_in(path):
                missing.append((row["requirement"], f"{path}::{name}"))

    assert not missing
    assert all("::" in row["evidence"] for row in ROWS if row["verdict"] == "met")
