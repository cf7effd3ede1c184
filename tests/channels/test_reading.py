"""Reading files of unknown make: encoding, delimiter, compression, broken records."""

import gzip
import json

import pytest

from dashboard.channels import reading
from dashboard.channels.mapping import Format
from dashboard.kernel.errors import Invalid

COLUMNS = ("id", "name", "qty")
AUTO = Format()


def examined(tmp_path, content: bytes, columns=COLUMNS, format_=AUTO, **options):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return reading.examine(path, format_, columns, **options)


def cells(layout):
    return [record.cells for record in reading.records(layout)]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("latin-1", "latin-1")],
)
def test_the_encoding_is_found_and_a_fallback_is_said(tmp_path, encoding, found):
    layout = examined(tmp_path, "id,name,qty\n1,Zoë,2\n".encode(encoding))

    assert layout.encoding == found
    assert layout.header == COLUMNS
    assert cells(layout) == [["1", "Zoë", "2"]]
    assert bool(layout.note) == (found == "latin-1")


@pytest.mark.parametrize("delimiter", reading.DELIMITERS)
def test_the_delimiter_is_the_one_that_finds_the_columns(tmp_path, delimiter):
    text = delimiter.join(["id", "name, first|last", "qty"]) + "\n" + delimiter.join(["1", '"a;b"', "2"])
    layout = examined(tmp_path, text.replace("name, first|last", '"name, first|last"').encode(), ("id", "qty"))

    assert layout.delimiter == delimiter
    assert cells(layout) == [["1", "a;b", "2"]]


def test_a_packed_file_is_read_like_any_other_and_a_bomb_is_refused(tmp_path):
    packed = gzip.compress(b"id,name,qty\n" + b"1,a,2\n" * 1000)

    assert len(cells(examined(tmp_path, packed))) == 1000
    with pytest.raises(Invalid, match="when unpacked"):
        examined(tmp_path, gzip.compress(b"\n" * 5_000_000), most_bytes=1_000_000)
    with pytest.raises(Invalid, match="cannot be unpacked"):
        examined(tmp_path, packed[:-20])


@pytest.mark.parametrize("content", [b"", b"\n\n", b",,\n1,2,3\n"])
def test_a_file_without_a_header_is_refused(tmp_path, content):
    with pytest.raises(Invalid, match="no header row"):
        examined(tmp_path, content)


def test_lines_are_counted_in_the_file_and_a_broken_record_is_a_problem_not_an_end(tmp_path):
    content = 'id,name,qty\n1,"two\nlines",2\n2,b,3\n3,"never closed,4\n' + "x" * 200_000 + '\n4,"d",5\n'
    found = list(reading.records(examined(tmp_path, content.encode())))

    assert [record.line for record in found[:3]] == [2, 4, 5]
    assert "closing quote" in found[2].problem
    assert all(record.problem or record.cells for record in found)


def test_line_ends_inside_a_cell_come_back_as_they_are(tmp_path):
    layout = examined(tmp_path, b'id,name,qty\r\n1,"a\r\nb\nc\rd",2\r\n')

    assert cells(layout) == [["1", "a\r\nb\nc\rd", "2"]]


def test_every_file_of_the_evil_csv_suite_reads_as_its_answer_says(shared_data):
    suite = shared_data / "evil" / "csv"
    for file in sorted((suite / "csvs").glob("*.csv")):
        text = (suite / "json" / f"{file.stem}.json").read_text("utf-8")
        answer = json.loads(text if b"\r" in file.read_bytes() else text.replace("\\r", ""))  # the copies lost their CRs
        expected = answer if isinstance(answer, list) else None  # one answer is of another row: only its shape is compared
        columns = list(expected[0] if expected else answer)
        layout = reading.examine(file, AUTO, columns)
        found = [dict(zip(layout.header, record.cells, strict=True)) for record in reading.records(layout) if record.cells]

        assert list(layout.header) == columns, file.name
        assert found == expected if expected else len(found) == 1, file.name
