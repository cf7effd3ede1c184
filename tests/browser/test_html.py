"""Every page is valid HTML by the Nu checker."""

import pytest

from tests.browser import checker
from tests.browser.pages import PAGES, path_of


def test_every_page_is_valid_html(visitors, tmp_path):
    if gap := checker.missing():
        pytest.skip(gap)
    files = []
    for name, (role, _) in PAGES.items():
        visitor = visitors(role, "light")
        answer = visitor.context.request.get(path_of(name, visitor))
        files.append(tmp_path / f"{name.replace(' ', '_')}.html")
        files[-1].write_text(answer.text(), encoding="utf-8")
    unread = visitors("ops", "light").context.request.get("/orders?q=" + "a" * 70_000)
    assert unread.status == 414
    files.append(tmp_path / "unread.html")
    files[-1].write_text(unread.text(), encoding="utf-8")

    found = checker.errors(files)
    assert not found, "\n".join(found)
