"""Stylesheets are sent without what only their writers read, and mean the same."""

import gzip

import pytest

from dashboard.web.sheets import squeezed


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/* one: {two} */\n.a > b { color: red; margin: 0 4px; }\n", ".a > b{color:red;margin:0 4px}"),
        ('.a::before { content: "▲ ;  { " / ""; }', '.a::before{content:"▲ ;  { " / ""}'),
        (".a :is(b, .c):hover { width: calc(1px - var(--x)); }", ".a :is(b,.c):hover{width:calc(1px - var(--x))}"),
        ("@media (max-width: 640px) {\n  .a { b: c; }\n}", "@media (max-width:640px){.a{b:c}}"),
    ],
)
def test_space_that_says_nothing_is_left_out(written, sent):
    assert squeezed(written) == sent


def test_a_sheet_of_its_own_and_a_joined_one_are_sent_and_no_other_name(client):
    joined, own = client.get("/static/css/desk-pages.css"), client.get("/static/css/tokens.css")

    assert own.data.removesuffix(b"}") in joined.data
    assert b"/*" not in gzip.decompress(client.get("/static/css/desk-pages.css", headers={"Accept-Encoding": "gzip"}).data)
    assert [client.get(f"/static/css/{name}.css").status_code for name in ("none", "../config", "Tokens")] == [404, 404, 404]
