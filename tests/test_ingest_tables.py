"""Tables: columns are recognised or mapped, rows become records, bad rows are reported and the rest go in."""

import gzip
import json
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

import ingest
from ingest.errors import SourceError
from ingest.formats.columns import authors_of, recognised, record_of
from ingest.formats.tables import parquet_documents
from ingest.raw import RawDocument
from tests.support.dumps import read, table
from tests.support.fakes import FakeLibrary
from tests.support.material import TEXT
from ui.cli.output import show_report
from ui.page.views.uploads import report_html

HEADER = ["title", "date", "publication", "author", "url", "content"]
ROW = ["The pledge", "2015-08-01", "Island Times", "Ada Reyes; Bo Lind", "https://news.example/a", TEXT]


def records(path: Path, columns: dict[str, str] | None = None) -> list[dict[str, Any]]:
    documents, failed, _ = read(path, columns)
    assert failed == []
    return [json.loads(document.content) for document in documents]


def one(names: list[str], row: list[Any], **columns: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(record_of(row, recognised(names, columns)))
    return found


def parquet_file(path: Path, columns: dict[str, list[Any]], **settings: Any) -> Path:
    parquet.write_table(pyarrow.table(columns), path, **settings)
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.tsv", "a.tsv.gz"])
def test_rows_are_articles(tmp_path: Path, name: str) -> None:
    path = table(
        tmp_path / name,
        [HEADER, ROW, ["Other", *ROW[1:4], "", f'Quoted "words", and\nlines. {TEXT}']],
        ("\t" if "tsv" in name else ","),
    )
    library = FakeLibrary()
    report = ingest.ingest(library, [path])
    assert (report.added, report.failed, report.skipped) == (2, (), ())
    article, other = library.all()
    assert (article.title, article.published, article.published_method) == ("The pledge", "2015-08-01", "record")
    assert (article.outlet, article.authors, article.url) == ("Island Times", ("Ada Reyes", "Bo Lind"), ROW[4])
    assert article.text == TEXT
    assert other.text == f'Quoted "words", and\nlines. {TEXT}'


def test_rows_of_a_parquet_file_are_articles(tmp_path: Path) -> None:
    columns = {name: [value] * 3 for name, value in zip(HEADER, ROW, strict=True)}
    columns |= {"date": [date(2015, 8, 1), None, date(2015, 8, 3)], "author": [["Ada Reyes", "Bo Lind"]] * 3}
    columns |= {"content": [f"{TEXT} {n}" for n in range(3)], "url": [f"https://news.example/{n}" for n in range(3)]}
    library = FakeLibrary()
    report = ingest.ingest(library, [parquet_file(tmp_path / "a.parquet", columns, row_group_size=2)])
    assert (report.added, report.failed) == (3, ())
    assert [article.published for article in library.all()] == ["2015-08-01", None, "2015-08-03"]
    assert library.all()[2].text == f"{TEXT} 2"
    assert library.all()[2].authors == ("Ada Reyes", "Bo Lind")


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (["headline", "article", "pub_date", "source", "by", "link"], "title text published outlet authors url"),
        (["Body", "Publish Date", "Newspaper", "By-line"], "text published outlet authors"),
        (
            ["maintext", "date_publish", "source_domain", "authors", "language"],
            "text published outlet authors language",
        ),
        (["article", "content", "source", "publication"], ". text . outlet"),
        (["\ufefftext", "id"], "text id"),
    ],
)
def test_columns_are_known_by_their_usual_names(names: list[str], fields: str) -> None:
    found = recognised(names)
    expected = {field: at for at, field in enumerate(fields.split()) if field != "."}
    assert found.fields == expected


