"""What a library keeps, gives back and finds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from corpus import Article, InvalidArticleError, Library, PassageDraft, Tokens, UnknownArticleError, Window, day_number
from tests.support.fakes import FakeEmbedder
from tests.support.shelves import (
    EVERYTHING,
    articles_found,
    assert_whole,
    cut,
    dense,
    lexical,
    open_fake,
    put,
    some_article,
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_fake(tmp_path / "library") as library:
        yield library


def test_an_article_comes_back_as_it_was_put(library: Library) -> None:
    article = replace(
        some_article(1),
        authors=("Ann Ng", "José Ωmega"),
        language="en",
        source="file.html",
        fetched="2026-11-22T10:00:00+00:00",
        published_method="json-ld",
        metadata={"section": "World", "tags": ["a", "b"], "words": 120, "nothing": None},
        text="Zero \x00 byte. E\u0301 combining. 🏝️ 東京。\r\nNext\tline.",
    )
    assert [change.kind for change in put(library, article)] == ["added"]
    assert library.get("a1") == article
    assert library.check() == []


def test_what_was_put_is_found_at_once(library: Library) -> None:
    articles = [some_article(number) for number in range(20)]
    put(library, *articles)
    for article in articles:
        assert_whole(library, article)
    new = some_article(99)
    put(library, new)
    assert_whole(library, new)


def test_putting_the_same_again_changes_nothing(library: Library) -> None:
    article = some_article(1)
    put(library, article)
    fingerprint = library.fingerprint()
    later = replace(article, fetched=datetime.now(UTC).isoformat(), source="elsewhere")
    change = put(library, later)[0]
    assert (change.kind, change.revision) == ("unchanged", 1)
    assert library.holds(later)
    assert library.fingerprint() == fingerprint
    assert library.record("a1").source is None


@pytest.mark.parametrize(
    "fields", [{"title": "New"}, {"text": "Other words."}, {"published": None}, {"url": None}, {"authors": ("X",)},
               {"metadata": {"section": "Sport"}}, {"outlet": "The Mirror"}, {"language": "fr"}]
)  # fmt: skip
def test_any_new_content_is_a_new_revision(library: Library, fields: dict[str, object]) -> None:
    put(library, some_article(1))
    changed = replace(some_article(1), **fields)  # type: ignore[arg-type]
    assert not library.holds(changed)
    change = put(library, changed)[0]
    assert (change.kind, change.revision) == ("updated", 2)
    assert library.get("a1") == changed
    assert library.get("a1", 1) == some_article(1)


def test_an_old_revision_stays_readable_and_is_never_found(library: Library) -> None:
    old = replace(some_article(1), text="The zeppelin landed at dawn. Nobody was hurt in it.")
    new = replace(old, text="The balloon landed at dusk. Everybody was well after it.")
    put(library, old, some_article(2))
    assert lexical(library, "zeppelin") == ["a1"]
    put(library, new)
    assert library.get("a1", 1).text == old.text
    assert lexical(library, "zeppelin") == []
    numbers = [number for number, _ in dense(library, "The zeppelin landed at dawn", limit=50)]
    found = library.find_passages(numbers)
    assert all("zeppelin" not in one.passage.text for one in found.values())
    assert {one.passage.revision for one in found.values() if one.passage.article_id == "a1"} == {2}
    assert library.get("a1").text == new.text
    with pytest.raises(UnknownArticleError, match="has no revision 3"):
        library.get("a1", 3)


def test_a_text_that_comes_back_is_a_third_revision(library: Library) -> None:
    first, second = some_article(1), replace(some_article(1), title="Corrected")
    assert [change.revision for change in put(library, first, second, first)] == [1, 2, 3]
    assert library.get("a1", 1) == library.get("a1", 3) == first


def test_unchanged_passages_are_not_embedded_again(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    with Library.open(tmp_path, embedder=embedder) as library:
        put(library, some_article(1))
        before = embedder.texts_embedded
        longer = replace(some_article(1), text=some_article(1).text + "\n\nA new end was added to it on Friday night.")
        drafts = cut(longer, embedder)
        told: list[int] = []
        vectors = library.vectors_for([(longer, drafts)], told.append)[0]
        assert sum(told) == len(drafts)
        assert 0 < embedder.texts_embedded - before < len(drafts)
        assert np.allclose(vectors, embedder.embed_tokens([draft.tokens for draft in drafts]), atol=1e-6)


def test_vectors_for_nothing_are_none(library: Library) -> None:
    assert library.vectors_for([]) == []


@pytest.mark.parametrize("span", [(-1, 5), (3, 3), (0, 100_000)])
def test_a_passage_outside_of_the_text_is_refused(library: Library, span: tuple[int, int]) -> None:
    draft = PassageDraft(*span, "", Tokens.empty())
    with pytest.raises(InvalidArticleError, match="'a1' has no passage at"):
        library.put(some_article(1), [draft], np.ones((1, 64), np.float32))
    assert not library.has_id("a1")


@pytest.mark.parametrize("vectors", [np.ones((3, 64)), np.full((1, 64), np.nan), np.full((1, 64), np.inf)])
def test_vectors_that_do_not_fit_are_refused(library: Library, vectors: np.ndarray) -> None:
    draft = PassageDraft(0, 5, "", Tokens.empty())
    with pytest.raises(InvalidArticleError, match="sound vectors"):
        library.put(some_article(1), [draft], vectors.astype(np.float32))
    assert not library.has_id("a1")


def test_an_article_without_passages_is_refused(library: Library) -> None:
    with pytest.raises(InvalidArticleError, match="has no passages"):
        library.put(some_article(1), [])


def test_an_article_is_found_by_id_and_by_address(library: Library) -> None:
    put(library, some_article(1), some_article(2))
    assert library.find("https://news.example/2") == some_article(2)
    assert library.find("a1") == some_article(1)
    assert library.find("https://news.example/3") is None
    assert library.has_id("a1")
    assert not library.has_id("a3")


def test_an_unknown_article_is_named(library: Library) -> None:
    for read in (library.get, library.record, library.remove):
        with pytest.raises(UnknownArticleError, match="article 'nope' is not in the library"):
            read("nope")


def test_removing_several_is_all_or_nothing(library: Library) -> None:
    put(library, some_article(1), some_article(2))
    with pytest.raises(UnknownArticleError, match="nothing was removed"):
        library.remove("a1", "nope")
    assert_whole(library, some_article(1))
    library.remove("a1", "a2", "a1")
    assert library.articles() == []


def test_articles_are_listed_newest_first_and_undated_last(library: Library) -> None:
    articles = [replace(some_article(number), published=day) for number, day in
                enumerate(["2020-01-05", None, "2021-05-01T08:00:00Z", "2020-01-05"])]  # fmt: skip
    put(library, *articles)
    assert [listed.id for listed in library.articles()] == ["a2", "a0", "a3", "a1"]
    assert [listed.id for listed in library.articles(limit=2, offset=1)] == ["a0", "a3"]
    listed = library.articles()[0]
    assert listed == library.record("a2")
    assert (listed.title, listed.revision, listed.passages) == ("Report number 2", 1, len(library.passages_of("a2")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("50 %", "a1"), ("r_port", ""), ("REPORT", "a0 a2"), ("news.example/2", "a2"), ("!", ""), ("", "a0 a1 a2")],
)
def test_the_list_is_filtered_by_plain_text(library: Library, text: str, expected: str) -> None:
    put(library, some_article(0), replace(some_article(1), title="50 % more"), some_article(2))
    assert sorted(listed.id for listed in library.articles(text)) == expected.split()
    assert [listed.id for listed in library.articles(outlet="The Herald")] == ["a1"]


def test_stats_follow_every_change(library: Library) -> None:
    assert library.stats().articles == 0
    put(library, *(some_article(number) for number in range(6)))
    stats = library.stats()
    assert (stats.articles, stats.first_published, stats.last_published) == (6, "2010-03-01", "2015-03-06")
    assert stats.outlets == (("The Gazette", 2), ("The Herald", 2), ("The Observer", 2))
    assert stats.passages == sum(len(library.passages_of(f"a{number}")) for number in range(6))
    library.remove("a0")
    assert library.stats().articles == 5
    assert library.stats().fingerprint != stats.fingerprint
    put(library, some_article(0))
    assert library.stats().fingerprint == stats.fingerprint


def test_a_window_lets_only_its_days_and_outlets_answer(library: Library) -> None:
    put(library, *(some_article(number) for number in range(30)), replace(some_article(77), published=None))
    window = Window(since=day_number("2012-01-01"), until=day_number("2015-12-31"), outlets=("The Herald",))
    for hits in (dense(library, "storm over the harbour", 100, window), library.search_lexical(["says"], 100, window)):
        found = library.find_passages([number for number, _ in hits])
        ids = {one.passage.article_id for one in found.values()}
        assert ids == {f"a{n}" for n in range(30) if n % 3 == 1 and 2 <= n % 20 <= 5}
    nowhere = Window(outlets=("Nobody",))
    assert dense(library, "storm", 10, nowhere) == library.search_lexical(["says"], 10, nowhere) == []


@pytest.mark.parametrize("share", ["broad", "narrow"])
def test_a_window_too_wide_for_exact_search_is_searched_through_the_index(
    library: Library, monkeypatch: pytest.MonkeyPatch, share: str
) -> None:
    put(library, *(some_article(number) for number in range(60)))
    assert library.wait_for_index()
    window = Window(until=day_number("2026-12-31" if share == "broad" else "2010-12-31"))
    expected = dense(library, "glacier in the harbour", 12, window)
    monkeypatch.setattr("corpus.index.search.NARROW", 0)
    assert dense(library, "glacier in the harbour", 12, window) == expected
    assert len(expected) == 12


def test_words_are_plain_words_whatever_they_look_like(library: Library) -> None:
    put(library, replace(some_article(1), text='He said "NEAR" and NOT (storm) OR header: x AND y*.'))
    for word in ("NEAR", "NOT", '"', "header:", "x*", "(storm)", "a AND b", "^x", "-x", "{y}", "\x00"):
        library.search_lexical([word], 5, EVERYTHING)
    assert lexical(library, "NEAR") == ["a1"]
    assert lexical(library, "Storms") == ["a1"]
    assert library.search_lexical(['"', "--", ""], 5, EVERYTHING) == []


def test_the_same_library_gives_the_same_result(tmp_path: Path) -> None:
    """Before Chroma is loaded, after, and after opening again: numbers and scores are equal."""
    questions = ["storm in the harbour", "budget of the museum", "glacier"]
    with open_fake(tmp_path) as library:
        put(library, *(some_article(number) for number in range(80)))
        first = [dense(library, question, 40) for question in questions]
        assert library.wait_for_index()
        assert [dense(library, question, 40) for question in questions] == first
    with open_fake(tmp_path) as library:
        again = [dense(library, question, 40) for question in questions]
        assert library.wait_for_index()
        assert again == [dense(library, question, 40) for question in questions] == first
        assert [lexical(library, "storm", "budget") for _ in range(3)] == [lexical(library, "storm", "budget")] * 3


def test_equal_articles_are_told_apart_in_a_fixed_order(library: Library) -> None:
    same = replace(some_article(5, sentences=1), title="Same", published=None, outlet="")
    put(library, *(replace(same, id=f"a{number}") for number in range(9)))
    before = articles_found(library, same.text, 9)
    assert library.wait_for_index()
    assert articles_found(library, same.text, 9) == before
    assert sorted(set(articles_found(library, same.text, 60))) == [f"a{number}" for number in range(9)]


def test_reading_connections_do_not_grow_with_the_number_of_threads(library: Library) -> None:
    put(library, *(some_article(number) for number in range(5)))
    errors: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(5):
                assert articles_found(library, "storm")
        except BaseException as error:
            errors.append(error)

    for _ in range(10):
        threads = [threading.Thread(target=read) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
    assert len(library._store._idle) <= 8


def test_asking_while_articles_come_and_go_never_shows_a_half_article(library: Library) -> None:
    put(library, *(some_article(number) for number in range(10)))
    stop, wrong = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            for number, found in library.find_passages(
                n for n, _ in dense(library, "storm in the harbour", 20)
            ).items():
                try:
                    article = library.get(found.passage.article_id, found.passage.revision)
                except UnknownArticleError:
                    continue  # removed since
                if article.text[found.passage.start : found.passage.end] != found.passage.text:
                    wrong.append(number)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for round_ in range(4):
        put(library, *(replace(some_article(n), title=f"Round {round_}") for n in range(10)))
        library.remove(f"a{round_}")
        put(library, some_article(round_))
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert library.check() == []


def test_a_closed_library_says_so_and_closes_again_quietly(tmp_path: Path) -> None:
    from corpus import StorageError

    library = open_fake(tmp_path)
    put(library, some_article(1))
    library.close()
    library.close()
    with pytest.raises(StorageError, match="has been closed: open it again"):
        library.get("a1")
    with pytest.raises(StorageError, match="has been closed"):
        put(library, some_article(2))


def test_a_library_may_be_closed_by_another_thread(tmp_path: Path) -> None:
    library = open_fake(tmp_path)
    thread = threading.Thread(target=library.close)
    thread.start()
    thread.join()
    open_fake(tmp_path).close()


@pytest.mark.parametrize("name", ["with space", "news? #1", "100%20", "größe 東京", "a'b;c"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    with open_fake(tmp_path / name) as library:
        put(library, some_article(1))
        assert_whole(library, some_article(1))
    with open_fake(tmp_path / name) as library:
        assert_whole(library, some_article(1))
        assert library.wait_for_index()


def test_texts_that_only_look_alike_are_kept_apart(library: Library) -> None:
    composed, decomposed = "Caf\u00e9 fire.", "Cafe\u0301 fire."
    put(library, Article("é", composed), Article("e\u0301", decomposed))
    assert library.get("é").text == composed
    assert library.get("e\u0301").text == decomposed
