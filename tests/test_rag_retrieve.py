"""From a query to ranked passages: fusing, dating and capping as pure functions, then all of it on a small library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Article, FoundPassage, Library
from rag import parse_query
from rag.retrieval.copies import select_passages
from rag.retrieval.ranked import RetrievalSettings
from rag.retrieval.retrieve import fuse, min_max, retrieve
from rag.retrieval.timeliness import weight_of
from tests.support.evidence import asked, library_of, ranked_passage

HITS = st.lists(st.tuples(st.integers(1, 30), st.floats(-100, 100)), max_size=20, unique_by=lambda hit: hit[0])
LEAD_ONLY = RetrievalSettings(recency_weight=0.0, lead_weight=0.2)
EVEN = RetrievalSettings(recency_weight=0.0, lead_weight=0.0, per_article=3)
PLEDGE = "The harbour pledge was signed by the minister."


# -- pure functions ----------------------------------------------------------------------------------------------------


@given(HITS)
def test_normalised_scores_lie_between_nothing_and_one_in_the_same_order(hits: list[tuple[int, float]]) -> None:
    scores = min_max(hits)
    assert scores.keys() == {number for number, _ in hits}
    assert all(0.0 <= score <= 1.0 for score in scores.values())
    if hits:
        assert scores[max(hits, key=lambda hit: hit[1])[0]] == 1.0
    for one, first in hits:
        for other, second in hits:
            assert first <= second or scores[one] >= scores[other]


def test_the_worst_of_several_hits_counts_nothing_and_equal_hits_count_fully() -> None:
    assert min_max([(1, 9.0), (2, 5.0), (3, 1.0)]) == {1: 1.0, 2: 0.5, 3: 0.0}
    assert min_max([(1, 4.0), (2, 4.0)]) == {1: 1.0, 2: 1.0}


@given(HITS, HITS, st.floats(0, 1))
def test_fused_scores_are_averages_over_both_lists(
    dense: list[tuple[int, float]], lexical: list[tuple[int, float]], weight: float
) -> None:
    scores = fuse(dense, lexical, weight)
    assert scores.keys() == {number for number, _ in [*dense, *lexical]}
    assert all(-1e-9 <= score <= 1.0 + 1e-9 for score in scores.values())
    assert scores == pytest.approx(fuse(lexical, dense, 1 - weight))


def test_a_passage_that_both_searches_put_first_comes_first() -> None:
    scores = fuse([(1, 0.9), (2, 0.8), (3, 0.1)], [(1, 12.0), (3, 11.0), (4, 2.0)], 0.5)
    assert max(scores, key=lambda number: scores[number]) == 1
    assert scores[1] == 1.0


def test_the_weight_says_which_search_counts() -> None:
    dense, lexical = [(1, 1.0), (9, 0.0)], [(2, 1.0), (9, 0.0)]
    assert fuse(dense, lexical, 1.0) == {1: 1.0, 2: 0.0, 9: 0.0}
    assert fuse(dense, lexical, 0.0) == {1: 0.0, 2: 1.0, 9: 0.0}


@given(
    scores=st.dictionaries(st.integers(1, 40), st.floats(0, 2), max_size=30),
    limit=st.integers(1, 12),
    per_article=st.integers(1, 4),
)
def test_capped_keeps_the_best_of_each_article(scores: dict[int, float], limit: int, per_article: int) -> None:
    found = {number: ranked_passage("A text.", f"a{number % 4}", number=number).found for number in scores}
    ranked = select_passages(scores, found, limit, per_article)
    articles = Counter(one.found.passage.article_id for one in ranked)
    possible = Counter(f"a{number % 4}" for number in scores)
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    assert all(count <= per_article for count in articles.values())
    assert len(ranked) == min(limit, sum(min(per_article, count) for count in possible.values()))
    for one in ranked:
        better = [number for number in scores if scores[number] > one.score]
        same = [number for number in better if found[number].passage.article_id == one.found.passage.article_id]
        assert len(same) < per_article


def test_equal_scores_keep_the_order_of_numbers() -> None:
    found = {number: ranked_passage("A text.", f"a{number}", number=number).found for number in (5, 3, 9)}
    assert [one.found.number for one in select_passages({5: 1.0, 9: 1.0, 3: 1.0}, found, 3, 1)] == [3, 5, 9]


# -- copies of one passage

WIRE = (
    "Rescuers found twelve people alive under the snow near Lower Falls on Monday, the mayor said in a short message. "
    "The road to the village has been closed since the weekend, and helicopters bring blankets and bread to the school."
)


def copied(number: int, text: str = WIRE, *, published: str | None = "2015-01-02", copies: int = 1) -> FoundPassage:
    found = ranked_passage(text, f"a{number}", number=number, published=published).found
    return replace(found, copies=copies)


def placed(*found: FoundPassage, limit: int = 5) -> list[int]:
    scores = {one.number: 1.0 - at / 10 for at, one in enumerate(found)}
    return [one.found.number for one in select_passages(scores, {one.number: one for one in found}, limit, 3)]


def test_copies_of_a_passage_take_one_place() -> None:
    others = [copied(at, f"Quite another report of line {at} about the budget.", copies=at) for at in (7, 8)]
    assert placed(copied(1), copied(2), others[0], copied(3), others[1], limit=3) == [1, 7, 8]
    ranked = select_passages({1: 0.5, 2: 0.9}, {1: copied(1), 2: copied(2)}, 5, 3)
    assert [one.score for one in ranked] == [0.9]


def test_the_copy_that_was_published_first_stands_for_all() -> None:
    early, undated = copied(2, published="2015-01-01"), copied(3, published=None)
    assert placed(copied(1), early) == placed(undated, copied(1), early) == [2]
    assert placed(copied(1), undated) == [1]
    assert placed(copied(1), copied(5, "Another text altogether, of sheep."), early, limit=2) == [2, 5]


def test_a_copy_that_says_less_does_not_stand_for_one_that_says_more() -> None:
    short = " ".join(WIRE.split()[:9])
    assert placed(copied(1), copied(2, short, published="2014-01-01")) == [1]
    assert placed(copied(1, short), copied(2)) == [1, 2]


@pytest.mark.parametrize(
    "change", [("twelve", "thirteen"), ("Lower Falls", "Upper Falls"), ("found", "have not found")]
)
def test_copies_that_differ_in_a_figure_or_a_name_are_both_read(change: tuple[str, str]) -> None:
    assert placed(copied(1), copied(2, WIRE.replace(*change))) == [1, 2]


def test_a_dateline_makes_no_other_passage() -> None:
    assert placed(copied(1), copied(2, f"LOWER FALLS (Meridian Wire) — {WIRE}")) == [1]


def test_equal_passages_of_articles_that_are_no_copies_all_stand() -> None:
    assert placed(copied(1, copies=1), copied(2, copies=2)) == [1, 2]
    assert placed(ranked_passage(WIRE, "a1", number=1).found, ranked_passage(WIRE, "a2", number=2).found) == [1, 2]


def test_passages_of_one_article_are_no_copies_of_each_other() -> None:
    twice = replace(copied(2), passage=replace(copied(2).passage, article_id="a1"))
    assert placed(copied(1), twice) == [1, 2]


def test_the_opening_of_an_article_counts_more_than_its_end() -> None:
    opening = ranked_passage("The opening.").found
    later = replace(opening, passage=replace(opening.passage, ordinal=6))
    assert weight_of(opening, asked("who?"), LEAD_ONLY) > weight_of(later, asked("who?"), LEAD_ONLY) > 1.0


def test_nearness_to_the_date_counts_when_a_date_was_asked_for() -> None:
    near = ranked_passage("A text.", published="2015-07-30").found
    far = ranked_passage("A text.", published="2012-01-01").found
    unknown = ranked_passage("A text.").found
    query = replace(asked("who?"), as_of=date(2015, 8, 1))
    weights = [weight_of(one, query, RetrievalSettings(recency_weight=1.0)) for one in (near, far, unknown)]
    assert weights[0] > weights[1] >= weights[2]


def test_dates_count_nothing_when_none_was_asked_for() -> None:
    near = ranked_passage("A text.", published="2015-07-30").found
    far = ranked_passage("A text.", published="1999-01-01").found
    settings = RetrievalSettings(recency_weight=1.0)
    assert weight_of(near, asked("who?"), settings) == weight_of(far, asked("who?"), settings)


# -- on a library ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The same sentence in articles of several days and outlets, one of no date, and a long one that repeats it."""
    days = ["2010-01-01", "2012-06-01", "2015-08-01", "2020-01-01"]
    articles = [
        Article(id=f"y{day[:4]}", text=PLEDGE, published=day, outlet=("Gazette", "Herald")[at % 2])
        for at, day in enumerate(days)
    ]
    articles.append(Article(id="undated", text=PLEDGE, outlet="Gazette"))
    padding = " ".join(f"Word{at} follows the vessel of line {at} northward." for at in range(20))
    articles.append(Article(id="long", text="\n\n".join([f"{PLEDGE} {padding}"] * 8), published="2014-01-01"))
    with library_of(tmp_path_factory.mktemp("retrieve"), *articles) as opened:
        yield opened


