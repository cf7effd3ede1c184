"""A page as a browser without JavaScript sees it: elements by id, forms with their fields, and what submitting one sends."""

from html.parser import HTMLParser
from typing import Any

VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "use"}


class Element:
    """tag, attributes, text of all that is inside, and the elements inside."""

    def __init__(self, tag: str, attributes: dict[str, str]):
        self.tag, self.attributes = tag, attributes
        self.children: list[Element] = []
        self.words: list[str] = []

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """Every element inside of this tag with these attributes (an underscore stands for a hyphen)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        found = []
        for child in self.children:
            if (not tag or child.tag == tag) and all(child.attributes.get(name) == value for name, value in wanted.items()):
                found.append(child)
            found += child.all(tag, **attributes)
        return found

    def fields(self) -> dict[str, Any]:
        """What a browser would send: the last button is not among it."""
        sent: dict[str, Any] = {}
        for field in self.all():
            name = field.attributes.get("name")
            if not name or field.tag not in ("input", "select", "textarea"):
                continue
            if field.tag == "select":
                options = field.all("option")
                chosen = next((option for option in options if "selected" in option.attributes), options[0] if options else None)
                sent[name] = chosen.attributes.get("value", "") if chosen else ""
            elif field.tag == "textarea":
                sent[name] = field.text
            elif field.attributes.get("type") not in ("checkbox", "radio") or "checked" in field.attributes:
                sent[name] = field.attributes.get("value", "")
        return sent


class Page(HTMLParser):
    """Parses an answer's HTML."""

    def __init__(self, html: str):
        super().__init__()
        self.html = html
        self.root = Element("root", {})
        self._open = [self.root]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.words.append(data)

    def find(self, id_: str) -> Element | None:
        found = self.root.all(id=id_)
        assert len(found) < 2, f"{len(found)} elements have the id {id_}"
        return found[0] if found else None

    def get(self, id_: str) -> Element:
        found = self.find(id_)
        assert found is not None, f"there is no element #{id_}"
        return found

    def ids(self) -> list[str]:
        return [element.attributes["id"] for element in self.root.all() if "id" in element.attributes]

    def form(self, action: str) -> Element:
        """The one form that posts or gets this address."""
        found = [form for form in self.root.all("form") if form.attributes.get("action") == action]
        assert len(found) == 1, f"{len(found)} forms for {action}"
        return found[0]


def open_page(client: Any, address: str, status: int = 200, **headers: str) -> Page:
    answer = client.get(address, headers=headers)
    assert answer.status_code == status, (answer.status_code, answer.get_data(as_text=True)[:2000])
    return Page(answer.get_data(as_text=True))


def submit(client: Any, form: Element, **typed: str) -> Page:
    """Submit the form as a browser does, follow the redirect, and give the page it leads to."""
    answer = client.post(form.attributes["action"], data={**form.fields(), **typed})
    assert answer.status_code == 303, (answer.status_code, answer.get_data(as_text=True)[:2000])
    return open_page(client, answer.headers["Location"])
