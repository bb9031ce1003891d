import json
from typing import Any

import pytest

from ingest.errors import RecordError
from ingest.formats.markdown import read_markdown, read_text
from ingest.formats.records import read_record
from ingest.raw import DateClue


def record(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def test_record_fields_are_read() -> None:
    extract = read_record(
        record(
            url="https://example.org/pledge",
            title="Island adopts\npledge",
            published="2015-08-01",
            outlet="Example Times",
            authors=["Ada Reyes", "Bo Lind"],
            text="The text.",
            language="en",
            id="pledge-1",
        )
    )
    assert (extract.url, extract.title, extract.outlet) == (
        "https://example.org/pledge",
        "Island adopts pledge",
        "Example Times",
    )
    assert extract.stated == DateClue("record", "2015-08-01")
    assert (extract.authors, extract.language, extract.id) == (("Ada Reyes", "Bo Lind"), "en", "pledge-1")


def test_only_the_text_is_required() -> None:
    extract = read_record(record(text="The text."))
    assert (extract.text, extract.title, extract.stated, extract.url, extract.id) == ("The text.", "", None, None, None)


def test_unknown_keys_are_kept_as_metadata() -> None:
    extract = read_record(record(text="x", section="World", tags=["a", "b\0"], score={"likes": 3}))
    assert extract.metadata == {"section": "World", "tags": ["a", "b"], "score": {"likes": 3}}


def test_empty_fields_count_as_unknown() -> None:
    extract = read_record(record(text="x", published="", url=None, id="", authors=None, title=None))
    assert (extract.stated, extract.url, extract.id, extract.authors) == (None, None, None, ())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "x"', "is not JSON: .* at column 13"),
        (b'{"text": "x", \n', "is not JSON: .* at column 14"),
        (b'{"text": "x', "is not JSON: Unterminated string starting at column 10"),
        (b'["text"]', "but a list"),
        (b'"text"', "but a string"),
        (b"17", "but 17"),
        (b'{"title": "x"}', '"text", the one field that is required'),
        (b'{"text": ["x"]}', '"text" must be a string, not a list'),
        (b'{"text": "x", "title": ["y"]}', '"title" must be a string, not a list'),
        (b'{"text": "x", "published": {"year": 2015}}', '"published" must be a string, not an object'),
        (b'{"text": "x", "authors": [1]}', '"authors" must be a list of names'),
        (b'{"text": "x", "n": NaN}', "NaN is not a JSON value"),
        (b'{"text": "x", "n": ' + b"1" * 5000 + b"}", "is not JSON"),
        (b'{"text": "x", "n": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deep"),
        (b'{"text": "x", "n": ' + b"[" * 50 + b"]" * 50 + b"}", "nested deeper than 20"),
        (record(text="x", id="i" * 301), '"id" has 301 characters'),
    ],
)
def test_bad_record_is_refused_with_the_reason(line: bytes, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        read_record(line)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[broken"])
def test_address_that_could_run_something_is_not_a_url(url: str) -> None:
    extract = read_record(record(text="x", url=url))
    assert extract.url is None
    assert extract.metadata["url"] == url


def test_front_matter_states_the_fields() -> None:
    extract = read_markdown(
        b"---\ntitle: 'Island: a pledge'\npublished: 2015-08-01\noutlet: Example Times\nauthors: [Ada Reyes]\n"
        b"url: https://example.org/pledge\nid: pledge\nlanguage: en\nsources:\n- One\n- Two\nseen: 2015-08-02\n---\n\n"
        b"The text.\n\n## A section\n\nMore *text*.\n"
    )
    assert extract.stated == DateClue("front matter", "2015-08-01")
    assert (extract.title, extract.outlet, extract.authors) == ("Island: a pledge", "Example Times", ("Ada Reyes",))
    assert (extract.url, extract.id, extract.language) == ("https://example.org/pledge", "pledge", "en")
    assert extract.metadata == {"sources": ["One", "Two"], "seen": "2015-08-02"}
    assert extract.text.strip() == "The text.\n\n## A section\n\nMore *text*."


@pytest.mark.parametrize("published", ["2015-13-45", "next week", "2015-08-01T09:30:00Z"])
def test_front_matter_date_stays_as_it_is_written(published: str) -> None:
    extract = read_markdown(f"---\npublished: {published}\n---\nThe text.".encode())
    assert extract.stated == DateClue("front matter", published)


def test_first_heading_is_the_title_and_leaves_the_text() -> None:
    extract = read_markdown(b"# The pledge #\n\nThe text.\n\n# Part two\n\nMore.")
    assert (extract.title, extract.text.strip()) == ("The pledge", "The text.\n\n# Part two\n\nMore.")


def test_heading_that_repeats_the_title_of_the_front_matter_leaves_the_text() -> None:
    extract = read_markdown(b"---\ntitle: The Pledge\n---\n# The pledge\n\nThe text.")
    assert (extract.title, extract.text.strip()) == ("The Pledge", "The text.")


def test_other_heading_below_front_matter_stays_in_the_text() -> None:
    extract = read_markdown(b"---\ntitle: The Pledge\n---\n# Background\n\nThe text.")
    assert (extract.title, extract.text.strip()) == ("The Pledge", "# Background\n\nThe text.")


def test_comment_in_a_code_block_is_no_title() -> None:
    extract = read_markdown(b"```\n# not a title\n```\n\n# A title\n\nThe text.")
    assert extract.title == "A title"


def test_text_between_rules_is_not_front_matter() -> None:
    extract = read_markdown(b"---\nOnly a sentence between two rules.\n---\n\nThe text.")
    assert extract.text.startswith("---\nOnly a sentence")


@pytest.mark.parametrize(
    ("matter", "reason"),
    [
        ("title: [open", "front matter is not YAML"),
        ("a: &a [x, x]\nb: [*a, *a]", "YAML aliases"),
        ("title: {a: b}", '"title" must be a string'),
        ("? [a, b]\n: c", "front matter"),
        ("a: !!python/object/apply:os.getcwd []", "front matter is not YAML"),
        ("x: " + "y" * 70_000, "longer than 64,000"),
    ],
)
def test_bad_front_matter_is_refused_with_the_reason(matter: str, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        read_markdown(f"---\n{matter}\n---\nThe text.".encode())


def test_short_first_line_of_a_plain_text_is_its_title_and_stays_in_the_text() -> None:
    extract = read_text(b"Island adopts pledge\n\nThe text begins here.")
    assert extract.title == "Island adopts pledge"
    assert extract.text.startswith("Island adopts pledge\n\nThe text")


@pytest.mark.parametrize("text", ["A sentence.\n\nMore.", "One\nTwo\n\nThree", "Only a line", "x" * 300 + "\n\nMore."])
def test_first_line_that_is_no_title_is_not_taken_for_one(text: str) -> None:
    assert read_text(text.encode()).title == ""
