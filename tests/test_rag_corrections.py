"""What an outlet changed, in a line, and whether it said so; and that a changed article answers with its new text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import rag
from corpus import Article, Library
from rag import read_receipt, receipt_of, verify_receipt
from rag.corrections import correction_of
from tests.support.evidence import PhraseReader
from tests.support.fakes import FakeEmbedder
from tests.support.shelves import cut, dense, lexical, open_fake, put

FLOOD = Article(
    id="flood",
    text="Rain fell on Kora for a week. The mayor, Ann Berg, said that 93 people had died. Nobody else was hurt.",
    title="Flood at Kora",
    outlet="The Gazette",
    published="2021-03-04",
    updated="2021-03-04",
    fetched="2021-03-04T10:00:00+00:00",
    url="https://news.example/flood",
)


def changed(old: str, new: str, **fields: str) -> tuple[str, tuple[str, ...]]:
    later = replace(FLOOD, text=FLOOD.text.replace(old, new), **fields)
    found = correction_of(FLOOD, later)
    assert found is not None
    return found.kind, found.changes


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("93", "39", "93 → 39"),
        ("93 people", "thirty-nine people", "93 → thirty nine"),
        ("Ann Berg", "Tom Iyer", "Ann Berg → Tom Iyer"),
        ("for a week", "on 3 March", "3 March added"),
        ("had died", "had not died", "“not” added"),
        ("Nobody else was hurt", "Somebody else was hurt", "“nobody” removed"),
        ("fell on", "poured on", "“fell” → “poured”"),
        (" Nobody else was hurt.", "", "1 sentence removed: “Nobody else was hurt.”"),
    ],
)
def test_what_changed_is_told_in_a_few_words(old: str, new: str, expected: str) -> None:
    assert changed(old, new) == ("silent", (expected,))


def test_figures_come_before_names_and_names_before_other_words() -> None:
    later = replace(FLOOD, text=FLOOD.text.replace("fell on", "poured on").replace("Ann Berg", "Tom Iyer"))
    found = correction_of(FLOOD, replace(later, text=later.text.replace("93", "39"), title="Floods at Kora"))
    assert found is not None
    assert found.changes[:3] == ("93 → 39", "Ann Berg → Tom Iyer", "“fell” → “poured”")
    assert found.line(1) == "93 → 39; and 3 more"
    assert found.changes[3].startswith("title: ")


def test_the_same_figure_in_other_words_is_no_other_figure() -> None:
    assert "→ ninety" not in " ".join(changed("93 people", "ninety-three people")[1])


@pytest.mark.parametrize(
    "note",
    [
        "Correction: the toll is 39, and not 93 as we wrote.",
        "This article was amended on 5 March 2021 to give the toll.",
        "This story has been updated with the mayor's words.",
        "An earlier version of this article misstated the number of dead.",
        "We gave a wrong toll, and we regret the error.",
        "Editor's note: the toll was changed.",
        "Clarification: Kora is a town.",
        "Update (5 March): the toll was changed.",
    ],
)
def test_a_note_of_the_outlet_makes_a_change_declared(note: str) -> None:
    kind, changes = changed("93 people had died. Nobody else was hurt.", f"39 people had died. {note}")
    assert kind == "declared"
    assert changes[0] == "93 → 39"


@pytest.mark.parametrize(
    "words",
    [
        "The budget was amended on Friday.",
        "A correction of the markets followed.",
        "The earlier version of the bridge was of wood.",
        "He updated his will.",
    ],
)
def test_news_of_corrections_is_no_note(words: str) -> None:
    assert changed("Nobody else was hurt.", words)[0] == "silent"


@pytest.mark.parametrize(
    ("updated", "kind"),
    [
        ("2021-03-05", "declared"),
        ("2021-03-05T08:00:00Z", "declared"),
        ("2021-03-04", "silent"),
        ("2021-03-04T23:00:00Z", "silent"),
        (None, "silent"),
    ],
)
def test_a_newer_date_of_updating_makes_a_change_declared(updated: str | None, kind: str) -> None:
    later = replace(FLOOD, text=FLOOD.text.replace("93", "39"), updated=updated)
    found = correction_of(FLOOD, later)
    assert found is not None
    assert found.kind == kind


def test_a_note_that_stood_there_before_declares_nothing_new() -> None:
    noted = replace(FLOOD, text=f"{FLOOD.text} Correction: Kora is a town, not a city.")
    found = correction_of(noted, replace(noted, text=noted.text.replace("93", "39")))
    assert found is not None
    assert (found.kind, found.note) == ("silent", "")


def test_what_only_sets_a_text_otherwise_is_typographic() -> None:
    assert changed("Nobody else", "Nobody  else") == ("typographic", ("only quotation marks, dashes or blanks",))
    assert correction_of(FLOOD, replace(FLOOD, outlet="The Herald")) is None


# -- what a library does with a correction ----------------------------------------------------------------------------

LONG = replace(
    FLOOD,
    text=" ".join(
        f"Part {at} of the report tells that the harbour of district {at} was closed by storm number {at}."
        for at in range(40)
    ),
)


def test_a_corrected_sentence_embeds_only_its_passage_anew(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    with Library.open(tmp_path, embedder=embedder) as library:
        put(library, LONG)
        before, passages = embedder.texts_embedded, len(library.passages_of("flood"))
        later = replace(LONG, text=LONG.text.replace("storm number 20", "storm number 21"))
        assert put(library, later)[0].kind == "updated"
        assert passages > 10
        assert embedder.texts_embedded - before == 1


def test_no_search_finds_a_passage_of_an_old_revision(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        put(library, LONG)
        assert library.wait_for_index()
        for round_ in range(6):
            old = library.passages_of("flood")
            later = replace(LONG, text=LONG.text.replace("storm number 20", f"hurricane{round_} number {round_}"))
            put(library, later)
            hits = [number for number, _ in dense(library, old[5].passage.embedded_text, limit=200)]
            found = library.find_passages(hits)
            assert {one.passage.revision for one in found.values()} == {round_ + 2}
            assert not set(hits) & {one.number for one in old}
            assert len(hits) == len(cut(later, library.embedder))
            if round_:
                assert lexical(library, f"hurricane{round_ - 1}") == []
            assert lexical(library, f"hurricane{round_}") == ["flood"]


def test_answers_cite_the_current_revision_and_receipts_tell_what_was_superseded(tmp_path: Path) -> None:
    reader = PhraseReader({"93": 9.0, "39": 9.0})
    question = "How many people died at Kora?"
    with open_fake(tmp_path) as library:
        put(library, FLOOD)
        first = rag.ask(library, question, reader=reader)
        receipt = read_receipt(json.dumps(receipt_of(first, library)))
        put(library, replace(FLOOD, text=FLOOD.text.replace("93", "39")))
        second = rag.ask(library, question, reader=reader)
        assert (first.guess, second.guess) == ("93", "39")
        assert [citation.passage_id.split(":")[1] for citation in second.citations] == ["2"]
        assert all("93" not in citation.quote for citation in second.citations)
        report = verify_receipt(library, receipt)
        assert [(quote.finding, quote.stands) for quote in report.quotes] == [("superseded", False)]
        assert rag.verbatim_citations(library, first) == ()


def test_revisions_and_reworded_ones_are_listed(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        put(library, FLOOD, replace(FLOOD, text=FLOOD.text.replace("93", "39"), fetched="2021-03-06T10:00:00+00:00"))
        put(library, replace(FLOOD, text=FLOOD.text.replace("93", "39"), authors=("A",), fetched="2021-03-07"))
        assert [(one.revision, one.is_reworded) for one in library.revisions("flood")] == [
            (1, False),
            (2, True),
            (3, False),
        ]
        assert [one.revision for one in library.list_rewordings()] == [2]
        assert library.list_rewordings(outlet="The Herald") == ()
