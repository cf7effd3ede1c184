"""Taking back a mistyped figure: one's own, before anybody decided, and never one that is being recounted."""

import pytest

from dashboard.counts.commands import TakeBack
from dashboard.counts.correcting import take_back
from dashboard.kernel.errors import Conflict, Forbidden, NotFound
from tests.accounts.helpers import sign_in
from tests.checking import assert_clean
from tests.counts.acting import ANN, TOM, approved, counted, lines_of, opened, refused_as, status_of
from tests.factories import NOW, balance, do, read, shop


def taken_back(number, sku, actor=TOM):
    return do(take_back, TakeBack(number, sku), NOW, actor)


def test_a_figure_is_taken_back_and_typed_again(any_app):
    shop(north_A=5, north_B=2)
    number = opened("A", "B")
    counted(number, "B", 2)
    counted(number, "A", 4)
    assert status_of(number) == "review"

    again = taken_back(number, "a")

    assert (again.sku, again.status) == ("A", "counting")
    assert lines_of(number, "state", "counted", "expected", "counter") == [("to_count", None, None, None), ("counted", 2, 2, TOM.ref)]
    assert "\"counted\":4" in read("SELECT data FROM event WHERE type = 'FigureTakenBack'")[0][0].replace(" ", "")
    counted(number, "A", 5)
    approved(number)
    assert balance("A", "north") == (5, 0)
    assert_clean()


def test_what_is_not_ones_own_or_decided_or_recounted_stays(any_app):
    shop(north_A=100, north_B=2, north_C=2)
    number = opened("A", "B", "C")
    refused_as(TOM, Conflict, take_back, TakeBack(number, "A"))
    counted(number, "A", 50)
    counted(number, "B", 2)
    refused_as(ANN, Forbidden, take_back, TakeBack(number, "B"))
    error = refused_as(TOM, Conflict, take_back, TakeBack(number, "A"), state="to_count")
    assert "somebody else" in error.message and "100" not in error.message
    approved(number, "B")
    refused_as(TOM, Conflict, take_back, TakeBack(number, "B"), state="approved")
    for word in ("NOPE", "", "x\x00"):
        refused_as(TOM, NotFound, take_back, TakeBack(number, word))


def test_a_recounter_takes_back_their_own_figure_only(any_app):
    shop(north_A=100)
    number = opened("A")
    counted(number, "A", 50)
    counted(number, "A", 51, ANN)

    refused_as(TOM, Forbidden, take_back, TakeBack(number, "A"))
    assert taken_back(number, "A", ANN).status == "counting"
    assert lines_of(number, "state", "round", "counted") == [("recount", 1, 50), ("to_count", 2, None)]
    assert_clean()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Request-Type": "partial"}])
def test_the_page_offers_the_last_own_figure(app, headers):
    shop(north_A=5, north_B=2)
    client = app.test_client()
    sign_in(client, "warehouse")
    client.post("/counts", data={"location": "north", "skus": "A\nB"})
    page = client.get("/counts/C00001").text
    assert "Take back" not in page
    client.post("/counts/C00001/lines", data={"sku": "A", "units": "44"})
    client.post("/counts/C00001/lines", data={"sku": "B", "units": "3"})

    page = client.get("/counts/C00001").text
    assert 'name="undo" value="B"' in page
    answer = client.post("/counts/C00001/lines", data={"undo": "B", "sku": "", "units": ""}, headers=headers)

    assert answer.status_code == (200 if headers else 303)
    assert read("SELECT state FROM count_line WHERE sku_id = 2") == [("to_count",)]
    assert client.post("/counts/C00001/lines", data={"undo": "A"}, headers=headers).status_code == 409
