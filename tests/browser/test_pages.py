"""Every page: nothing for axe, the console or the Content-Security-Policy to say, in light, dark and on a phone."""

import pytest

from tests.browser.looking import LOOKS
from tests.browser.pages import DESK, PAGES, path_of


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_fault(visitors, name, look):
    visitor = visitors(PAGES[name][0], look)

    status = visitor.visit(path_of(name, visitor))

    assert {
        "status": status,
        "axe": visitor.violations(),
        "refused": visitor.refused(),
        "faults": visitor.faults,
        "too wide": visitor.overflow(),
    } == {"status": 200, "axe": [], "refused": [], "faults": [], "too wide": 0}
    if name in DESK:
        assert {what: fault for what, fault in visitor.opened() if fault} == {}
        assert (visitor.faults, visitor.refused()) == ([], [])