def found_articles(
    library: Library, limit: int = 20, settings: RetrievalSettings = EVEN, **filters: object
) -> list[str]:
    query = parse_query("Who signed the harbour pledge?", **filters)  # type: ignore[arg-type]
    return [one.found.passage.article_id for one in retrieve(library, query, limit, settings)]


def test_without_filters_every_article_may_answer(library: Library) -> None:
    assert set(found_articles(library)) == {"y2010", "y2012", "y2015", "y2020", "undated", "long"}


def test_nothing_published_after_as_of_is_found(library: Library) -> None:
    assert set(found_articles(library, as_of="2012-06-01")) == {"y2010", "y2012"}


def test_since_and_until_are_inclusive(library: Library) -> None:
    assert set(found_articles(library, since="2012-06-01", until="2015-08-01")) == {"y2012", "y2015", "long"}


@pytest.mark.parametrize("edge", ["since", "until", "as_of"])
def test_an_article_of_no_date_is_outside_a_window_with_an_edge(library: Library, edge: str) -> None:
    day = "1900-01-01" if edge == "since" else "2100-01-01"
    found = found_articles(library, **{edge: day})
    assert "undated" not in found
    assert "y2010" in found


def test_only_the_outlets_asked_for_are_found(library: Library) -> None:
    assert set(found_articles(library, outlets=["Herald"])) == {"y2012", "y2020"}


