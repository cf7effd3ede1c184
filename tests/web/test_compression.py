"""What browsers load comes compressed, to whoever can read it; machines' answers and streams are left alone."""

import gzip

import brotli
import pytest

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}
SHEET = "/static/css/components.css"


@pytest.mark.parametrize("path", ["/login", SHEET, "/static/missing.css"])
@pytest.mark.parametrize(("asked", "got"), [("gzip, deflate, br, zstd", "br"), ("gzip, deflate", "gzip"), ("br;q=0, gzip", "gzip")])
def test_page_or_file_comes_compressed(client, path, asked, got):
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": asked})

    assert packed.headers["Content-Encoding"] == got
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data) / 2
    assert len(UNPACK[got](packed.data)) == pytest.approx(len(plain.data), abs=20)  # tokens differ
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize("asked", ["", "identity", "deflate", "br;q=0", "gzip;q=0"])
@pytest.mark.parametrize("path", ["/login", SHEET])
def test_who_cannot_read_it_gets_it_plain(client, path, asked):
    answer = client.get(path, headers={"Accept-Encoding": asked})

    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_file_is_the_same_for_everybody_and_kept_for_ever(client):
    client.get("/login")  # a session, whose cookie must not come with a file
    first, second = (client.get(SHEET, headers={"Accept-Encoding": "br"}) for _ in range(2))

    assert first.data == second.data
    assert first.headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in first.headers
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("asked", ["br", "gzip", "identity"])
def test_file_that_did_not_change_is_not_sent_again(client, asked):
    first = client.get(SHEET, headers={"Accept-Encoding": asked})

    again = client.get(SHEET, headers={"Accept-Encoding": asked, "If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")


def test_part_of_a_file_is_not_compressed(client):
    answer = client.get(SHEET, headers={"Accept-Encoding": "br", "Range": "bytes=0-1999"})

    assert (answer.status_code, len(answer.data), "Content-Encoding" in answer.headers) == (206, 2000, False)


def test_length_of_a_page_is_blurred(client):
    client.get("/login")

    lengths = {len(client.get("/login", headers={"Accept-Encoding": "br"}).headers["X-Padding"]) for _ in range(20)}

    assert len(lengths) > 3


def test_machine_gets_its_answer_as_it_is(client):
    answer = client.get("/api/openapi.json", headers={"Accept-Encoding": "br, gzip"})

    assert "Content-Encoding" not in answer.headers


def test_short_answer_stays_as_it_is(client):
    answer = client.get("/healthz", headers={"Accept-Encoding": "br, gzip"})

    assert (answer.status_code, "Content-Encoding" in answer.headers) == (200, False)
