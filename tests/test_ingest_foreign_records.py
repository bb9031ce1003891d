"""Records of other programs, `.json` files, archives and saved pages."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import RecordError
from ingest.formats.columns import Columns, day_comes_first, record_of
from ingest.formats.markdown import read_markdown
from ingest.formats.records import read_record
from ingest.raw import DateClue, RawDocument
from ingest.report import Passed, Problem
from ingest.sources.survey import raw_documents, survey
from ingest.text.markup import has_markup, plain_line, plain_text
from ingest.web.saved_page import read_saved_page
from tests.support.newsroom import HEADLINE, STORY, story_page, zipped

TEXT = "\n\n".join(STORY)
NEWS_PLEASE = {
    "maintext": TEXT,
    "title": HEADLINE,
    "title_page": f"{HEADLINE} | Courier",
    "date_publish": "2024-03-05 21:40:00",
    "date_modify": "2024-03-06 08:00:00",
    "date_download": "2024-04-01 00:00:00",
    "authors": ["Petra Lund"],
    "source_domain": "Courier",
    "url": "https://courier.example/a",
}
FUNDUS = {
    "title": HEADLINE,
    "body": {"summary": [STORY[0]], "sections": [{"headline": [], "paragraphs": list(STORY[1:])}]},
    "publishing_date": "2024-03-05 21:40:00+01:00",
    "authors": ["Petra Lund"],
    "publisher": "Courier",
    "html": {"requested_url": "https://courier.example/go", "responded_url": "https://courier.example/a"},
}


def read(record: dict[str, Any]) -> Any:
    return read_record(json.dumps(record).encode())


@pytest.mark.parametrize(
    "record",
    [
        NEWS_PLEASE,
        FUNDUS,
        {
            **{"text": TEXT, "title": HEADLINE, "publish_date": "2024-03-05T21:40:00", "authors": ["Petra Lund"]},
            **{"publisher": "Courier", "url": "https://courier.example/a"},
        },
        {
            **{"text": TEXT, "title": HEADLINE, "date": "2024-03-05 21:40:00", "domain": "Courier"},
            **{"url": "https://courier.example/a", "author": "Petra Lund"},
        },
        {
            **{"stories_id": 7, "text": TEXT, "title": HEADLINE, "publish_date": "2024-03-05 21:40:00"},
            **{"media_name": "Courier", "url": "https://courier.example/a", "authors": "Petra Lund"},
        },
        {
            **{
                "@type": "NewsArticle",
                "headline": HEADLINE,
                "articleBody": TEXT,
                "datePublished": "2024-03-05T21:40:00",
            },
            **{
                "author": [{"name": "Petra Lund"}],
                "publisher": {"name": "Courier"},
                "url": "https://courier.example/a",
            },
        },
        {
            **{
                "webTitle": HEADLINE,
                "webPublicationDate": "2024-03-05T21:40:00",
                "webUrl": "https://courier.example/a",
            },
            **{"fields": {"bodyText": TEXT, "byline": "By Petra Lund"}, "source": "Courier"},
        },
        {
            **{"headline": {"main": HEADLINE}, "body": TEXT, "pub_date": "2024-03-05T21:40:00", "source": "Courier"},
            **{"byline": {"original": "By Petra Lund"}, "web_url": "https://courier.example/a"},
        },
        {"_index": "news", "_source": {**NEWS_PLEASE}},
    ],
)
def test_records_of_other_programs_are_read(record: dict[str, Any]) -> None:
    extract = read(record)
    assert (extract.text, extract.title, extract.authors) == (TEXT, HEADLINE, ("Petra Lund",))
    assert extract.stated.value.startswith("2024-03-05T21:40:00")
    assert (extract.url, extract.outlet) == ("https://courier.example/a", "Courier")


def test_what_is_rendered_is_read_without_its_markup() -> None:
    extract = read({"title": {"rendered": "A &#8211; b"}, "content": {"rendered": "<p>One&nbsp;x.</p>\n<p>Two.</p>"}})
    assert (extract.title, extract.text) == ("A – b", "One x.\n\nTwo.")


def test_our_own_names_count_first_and_a_change_is_no_publication() -> None:
    extract = read(
        {"text": "own", "body": "other", "published": "2024-03-05", "date": "2020-01-01", "updated": "2024-03-09"}
    )
    assert (extract.text, extract.stated, extract.updates) == ("own", DateClue("record", "2024-03-05"), ("2024-03-09",))
    assert read({"text": "x", "updated": "2024-03-09"}).stated is None


def test_date_that_may_be_two_days_is_kept_as_it_is_written() -> None:
    extract = read({"text": "x", "date": "03/04/2024"})
    assert (extract.stated, extract.metadata) == (None, {"date_as_written": "03/04/2024"})


def test_text_that_was_cut_says_so_and_a_record_without_one_names_its_page() -> None:
    cut = read({"content": "The council voted… [+1234 chars]", "title": "x"})
    assert cut.text == "The council voted"
    assert cut.metadata["left_out"].startswith("1234 characters")
    with pytest.raises(RecordError, match="give its address"):
        read({"url": "https://courier.example/a", "title": "x", "seendate": "20240305T214000Z"})


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("<p>One &quot;x&quot;.</p><p>Two.</p><script>track()</script>", 'One "x".\n\nTwo.'),
        ("One.<br>Two.<br/>Three.", "One.\nTwo.\nThree."),
        ("&lt;p&gt;One &amp;amp; two.&lt;/p&gt;&lt;p&gt;Three.&lt;/p&gt;", "One & two.\n\nThree."),
        ("Tom &amp; Jerry &#8211; again", "Tom & Jerry – again"),
        ("If a < b and b > c, see the <p> tag of AT&T.", "If a < b and b > c, see the <p> tag of AT&T."),
        ("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a | b\n\nc | d"),
        ("A line.\nAnother.", "A line.\nAnother."),
    ],
)
def test_markup_in_a_text_becomes_paragraphs_and_letters(marked: str, plain: str) -> None:
    assert plain_text(marked) == plain


def test_only_records_with_markup_need_a_parser() -> None:
    assert has_markup(rb'{"text": "\u003cp>One"}')
    assert has_markup(rb'{"text": "<p>One<\/p>"}')
    assert not has_markup(b'{"text": "a < b, AT&T"}')
    assert plain_line("<b>A</b> &amp; b") == "A & b"


@pytest.mark.parametrize(
    ("source", "day"),
    [
        ("---\ntitle: x\ndate: 2024-03-05 21:40:00 +0100\n---\n", "2024-03-05T21:40:00+01:00"),
        ("---\ntitle: x\ndate: March 5, 2024\npublished: true\n---\n", "2024-03-05"),
        ("---\ntitle: x\npubDate: 2024-03-05\nauthors:\n  - name: Ann Bo\n  - Cy Do\n---\n", "2024-03-05"),
        ('+++\ntitle = "x"\ndate = 2024-03-05T21:40:00+01:00\n+++\n', "2024-03-05T21:40:00+01:00"),
        ('+++\ntitle = "x"\ndate = 2024-03-05\n[extra]\nweight = 1\n+++\n', "2024-03-05"),
        ("---\r\ntitle: x\r\ndate: 2024-03-05\r\n---\r\n", "2024-03-05"),
    ],
)
def test_front_matter_of_static_sites_is_read(source: str, day: str) -> None:
    extract = read_markdown(f"{source}\nThe text.".encode())
    assert (extract.title, extract.text.strip(), extract.stated) == ("x", "The text.", DateClue("front matter", day))


def test_front_matter_in_toml_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(RecordError, match="not TOML"):
        read_markdown(b"+++\ntitle = \n+++\nText.")


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["03/04/2024", "25/03/2024"], True),
        (["03/04/2024", "03/25/2024"], False),
        (["03/04/2024", "05/06/2024"], None),
        (["25/03/2024", "03/25/2024"], None),
        (["2024-03-05", None, 7], None),
    ],
)
def test_other_rows_tell_which_way_round_dates_are_written(column: list[Any], order: bool | None) -> None:
    assert day_comes_first(column) is order


def test_dates_of_a_table_are_read_as_its_other_rows_say() -> None:
    columns = Columns({"text": 0, "published": 1}, ("text", "date"), day_first=True)
    assert json.loads(record_of(["x", "03/04/2024"], columns))["published"] == "2024-04-03"


def documents(path: Path) -> tuple[list[RawDocument], list[Problem]]:
    stream = list(raw_documents(survey([path]), io.BytesIO()))
    return (
        [item for item in stream if isinstance(item, RawDocument)],
        [item for item in stream if isinstance(item, Problem)],
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.csv", "sep=;\ntitle;date;text\nA;25/03/2024;One\nB;03/04/2024;Two\n"),
        ("rows.csv", '"sep=;"\r\ntitle;date;text\r\nA;25/03/2024;One\r\nB;03/04/2024;Two\r\n'),
        ("rows.json", json.dumps([{"text": "One"}, {"text": "Two"}])),
        ("rows.json", json.dumps({"status": "ok", "articles": [{"body": "One"}, {"body": "Two"}]})),
        ("rows.json", json.dumps({"hits": {"hits": [{"_source": {"text": "One"}}, {"_source": {"text": "Two"}}]}})),
        ("rows.json", '{"text": "One"}\n{"text": "Two"}\n'),
        ("rows.ndjson", '{"text": "One"}\n{"text": "Two"}\n'),
    ],
)
def test_files_of_records_are_read_in_each_form(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8-sig")
    found, problems = documents(tmp_path / name)
    assert ([read_record(document.content).text for document in found], problems) == (["One", "Two"], [])


def test_table_for_excel_and_day_first_goes_through(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("sep=;\ntitle;date;text\nA;25/03/2024;One\nB;03/04/2024;Two\n", "utf-8-sig")
    found, _ = documents(tmp_path / "rows.csv")
    assert [json.loads(one.content)["published"] for one in found] == ["2024-03-25", "2024-04-03"]


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        ('{"name": "a package", "version": 1}', Passed, "holds no article"),
        ("{broken", Problem, "is not JSON"),
        ("[]", Problem, "empty list"),
        ("[" * 100_000, Problem, "is not JSON"),
    ],
)
def test_json_file_without_articles_is_told(tmp_path: Path, content: str, kind: type[Problem], reason: str) -> None:
    (tmp_path / "x.json").write_text(content)
    found, (problem,) = documents(tmp_path / "x.json")
    assert (found, type(problem)) == ([], kind)
    assert reason in problem.reason


def test_files_in_an_archive_are_read_under_their_names(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "2024/a.txt": TEXT,
        "b.jsonl": '{"text": "One"}\n',
        "__MACOSX/a.txt": "x",
        ".hidden.txt": "x",
        "../out.txt": "x",
        "photo.png": "x",
        "inner.zip": zipped({"c.txt": "x"}),
    }
    (tmp_path / "all.zip").write_bytes(zipped(files))
    found, problems = documents(tmp_path / "all.zip")
    assert [(one.kind, one.path_id, Path(one.source).name) for one in found] == [
        ("text", "all/2024/a", "a.txt"),
        ("record", None, "b.jsonl"),
    ]
    assert found[0].where.endswith("all.zip (2024/a.txt)")
    assert [Path(problem.where.split("(")[-1].rstrip(")")).name for problem in problems] == ["photo.png", "inner.zip"]
    assert all(isinstance(problem, Passed) for problem in problems)


def test_archive_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no archive")
    assert "not a zip archive" in documents(tmp_path / "x.zip")[1][0].reason


def test_page_that_a_browser_saved_is_read_with_its_address() -> None:
    page = story_page().replace("é", "=E9")
    archive = (
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://courier.example/2024/03/05/breakwater\n"
        "Subject: x\nDate: Fri, 1 Nov 2024 10:00:00 -0000\nMIME-Version: 1.0\nContent-Type:"
        ' multipart/related; boundary="b"\n\n'
        "--b\nContent-Type: text/css\n\np {}\n--b\nContent-Type: text/html\nContent-ID: <f>\n"
        f"Content-Location: https://courier.example/2024/03/05/breakwater\n\n{page}\n--b--\n"
    )
    extract = read_saved_page(archive.encode())
    assert (extract.title, extract.url) == (HEADLINE, "https://courier.example/2024/03/05/breakwater")
    assert extract.clues == (DateClue("url", "2024-03-05"),)
    assert STORY[0] in extract.text
