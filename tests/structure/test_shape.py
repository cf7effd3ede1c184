"""The house limits on sources and templates."""

import ast
import re
from pathlib import Path

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


FORBIDDEN = {
    "safe": re.compile(r"\|\s*safe\b"),
    "a style": re.compile(r"<style\b"),
    "a script of its own": re.compile(r"<script\b(?![^>]*\bsrc=)"),
    "an on... or style attribute": ON_ATTRIBUTE,
    "hx-on": re.compile("hx-on"),
    "javascript:": re.compile("javascript:"),
}


def faults(paths, find):
    """{file: what `find(path, its text)` says of it}, without those of which it says nothing."""
    found = {str(path.relative_to(ROOT)): list(find(path, path.read_text(encoding="utf-8"))) for path in paths}
    assert len(found) > 50
    return {name: said for name, said in found.items() if said}


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def modules_of(node):
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]


def test_a_source_is_short_and_says_what_it_is():
    def find(_path, text):
        if text.count("\n") > MOST_LINES["file"]:
            yield "too long"
        if not ast.get_docstring(ast.parse(text)):
            yield "no docstring"

    assert faults(SOURCES + TESTS, find) == {}


def test_a_function_is_short_and_imports_stand_at_the_top():
    def find(_path, text):
        for function in functions(ast.parse(text)):
            if function.end_lineno - function.lineno >= MOST_LINES["function"]:
                yield f"{function.name} is too long"
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    late = {name for name in modules_of(node) if name not in HEAVY and name.partition(".")[0] not in HEAVY}
                    yield from (f"import of {name} inside {function.name}" for name in late)

    assert faults(SOURCES, find) == {}


def test_a_template_is_short_and_a_part_never_extends():
    def find(path, text):
        if text.count("\n") > MOST_LINES["template"]:
            yield "too long"
        if (path.name.startswith("_") or "macros" in path.as_posix()) and "{% extends" in text:
            yield "a part that extends"

    assert faults(TEMPLATES, find) == {}


def test_a_template_holds_nothing_that_the_content_security_policy_forbids():
    def find(_path, text):
        text = re.sub(r"\{#.*?#\}", "", text, flags=re.S)
        return [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]

    assert faults(TEMPLATES, find) == {}


def test_every_slice_with_pages_has_templates_and_tests():
    slices = {path.parent.name for path in (ROOT / "dashboard").glob("*/views")} | {
        path.parent.name for path in (ROOT / "dashboard").glob("*/views.py")
    }
    for name in sorted(slices - {"live", "api"}):
        assert (ROOT / "templates" / name).is_dir(), name
    for name in sorted(slices):
        assert (ROOT / "tests" / name).is_dir(), name