def test_columns_are_mapped_as_somebody_says(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", [["kopf", "rumpf", "text"], ["The pledge", TEXT, "a note"]])
    (record,) = records(path, {"text": "rumpf", "title": "kopf"})
    assert record == {"text": TEXT, "title": "The pledge", "text (column)": "a note"}
    library = FakeLibrary()
    ingest.ingest(library, [path], columns={"text": "rumpf", "title": "kopf"})
    assert (library.all()[0].text, library.all()[0].title) == (TEXT, "The pledge")


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (
            None,
            "recognised: title ('headline'); its columns are 'headline', 'words': say which one it is with --columns",
        ),
        ({"text": "gone"}, "has no column 'gone' for 'text': its columns are 'headline', 'words'"),
        ({"words": "text"}, "names 'words', which is no field of an article: those are text, title, published"),
    ],
)
def test_table_without_a_text_says_what_was_recognised(
    tmp_path: Path, columns: dict[str, str] | None, reason: str
) -> None:
    documents, (problem,), _ = read(table(tmp_path / "a.csv", [["headline", "words"], ["a", "b"]]), columns)
    assert documents == []
    assert reason in problem.reason


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("Jan 3, 2016", "2016-01-03"),
        ("3 January 2016", "2016-01-03"),
        ("2016/1/3", "2016-01-03"),
        ("20160103", "2016-01-03"),
        ("2016-01-03 09:30:00", "2016-01-03T09:30:00"),
        ("Sun, 03 Jan 2016 09:30:00 GMT", "2016-01-03T09:30:00+00:00"),
        (20160103, "2016-01-03"),
        (date(2016, 1, 3), "2016-01-03"),
        (datetime(2016, 1, 3, 9, tzinfo=UTC), "2016-01-03T09:00:00+00:00"),
        ("01/02/2016", None),
        ("yesterday", None),
        ("2016-02-31", None),
        (1451779200, "2016-01-03T00:00:00+00:00"),
    ],
)
def test_date_that_cannot_be_read_is_unknown_and_kept_as_it_is_written(written: Any, published: str | None) -> None:
    record = one(["text", "date"], [TEXT, written])
    assert record.get("published") == published
    assert record.get("date_as_written") == (None if published else str(written))


@pytest.mark.parametrize("empty", ["", "  ", None, float("nan"), "NaN", "NULL", "None", "N/A"])
def test_cells_that_say_nothing_are_nothing(empty: Any) -> None:
    assert one(["text", "date", "author", "url", "desk"], [TEXT, empty, empty, empty, empty]) == {"text": TEXT}


def test_other_columns_are_metadata_except_for_what_counts_rows() -> None:
    names = ["", "Unnamed: 0", "index", "text", "desk", "url", "link", "desk"]
    record = one(names, [1, 2, 3, TEXT, "World", "https://a.example", "https://b.example", "x"])
    assert record == {
        "text": TEXT,
        "url": "https://a.example",
        "desk": "World",
        "link": "https://b.example",
        "desk (column)": "x",
    }


def test_number_is_an_id_only_where_somebody_says_so() -> None:
    assert one(["id", "text"], ["17", TEXT]) == {"text": TEXT, "row_id": "17"}
    assert one(["id", "text"], ["pledge-17", TEXT]) == {"text": TEXT, "id": "pledge-17"}
    assert one(["id", "text"], [17, TEXT], id="id") == {"text": TEXT, "id": 17}


def test_two_tables_that_count_their_rows_do_not_replace_each_other(tmp_path: Path) -> None:
    for n in range(2):
        table(tmp_path / f"{n}.csv", [["id", "text"], ["1", f"{TEXT} {n}"], ["2", f"{TEXT} {n} {n}"]])
    report = ingest.ingest(FakeLibrary(), [tmp_path])
    assert (report.added, report.updated, report.failed) == (4, 0, ())


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Ada Reyes", ["Ada Reyes"]),
        ("By Ada Reyes; Bo Lind", ["Ada Reyes", "Bo Lind"]),
        ("['Ada Reyes', \"Bo O'Lind\"]", ["Ada Reyes", "Bo O'Lind"]),
        ('["Ada Reyes"]', ["Ada Reyes"]),
        ("[]", []),
        (["Ada Reyes", None], ["Ada Reyes"]),
        ("[__import__('os')]", ["[__import__('os')]"]),
        ("[" * 4000 + "]" * 900, ["[" * 4000 + "]" * 900]),
        (17, ["17"]),
    ],
)
def test_authors_are_read_in_the_forms_in_which_tables_have_them(written: Any, names: list[str]) -> None:
    assert authors_of(written) == names


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiter_and_encoding_are_told_by_the_table(tmp_path: Path, delimiter: str, encoding: str) -> None:
    text = f"L’île du café — déjà vu; and, {TEXT}"
    path = table(tmp_path / "a.csv", [["title", "text", "date"], ["Île", text, "2015-08-01"]], delimiter, encoding)
    assert records(path) == [{"title": "Île", "text": text, "published": "2015-08-01"}]


