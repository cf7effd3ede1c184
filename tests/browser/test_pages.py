"""Every page: nothing for axe, the console or the Content-Security-Policy to say, in light, dark and on a phone."""

import pytest

from tests.browser.pages import DESK, PAGES, path_of

SCHEMES = {"light": ("light", "dark"), "phone": ()}
"""Look -> the colour schemes that a page is looked at in, one after the other."""


@pytest.mark.parametrize("look", SCHEMES)
@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_fault(visitors, name, look):
    visitor = visitors(PAGES[name][0], look)

    status = visitor.visit(path_of(name, visitor))

    assert {
        "status": status,
        "axe": visitor.violations(SCHEMES[look]),
        "refused": visitor.refused(),
        "faults": visitor.faults,
        "too wide": visitor.overflow(),
    } == {"status": 200, "axe": [], "refused": [], "faults": [], "too wide": 0}
    if name in DESK:
        assert {what: fault for what, fault in visitor.opened(SCHEMES[look]) if fault} == {}
        assert (visitor.faults, visitor.refused()) == ([], [])