def test_a_window_with_nothing_in_it_finds_nothing(library: Library) -> None:
    assert found_articles(library, until="1950-01-01") == []


def test_an_article_gives_at_most_a_few_passages(library: Library) -> None:
    assert len(library.passages_of("long")) > 3
    for most in (1, 3):
        assert Counter(found_articles(library, settings=replace(EVEN, per_article=most)))["long"] == most


def test_no_more_passages_than_asked_for(library: Library) -> None:
    assert len(found_articles(library, limit=4)) == 4


def test_the_nearest_article_comes_first_when_a_date_was_asked_for(library: Library) -> None:
    dated = replace(EVEN, recency_weight=1.0)
    assert found_articles(library, settings=dated, as_of="2015-08-02")[0] == "y2015"
    assert found_articles(library, settings=dated, as_of="2020-01-02")[0] == "y2020"


def test_passages_come_in_the_same_order_again(library: Library) -> None:
    assert found_articles(library) == found_articles(library)


def test_a_question_of_no_known_word_is_searched_all_the_same(library: Library) -> None:
    assert retrieve(library, asked("Кто?"), 3, EVEN)


def test_an_empty_library_finds_nothing(tmp_path: Path) -> None:
    with library_of(tmp_path / "empty") as empty:
        assert retrieve(empty, asked("Who signed the harbour pledge?"), 5) == []
