"""The house limits on sources and templates."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for path in (ROOT / "dashboard").rglob("*.py") if "versions" not in path.parts and path.stat().st_size)
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py") if path.stat().st_size)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MOST_LINES = {"file": 400, "function": 60, "template": 200}
HEAVY = {
    "gevent",
    "psycopg",
    "redis",
    "huey",
    "segno",
    "stdnum",
    "zxcvbn",
    "alembic",
    "flask_migrate",
    "dashboard.kernel.runner",
}
"""Loaded where they are used, inside a function, because most processes never need them."""

ON_ATTRIBUTE = re.compile(r"<[a-zA-Z][^>]*\s(on[a-z]+|style)\s*=")
ROOT_ELEMENT = re.compile(r"^\s*<([a-z]+)[^>]*\bid=")


def names(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def modules_of(node):
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]


@pytest.mark.parametrize("path", SOURCES + TESTS, ids=names(SOURCES + TESTS))
def test_a_source_is_short_and_says_what_it_is(path):
    text = path.read_text(encoding="utf-8")

    assert text.count("\n") <= MOST_LINES["file"]
    assert ast.get_docstring(ast.parse(text)), "no docstring"


@pytest.mark.parametrize("path", SOURCES, ids=names(SOURCES))
def test_a_function_is_short_and_imports_stand_at_the_top(path):
    for function in functions(ast.parse(path.read_text(encoding="utf-8"))):
        assert function.end_lineno - function.lineno < MOST_LINES["function"], function.name
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                late = {name for name in modules_of(node) if name not in HEAVY and name.partition(".")[0] not in HEAVY}
                assert not late, f"import of {late} inside {function.name}"


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_is_short_and_a_part_never_extends(path):
    text = path.read_text(encoding="utf-8")
    is_part = path.name.startswith("_") or "macros" in path.as_posix()

    assert text.count("\n") <= MOST_LINES["template"]
    assert not (is_part and "{% extends" in text)


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_holds_nothing_that_the_content_security_policy_forbids(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)

    assert not re.search(r"\|\s*safe\b", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", text)
    assert not ON_ATTRIBUTE.search(text)
    assert "hx-on" not in text
    assert "javascript:" not in text


def test_every_slice_with_pages_has_templates_and_tests():
    slices = {path.parent.name for path in (ROOT / "dashboard").glob("*/views")} | {
        path.parent.name for path in (ROOT / "dashboard").glob("*/views.py")
    }
    for name in sorted(slices - {"live", "api"}):
        assert (ROOT / "templates" / name).is_dir(), name
    for name in sorted(slices):
        assert (ROOT / "tests" / name).is_dir(), name