def test_bad_rows_are_reported_with_their_line_and_the_rest_go_in(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        f'title,text\n\na,"{TEXT}\nmore"\nb\nc,""\n\nd,nan\ne,{TEXT}\nf,"{TEXT}",,\ng,{TEXT}, and more\n', "utf-8"
    )
    documents, failed, _ = read(path)
    assert [document.line for document in documents] == [3, 9, 10]
    assert [(problem.line, problem.reason) for problem in failed] == [
        (5, "the row has 1 cells, the table 2 columns"),
        (6, "the column 'text' is empty"),
        (8, "the column 'text' is empty"),
        (11, "the row has 3 cells, the table 2 columns"),
    ]


def test_quotation_mark_that_is_never_closed_costs_no_more_than_a_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.formats.tables.LONGEST_CELL", 2000)
    rows = [["title", "text"], *([f"{n}", TEXT] for n in range(50))]
    path = table(tmp_path / "a.csv", rows)
    path.write_text(path.read_text("utf-8").replace("\n3,", '\n"3,'), "utf-8")
    documents, failed, _ = read(path)
    assert 40 < len(documents) < 50
    assert "is a quotation mark left open?" in failed[0].reason
    assert failed[0].line == 5


def test_long_text_in_a_cell_is_read(tmp_path: Path) -> None:
    (record,) = records(table(tmp_path / "a.csv", [["text"], ["word " * 100_000]]))
    assert len(record["text"]) == 500_000


def test_line_that_is_too_long_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.formats.streams.LARGEST_FILE", 5000)
    path = table(tmp_path / "a.csv", [["title", "text"], ["a", TEXT], ["b", "x" * 20_000], ["c", TEXT]])
    documents, (problem,), _ = read(path)
    assert [document.line for document in documents] == [2, 4]
    assert (problem.line, "is longer than" in problem.reason) == (3, True)


