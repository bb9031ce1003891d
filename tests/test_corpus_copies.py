"""The same text is one article, near copies are one group, and an article is found by any form of its address."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus import Article, Library, PassageDraft, Place, Tokens, Window, day_number
from corpus.health import mend, problems
from corpus.owner import STORE
from corpus.store.articles import Store
from corpus.text.copies import are_near_copies, digest_of, shingles_of, signature_of
from tests.support.shelves import assert_whole, lexical, open_fake, put, some_article
from tests.test_corpus_formats import earlier

HELD = some_article(1, outlet="The Gazette", published="2015-05-03", url="https://gazette.example/reef")
COPY = replace(HELD, id="b1", outlet="The Herald", published="2015-05-04", url="https://herald.example/reef-vote")


@pytest.fixture
def library(tmp_path: Path) -> Iterable[Library]:
    with open_fake(tmp_path / "library") as library:
        yield library


def groups(store: Store) -> set[frozenset[str]]:
    """The groups of copies by the ids of their articles, single articles left out."""
    rows = store.rows("SELECT s.copies, a.id FROM signatures s JOIN articles a ON a.number = s.article")
    members: dict[int, set[str]] = {}
    for row in rows:
        members.setdefault(row["copies"], set()).add(row["id"])
    return {frozenset(ids) for ids in members.values() if len(ids) > 1}


# -- the same text


def test_the_same_text_under_another_address_is_one_article(library: Library) -> None:
    changes = put(library, HELD, COPY, COPY)
    assert [(change.kind, change.copy_of) for change in changes[1:]] == [("copy", HELD.id), ("unchanged", HELD.id)]
    assert library.stats().articles == 1
    assert library.find(COPY.url or "") == library.find(COPY.id) == HELD, "nothing of the held article changed"
    assert library.also_in(HELD.id) == (Place(None, COPY.url, "The Herald", "2015-05-04", COPY.title),)
    assert_whole(library, HELD)


@pytest.mark.parametrize(
    "form",
    [
        str.upper,
        lambda text: text.replace(" ", "\n\n \u00a0"),
        lambda text: text.replace("Report", "“Report”").replace(",", "—"),
    ],
)
def test_white_space_case_and_quotation_marks_make_no_other_text(form: Callable[[str], str]) -> None:
    plain = HELD.text.replace("Report", '"Report"').replace(",", "-") if "“" in form(HELD.text) else HELD.text
    assert digest_of(form(HELD.text)) == digest_of(plain)
    assert digest_of(HELD.text + " Not.") != digest_of(HELD.text)


def test_a_place_that_has_another_text_later_is_an_article_of_its_own(library: Library) -> None:
    put(library, HELD, COPY)
    own = replace(some_article(2), id=COPY.id, url=COPY.url)
    assert [change.kind for change in put(library, own)] == ["added"]
    assert library.find(COPY.url or "") == own
    assert library.also_in(HELD.id) == ()


def test_a_place_is_not_shown_once_the_held_article_was_corrected(library: Library) -> None:
    corrected = replace(HELD, text=some_article(3).text)
    put(library, HELD, COPY, corrected)
    assert library.also_in(HELD.id) == ()
    assert library.find(COPY.url or "") == corrected, "it can still be removed by either address"
    put(library, replace(COPY, text=corrected.text))
    assert [place.url for place in library.also_in(HELD.id)] == [COPY.url]


def test_a_place_whose_text_was_left_behind_by_a_correction_becomes_an_article(library: Library) -> None:
    put(library, HELD, COPY, replace(HELD, text=some_article(3).text))
    assert [change.kind for change in put(library, COPY)] == ["added"]
    assert library.find(COPY.url or "") == COPY


def test_an_article_that_is_held_keeps_its_id_when_its_text_becomes_that_of_another(library: Library) -> None:
    other = some_article(2)
    assert [change.kind for change in put(library, HELD, other, replace(other, text=HELD.text))][-1] == "updated"
    assert library.stats().articles == 2
    assert groups(library._store) == {frozenset((HELD.id, other.id))}


def test_short_texts_are_alike_by_chance(library: Library) -> None:
    notice = replace(HELD, text="The council meets on Monday. All are welcome.")
    put(library, notice, replace(notice, id="b", url="https://herald.example/notice"))
    assert library.stats().articles == 2
    assert groups(library._store) == set()


def test_a_file_that_was_moved_is_not_held_twice(library: Library) -> None:
    old, new = (replace(HELD, id=name, url=None, source=f"/news/{name}.txt") for name in ("old", "new"))
    assert [change.kind for change in put(library, old, new, new)] == ["added", "copy", "unchanged"]
    assert library.find("new") == old
    assert library.also_in("old") == (), "a file of the same outlet is no place to read it"


def test_only_an_outlet_that_had_the_text_is_searched_for_it(library: Library) -> None:
    put(library, HELD, COPY, some_article(2, outlet="The Observer"))
    word = HELD.text.split()[-1].strip(".")

    def found(**window: object) -> list[int]:
        return [n for n, _ in library.search_lexical([word], 5, Window(**window))]  # type: ignore[arg-type]

    assert found(outlets=("The Herald",)) == found(outlets=("The Gazette",)) != []
    assert found(outlets=("The Observer",)) == []
    day = day_number(HELD.published) or 0
    assert found(outlets=("The Herald",), until=day) == []
    assert found(outlets=("The Herald",), until=day + 1) != []
    assert ("The Herald", 0) in library.stats().outlets


def test_a_removed_article_takes_its_places_along(library: Library) -> None:
    put(library, HELD, COPY)
    library.remove(HELD.id)
    assert library.find(COPY.url or "") is None
    assert [change.kind for change in put(library, COPY)] == ["added"]


# -- addresses


@pytest.mark.parametrize(
    "form", ["http://www.gazette.example/reef/?utm_source=x", "https://m.gazette.example/reef#top"]
)
def test_an_article_is_found_by_any_form_of_its_address(library: Library, form: str) -> None:
    put(library, HELD, COPY)
    assert library.find(form) == HELD
    assert library.held_under(form) == (HELD.id, HELD.url)
    assert library.held_under(COPY.url or "") is None, "nothing is held under the address of a copy"
    assert library.find("https://gazette.example/reef?id=2") is None


def test_articles_of_the_first_format_are_found_by_any_form_and_compared_when_something_is_added(
    tmp_path: Path,
) -> None:
    folder = earlier(tmp_path / "library", 1)
    connection = sqlite3.connect(folder / STORE)
    number = connection.execute("SELECT number FROM articles ORDER BY number DESC").fetchone()[0]
    connection.execute("UPDATE revisions SET url = 'http://www.paper.example/a/' WHERE article = ?", (number,))
    connection.commit()
    connection.close()
    with Library.open(folder) as library:
        whole = library.find("https://paper.example/a?utm_medium=x#end")
        assert whole is not None
        assert library._store.rows("SELECT count(*) FROM signatures")[0][0] == 0
        change = library.keep_copy(replace(whole, id="again", url="https://other.example/again"))
        assert change is not None
        assert library._store.rows("SELECT count(*) FROM signatures")[0][0] == library.stats().articles == 7
        assert [place.url for place in library.also_in(whole.id)] == ["https://other.example/again"]


def test_what_no_longer_fits_its_article_is_put_right(library: Library) -> None:
    near = replace(some_article(1, sentences=9), id="b1")
    put(library, HELD, near)
    with library._store.transaction() as connection:
        connection.execute("UPDATE articles SET address = 'elsewhere'")
        connection.execute("UPDATE signatures SET text_digest = x'00', copies = article, signature = x'01'")
    store, index = library._store, SimpleNamespace(differences=lambda: (0, 0))
    assert [problem for problem in problems(store, index) if "2 articles cannot be told from their copies" in problem]
    assert mend(store, index, library.embedder) == ["2 articles were compared with the others for copies"]
    assert problems(store, index) == []
    assert groups(library._store) == {frozenset((HELD.id, near.id))}
    assert library.find("http://gazette.example/reef") == HELD


def test_signatures_that_were_made_in_another_way_are_made_again(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        put(library, HELD)
        library._store.set_meta(signatures="another way")
        with library._store.transaction() as connection:
            connection.execute("UPDATE signatures SET text_digest = x'00'")
    with open_fake(tmp_path) as library:
        assert [change.kind for change in put(library, COPY)] == ["copy"]


# -- near copies

SENTENCES = [sentence + "." for sentence in some_article(7, sentences=20).text.split(". ")]


def edited(*changes: Callable[[list[str]], list[str]]) -> str:
    lines = list(SENTENCES)
    for change in changes:
        lines = change(lines)
    return " ".join(lines)


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: ["HARBOURTOWN (Newswire) —", *lines, "© Newswire"],
        lambda lines: ["The council had met in secret for most of a year before it spoke.", *lines],
        lambda lines: lines[: len(lines) * 2 // 3],
        lambda lines: lines[:5] + lines[9:],
        lambda lines: lines[10:] + lines[5:10] + lines[:5],
        lambda lines: [line.replace("minister", "secretary") for line in lines],
    ],
)
def test_a_text_with_light_edits_is_a_near_copy(change: Callable[[list[str]], list[str]]) -> None:
    one, other = shingles_of(edited()), shingles_of(edited(change))
    assert are_near_copies(one, other)
    assert are_near_copies(other, one)


def test_texts_with_a_paragraph_in_common_are_no_copies() -> None:
    assert not are_near_copies(shingles_of(edited()), shingles_of(some_article(8).text + " ".join(SENTENCES[:6])))
    assert not are_near_copies(shingles_of(edited()), shingles_of(edited(lambda lines: lines[:4])))
    assert not are_near_copies(frozenset(), frozenset())


def test_a_text_has_the_same_signature_in_every_process() -> None:
    signature = signature_of(edited())
    assert (len(signature.minhash), len(signature.bands)) == (512, 32)
    assert signature.bands[:2] == (-6248588427336279627, 5110593562200108847)
    assert signature_of("Too short.").bands == ()
    assert len(signature_of("報道によると、島の議会は金曜日に気候に関する誓約を採択した。" * 4).bands) == 32


def near(name: str, text: str) -> Article:
    return replace(some_article(1), id=name, text=text, url=f"https://{name}.example/", outlet=name)


def test_near_copies_are_told_with_their_places_the_earliest_first(library: Library) -> None:
    first, second = near("one", edited()), replace(near("two", edited(lambda lines: lines[2:])), published="2001-01-01")
    put(library, first, second, replace(second, id="three", outlet="three", url="https://three.example/"))
    assert groups(library._store) == {frozenset(("one", "two"))}
    assert [(place.id, place.outlet) for place in library.also_in("one")] == [(None, "three"), ("two", "two")]
    assert [(place.id, place.outlet) for place in library.also_in("two")] == [(None, "three"), ("one", "one")]
    found = [library.passages_of(name)[0] for name in ("one", "two")]
    assert found[0].voice == found[1].voice != some_voice(library)


def some_voice(library: Library) -> str:
    put(library, some_article(9))
    return library.passages_of("a9")[0].voice


# A chain: each is a near copy of its neighbours and of nothing further away; and two texts beside it.
CHAIN = [" ".join(SENTENCES[at : at + 12]) for at in range(0, 9, 2)]
TEXTS = {f"c{at}": text for at, text in enumerate(CHAIN)} | {"x": some_article(30).text, "y": some_article(31).text}


def test_a_chain_of_near_copies_is_one_group() -> None:
    sets = [shingles_of(text) for text in CHAIN]
    assert all(are_near_copies(one, other) for one, other in pairwise(sets))
    assert not are_near_copies(sets[0], sets[4])


def expected(texts: dict[str, str]) -> set[frozenset[str]]:
    """The groups by comparing each with each."""
    sets = {name: shingles_of(text) for name, text in texts.items()}
    left, found = set(texts), set()
    while left:
        group, waiting = set(), [left.pop()]
        while waiting:
            name = waiting.pop()
            group.add(name)
            linked = {other for other in left if are_near_copies(sets[name], sets[other])}
            left -= linked
            waiting += linked
        found.add(frozenset(group))
    return {group for group in found if len(group) > 1}


Step = tuple[str, str, str]
STEPS = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(sorted(TEXTS)), st.sampled_from(sorted(TEXTS))),
    st.tuples(st.just("remove"), st.sampled_from(sorted(TEXTS)), st.just("")),
)


@settings(max_examples=30)
@given(st.permutations(sorted(TEXTS)), st.lists(STEPS, max_size=8))
@example(["c0", "c2", "c4", "c1", "c3", "x", "y"], [("remove", "c2", "")])
@example(["c0", "c1", "c2", "c3", "c4", "x", "y"], [("put", "c2", "x"), ("put", "x", "c2")])
def test_groups_depend_on_the_articles_and_not_on_their_order(order: Sequence[str], steps: Sequence[Step]) -> None:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store.db")
        for kind, name, text in [*(("put", name, name) for name in order), *steps]:
            if kind == "put":
                store.put(
                    near(name, TEXTS[text]), [PassageDraft(0, 9, "", Tokens.empty())], np.ones((1, 4), np.float32)
                )
            elif store.current(name):
                store.remove([name])
        assert groups(store) == expected(
            {one.id: store.get(one.id).text for one in store.list_articles("", None, None, 0)}
        )
        assert store.copies.wrong() == []
        labels = store.rows("SELECT copies, min(article) AS least FROM signatures GROUP BY copies")
        assert all(row["copies"] == row["least"] for row in labels)
        store.close()


def test_no_trace_of_a_signature_is_left_by_a_removed_article(library: Library) -> None:
    put(library, HELD, near("one", edited()))
    library.remove(HELD.id)
    counts = [library._store.rows(f"SELECT count(*) FROM {table}")[0][0] for table in ("signatures", "signature_bands")]
    assert counts == [1, 32]


def test_a_search_needs_no_signature(tmp_path: Path) -> None:
    """The passages of a library whose articles were not compared yet are each a voice of their own."""
    with open_fake(tmp_path) as library:
        put(library, HELD, some_article(2))
        with library._store.transaction() as connection:
            connection.execute("DELETE FROM signatures")
        voices = {found.voice for name in (HELD.id, "a2") for found in library.passages_of(name)}
        assert len(voices) == 2
        assert lexical(library, "harbour") != []
        assert library.also_in(HELD.id) == ()
