"""Questions in the words of the archive: typing errors, capitals, acronyms."""

from __future__ import annotations

import pytest

from rag.question.query import parse_query
from rag.retrieval.respelling import edits, respell

TEXTS = [
    "The army of Norland said that the Kora Liberation Front (the KLF) held Port Tiva. In Port Tiva the KLF spoke.",
    "President Mara Orlan went to Port Tiva. In it, Mara Orlan met the president of the airport.",
]
KNOWN = frozenset(" ".join(TEXTS).lower().replace(".", " ").replace(",", " ").split()) | {"leads"}


def respelled(question: str, *ignored: str) -> tuple[str, list[tuple[str, str]]]:
    query = respell(parse_query(question, ignore_filters=ignored), TEXTS, lambda word: word.lower() in KNOWN)
    return query.text, [(applied.words, applied.value) for applied in query.filters if applied.kind == "spelling"]


@pytest.mark.parametrize(
    ("asked", "text", "filters"),
    [
        ("Who is the presidnt?", "Who is the president?", [("presidnt", "president")]),
        ("wen did mara orlan go", "when did Mara Orlan go", [("wen", "when")]),
        ("where is the airprot", "where is the airport", [("airprot", "airport")]),
        ("Who leads Xanadu?", "Who leads Xanadu?", []),
    ],
)
def test_a_word_that_no_article_holds_is_read_as_one_much_like_it(
    asked: str, text: str, filters: list[tuple[str, str]]
) -> None:
    assert respelled(asked) == (text, filters)


def test_a_correction_that_is_not_wanted_is_left_out() -> None:
    assert respelled("Who is the presidnt?", "presidnt") == ("Who is the presidnt?", [])


def test_names_get_the_capitals_that_the_articles_give_them() -> None:
    assert respelled("where is port tiva")[0] == "where is Port Tiva"


def test_an_acronym_is_spelled_out_and_read_in_its_own_form_too() -> None:
    query = respell(parse_query("who leads the klf?"), TEXTS, lambda word: True)
    assert query.text == "who leads the Kora Liberation Front?"
    assert query.wordings == ("who leads the KLF?",)


def test_edits_count_letters_put_in_left_out_changed_and_exchanged() -> None:
    assert [edits("airport", other) for other in ("airport", "airprot", "aiport", "airpart", "import")] == [
        0,
        1,
        1,
        1,
        2,
    ]