@pytest.mark.parametrize("content", [b"\0\1\2\3" * 100, b"\n\n\n", b"word", b'"', b",,,\n,,,", gzip.compress(b"x")])
def test_file_that_is_no_table_is_reported(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    documents, failed, _ = read(tmp_path / "a.csv")
    assert documents == []
    assert failed


def test_table_of_very_many_columns_is_refused(tmp_path: Path) -> None:
    _, (problem,), _ = read(table(tmp_path / "a.csv", [["text"] * 3000, ["x"] * 3000]))
    assert "has 3,000 columns" in problem.reason


@pytest.mark.parametrize("name", ["a.csv.gz", "a.tsv.gz"])
def test_packed_table_that_breaks_off_keeps_the_rows_before(tmp_path: Path, name: str) -> None:
    rows = [["text"], *([os.urandom(500).hex()] for _ in range(500))]
    path = table(tmp_path / name, rows)
    path.write_bytes(path.read_bytes()[:-3000])
    documents, (problem,), _ = read(path)
    assert 100 < len(documents) < 500
    assert "gzip data break off" in problem.reason


def test_parquet_that_is_damaged_is_reported_or_read_and_never_more(tmp_path: Path) -> None:
    columns = {"text": [f"{TEXT} {n}" for n in range(50)], "date": ["2015-08-01"] * 50}
    whole = parquet_file(tmp_path / "whole.parquet", columns, row_group_size=10).read_bytes()
    path = tmp_path / "a.parquet"
    for content in (whole[:-1], whole[: len(whole) // 2], whole[4:], b"PAR1", b"PAR1PAR1", b"x" * 100):
        path.write_bytes(content)
        _, failed, _ = read(path)
        assert len(failed) == 1
    for at in range(0, len(whole), 1997):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        documents, failed, _ = read(path)
        assert len(documents) + len(failed) >= 1


def test_parquet_without_its_library_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = parquet_file(tmp_path / "a.parquet", {"text": [TEXT]})
    monkeypatch.setattr("ingest.formats.tables.find_spec", lambda name: None if name == "pyarrow" else 1)
    _, (problem,), _ = read(path)
    assert "pip install 'pressmark[parquet]'" in problem.reason


def test_parquet_that_unpacks_without_end_costs_only_itself(tmp_path: Path) -> None:
    cells = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 3000, pyarrow.int32()), ["x" * (45 << 20)])
    path = tmp_path / "a.parquet"
    settings = {"compression": "zstd", "use_dictionary": True, "dictionary_pagesize_limit": 1 << 30}
    parquet.write_table(pyarrow.table({"text": cells}), path, **settings)
    assert path.stat().st_size < 10_000
    library = FakeLibrary()
    report = ingest.ingest(library, [path])
    assert library.all() == []
    assert len(report.failed) == 1
    assert re.search("memory|process that reads it", report.failed[0].reason)


def test_process_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.formats.apart.SECONDS_A_LINE", 0.01)
    _, (problem,), _ = read(parquet_file(tmp_path / "a.parquet", {"text": [TEXT]}))
    assert "was given up" in problem.reason


def test_process_ends_when_nobody_wants_more_rows(tmp_path: Path) -> None:
    path = parquet_file(tmp_path / "a.parquet", {"text": [TEXT] * 50_000})
    documents = parquet_documents(path, "a", "a", 0)
    assert isinstance(next(documents), RawDocument)
    documents.close()  # type: ignore[attr-defined]  # a generator: it waits for its process, or this would hang


PEAK = (
    "import re, sys; from pathlib import Path; from ingest.formats import tables\n"
    "peak = lambda: int(re.search('VmHWM:\\\\s+(\\\\d+)', Path('/proc/self/status').read_text())[1])\n"
)


def printed(code: str, *arguments: Path) -> list[int]:
    command = [sys.executable, "-c", PEAK + code, *map(str, arguments)]
    return [int(word) for word in subprocess.run(command, capture_output=True, check=True).stdout.split()]


def test_large_table_in_text_fills_no_memory(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", [["text"], *([f"{n} {TEXT * 20}"] for n in range(6_000))])
    count, grown = printed(
        "documents = tables.csv_documents(Path(sys.argv[1]), 'a', 'a', 0)\n"
        "begun = [next(documents) for _ in range(500)] and peak()\n"
        "print(500 + sum(1 for _ in documents), peak() - begun)",
        path,
    )
    assert count == 6_000
    assert grown < 8_000, "kilobytes that reading 45 MB took beside the first rows"


def test_large_parquet_in_one_row_group_fills_no_memory(tmp_path: Path) -> None:
    texts = [f"{n} {TEXT * 20}" for n in range(20_000)]
    small = parquet_file(tmp_path / "small.parquet", {"text": texts[:500]})
    large = parquet_file(tmp_path / "large.parquet", {"text": texts}, use_dictionary=False, compression="zstd")
    (grown,) = printed(
        "tables.write_rows(open('/dev/null', 'wb'), sys.argv[1], {}); begun = peak()\n"
        "tables.write_rows(open('/dev/null', 'wb'), sys.argv[2], {}); print(peak() - begun)",
        small,
        large,
    )
    assert grown < 60_000, "kilobytes that reading 150 MB took beside a small file"


def test_row_with_values_of_every_kind_is_a_record() -> None:
    names = ["text", "n", "when", "raw", "nested", "bad"]
    row = [TEXT, 1.5, datetime(2016, 1, 3, tzinfo=UTC), b"\xff", {"a": [1, None]}, "half \ud800"]
    record = one(names, row)
    assert (record["n"], record["nested"], record["when"]) == (1.5, {"a": [1, None]}, "2016-01-03 00:00:00+00:00")
    with pytest.raises(SourceError, match="'text' is empty"):
        record_of([None, *row[1:]], recognised(names))


def test_table_whose_first_line_is_broken_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'title,te\rxt\nPledge,"The text"\n')
    documents, (problem,), _ = read(tmp_path / "a.csv")
    assert documents == []
    assert "names of the columns cannot be read" in problem.reason


def test_what_goes_in_without_a_date_is_told_with_the_date_as_it_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dates = ["2015-08-01", "04/05/2021", "", *["05/04/2021"] * 6]
    rows = [[f"Report {at}", written, f"{at} {TEXT}"] for at, written in enumerate(dates)]
    path = table(tmp_path / "old.csv", [["title", "date", "text"], *rows])
    library = FakeLibrary()
    report = ingest.ingest(library, [path])
    assert (report.added, report.counts()["undated"]) == (len(dates), len(dates) - 1)
    assert [(problem.line, problem.reason) for problem in report.undated[:2]] == [
        (3, "the date “04/05/2021” cannot be read, or means two days"),
        (4, "no date was found"),
    ]
    show_report(report)
    said = capsys.readouterr().out
    assert "Without a date: 8 articles" in said
    assert said.count("means two days") == 4
    assert "and 3 more" in said
    assert "8 without a date" in report_html(report)
    assert ingest.ingest(library, [path]).undated == ()
