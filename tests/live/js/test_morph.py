"""What a person is doing survives pushed rows and cells."""

from tests.live.js.waiting import open_list, until

STATE = """() => {
  const note = document.getElementById('order-3-note');
  return {
    focused: document.activeElement === note, value: note.value, start: note.selectionStart, end: note.selectionEnd,
    hidden: note.nextElementSibling.value, page: scrollY, log: document.getElementById('order-3-log').scrollTop,
    open: document.getElementById('order-3-more').open, checked: document.querySelector('#order-3 .sel input').checked,
    selected: document.getElementById('order-3').getAttribute('aria-selected'),
    text: String(getSelection()), memo: document.querySelector('#order-3 textarea').value,
  };
}"""


def prepare(page):
    page.check("#order-3 .sel input")
    page.click("#order-3-more summary")
    page.evaluate("document.getElementById('order-3-log').scrollTop = 90")
    page.fill("#order-3 textarea", "typed memo")
    page.fill("#order-3-note", "typed by a person")
    page.evaluate(
        "() => { const note = document.getElementById('order-3-note'); note.focus(); note.setSelectionRange(2, 7); scrollTo(0, 120); }"
    )


def test_100_morphs_keep_focus_caret_selection_scroll_and_what_was_typed(page, player):
    open_list(page)
    prepare(page)
    before = page.evaluate(STATE)

    for seq in range(11, 111):
        html = player.row("order-3", v=seq, phase=f"Phase {seq}", note=f"server {seq}")
        player.emit("batch", **player.batch(seq, seq - 1, rows=[{"k": "order-3", "v": seq, "html": html}]))
    until(page, "document.getElementById('order-3').dataset.v === '110'")

    after = page.evaluate(STATE)
    assert after == before
    assert after["focused"] and after["value"] == "typed by a person" and (after["start"], after["end"]) == (2, 7)
    assert after["log"] == 90 and after["page"] > 0
    assert after["open"] and after["checked"] and after["selected"] == "true" and after["hidden"] == "1"
    assert page.inner_text("#order-3 .badge") == "Phase 110"
    assert page.evaluate("__live.applied") == 100


def test_a_field_nobody_touched_follows_the_server(page, player):
    open_list(page)

    html = player.row("order-3", v=2, note="from the server")
    player.emit("batch", **player.batch(11, 10, rows=[{"k": "order-3", "v": 2, "html": html}]))

    until(page, "document.getElementById('order-3-note').value === 'from the server'")
    assert page.input_value("#order-3 textarea") == "memo from the server"
    assert page.inner_text("#order-3 em") == "even"
    assert "is-flash" in page.get_attribute("#order-3", "class")
    until(page, "!document.getElementById('order-3').classList.contains('is-flash')")


def test_an_older_row_never_replaces_a_newer_one(page, player):
    open_list(page)

    for seq, v in ((11, 5), (12, 4)):
        html = player.row("order-3", v=v, phase=f"Phase {v}")
        player.emit("batch", **player.batch(seq, seq - 1, rows=[{"k": "order-3", "v": v, "html": html}]))

    until(page, "__live.applied === 2")
    assert page.inner_text("#order-3 .badge") == "Phase 5"


def test_reduced_motion_means_no_flash(chromium, player):
    context = chromium.new_context(base_url=player.url, reduced_motion="reduce")
    page = context.new_page()
    open_list(page)

    html = player.row("order-3", v=2)
    player.emit("batch", **player.batch(11, 10, rows=[{"k": "order-3", "v": 2, "html": html}]))

    until(page, "document.getElementById('order-3').dataset.v === '2'")
    assert "is-flash" not in (page.get_attribute("#order-3", "class") or "")
    context.close()


def test_cells_show_numbers_and_their_level_in_words(page, player):
    open_list(page)

    cell = {"k": "cell-A1-N", "v": 2, "n": {"available": 8, "on_hand": 12345}}
    player.emit("batch", **player.batch(11, 10, room="stock", cells=[cell], facets={"all": 1234}))

    until(page, "document.getElementById('cell-A1-N').dataset.level === 'low'")
    assert page.inner_text("#cell-A1-N") == "available 8 of 12,345 Low"
    assert page.inner_text("[data-facet=all]") == "1,234"


def test_a_cell_with_a_changed_field_waits_until_the_field_is_let_go(page, player):
    open_list(page)
    page.fill("#cell-A1-S input", "9")

    player.emit("batch", **player.batch(11, 10, room="stock", cells=[{"k": "cell-A1-S", "v": 2, "n": {"available": 0}}]))
    until(page, "__live.applied === 1")
    assert page.inner_text("#cell-A1-S b") == "7"

    page.fill("#cell-A1-S input", "7")
    page.press("#cell-A1-S input", "Tab")
    until(page, "document.querySelector('#cell-A1-S b').textContent === '0'")
    assert page.get_attribute("#cell-A1-S", "data-level") == "out"


def test_gone_removes_a_row_but_only_dims_the_one_in_use(page, player):
    open_list(page)
    page.focus("#order-4-note")

    player.emit("batch", **player.batch(11, 10, gone=["order-4", "order-5"]))

    page.wait_for_selector("#order-5", state="detached")
    assert "is-gone" in page.get_attribute("#order-4", "class")


def test_selected_words_stay_selected(page, player):
    open_list(page)
    page.evaluate("getSelection().selectAllChildren(document.getElementById('order-3-text'))")

    html = player.row("order-3", v=2, phase="Packed")
    player.emit("batch", **player.batch(11, 10, rows=[{"k": "order-3", "v": 2, "html": html}]))

    until(page, "document.getElementById('order-3').dataset.v === '2'")
    assert page.evaluate("String(getSelection())") == "steady words"
