"""Quotations and their composing: whole sentences, word for word, few, different; or what is near when none answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Article, LibraryStats, UnknownArticleError
from rag import Answer, parse_query
from rag.answering.compose import NOT_FOUND, compose
from rag.answering.confidence import ConfidenceSettings, confidence_of, confidence_of_sentences
from rag.answering.draft import Draft, short, supporting_sentences
from rag.answering.reconcile import Finding, Rival
from rag.reading.causes import CAUSE
from rag.reading.quoting import LONGEST, Quotation, sentence_around, telling_sentences, tells_why
from rag.retrieval.ranked import Ranked
from tests.support.evidence import LEADER, asked, candidate, evidence, ranked_passage, understood
from tests.support.fakes import FakeEmbedder

STATS = LibraryStats(38, 97, (("The Gazette", 38),), "1995-05-04", "2025-03-14", "f00d")
EMPTY = LibraryStats(0, 0, (), None, None, "0")
TEXT = "The council met. Usman Ghazi, who is 40, leads the movement. “Nobody else does,” he said. It rained."
LONG = " ".join(f"word{at}" for at in range(150)) + " Usman Ghazi " + " ".join(f"tail{at}" for at in range(150)) + "."
FACTS = [
    "The sea began to shrink because two rivers were diverted to cotton fields.",
    "Fishing towns lost their harbours within a single decade.",
    "Salt storms carry dust from the dry bed over farms and villages.",
    "A dam was completed with a loan to save the northern part.",
    "Scientists expect the eastern basin to stay empty for good.",
    "Pilots over the desert photograph rusting ships that lie in rows.",
    "Doctors in the region report more illness of the lungs each year.",
]


def article_of(*ranked: Ranked) -> Callable[[str], Article]:
    """Articles in which the passages stand where they say, by their ids."""
    articles = {
        found.passage.article_id: Article(
            id=found.passage.article_id,
            text=" " * found.passage.start + found.passage.text,
            title=found.title,
            published=found.published,
        )
        for found in (one.found for one in ranked)
    }
    return articles.__getitem__


def composed(*ranked: Ranked, guess: str = "Usman Ghazi", confidence: float = 0.9, is_long: bool = False) -> Answer:
    quotations = [sentence_around(one, *span_of(one, guess)) for one in ranked]
    draft = Draft(asked(LEADER), guess, confidence, quotations, ranked, form="sentences" if is_long else "span")
    return compose(draft, article_of(*ranked), STATS, 0.5)


def span_of(one: Ranked, words: str) -> tuple[int, int]:
    start = one.found.passage.text.index(words)
    return start, start + len(words)


# -- quoting


def test_a_span_is_quoted_with_its_whole_sentence() -> None:
    one = ranked_passage(TEXT, start=7)
    quotation = sentence_around(one, *span_of(one, "40"))
    assert quotation.text == "Usman Ghazi, who is 40, leads the movement."
    assert (quotation.start, quotation.end) == (7 + 17, 7 + 17 + len(quotation.text))


def test_a_span_over_two_sentences_is_quoted_with_both() -> None:
    one = ranked_passage(TEXT)
    assert sentence_around(one, *span_of(one, "movement. “Nobody")).text == TEXT[17:89]


def test_a_sentence_that_only_touches_the_span_is_not_quoted() -> None:
    one = ranked_passage("他来了。他走了。")
    assert sentence_around(one, *span_of(one, "他走了")).text == "他走了。"


def test_a_sentence_too_long_to_quote_is_cut_at_words_around_the_span() -> None:
    one = ranked_passage(LONG)
    quotation = sentence_around(one, *span_of(one, "Usman Ghazi"))
    assert len(quotation.text) <= LONGEST + len("Usman Ghazi")
    assert "Usman Ghazi" in quotation.text
    assert f" {quotation.text} " in f" {LONG} "


def test_the_edges_of_a_long_sentence_are_quoted_to_its_first_and_last_word() -> None:
    one = ranked_passage(LONG)
    assert sentence_around(one, *span_of(one, "word3 word4")).text.startswith("word0 ")
    assert sentence_around(one, *span_of(one, "tail147 tail148")).text.endswith(" tail149.")


@given(
    text=st.text(st.sampled_from("ab .?!\n“”AZ"), min_size=1, max_size=60) | st.sampled_from([TEXT, LONG]),
    start=st.integers(0, 2000),
    length=st.integers(1, 2000),
    offset=st.integers(0, 50),
)
def test_a_quotation_holds_its_span_and_stays_in_its_passage(text: str, start: int, length: int, offset: int) -> None:
    one = ranked_passage(text, start=offset)
    start %= len(text)
    end = min(len(text), start + length)
    quotation = sentence_around(one, start, end)
    assert offset <= quotation.start < quotation.end <= offset + len(text)
    assert quotation.text == text[quotation.start - offset : quotation.end - offset]
    assert text[start:end].strip() in quotation.text


def test_the_sentences_that_support_an_answer_are_three_at_most() -> None:
    texts = [f"Usman Ghazi leads, {fact.lower()}" for fact in FACTS]
    ranked = [ranked_passage(text, f"a{at}", number=at) for at, text in enumerate(texts)]
    quotations = supporting_sentences([evidence(one, "Usman Ghazi") for one in ranked])
    assert [quotation.text for quotation in quotations] == texts[:3]


def test_a_sentence_that_another_article_repeats_is_quoted_once() -> None:
    texts = [
        "Usman Ghazi leads the movement.",
        "“USMAN Ghazi leads the movement”.",
        "It said Ghazi, Usman was its chief now.",
    ]
    ranked = [ranked_passage(text, f"a{at}", number=at) for at, text in enumerate(texts)]
    quotations = supporting_sentences([evidence(one, one.found.passage.text[:5]) for one in ranked])
    assert [quotation.text for quotation in quotations] == [texts[0], texts[2]]


# -- telling sentences


def telling(*texts: str, question: str = "Why did the sea shrink because of rivers?") -> list[str]:
    ranked = [ranked_passage(text, f"a{at}", score=1 - at / 10, number=at) for at, text in enumerate(texts)]
    return [quotation.text for quotation in telling_sentences(FakeEmbedder(), understood(question), ranked)]


def test_three_to_five_sentences_tell_most_the_nearest_first() -> None:
    told = telling(" ".join(FACTS[:4]), " ".join(FACTS[4:]))
    assert 3 <= len(told) <= 5
    assert told[0] == FACTS[0]
    assert len(set(told)) == len(told)
    assert set(told) <= set(FACTS)


def test_a_sentence_is_told_once_though_two_articles_print_it() -> None:
    told = telling(" ".join(FACTS[:3]), " ".join(FACTS[:3]))
    assert sorted(told) == sorted(FACTS[:3])


def test_what_the_reader_found_is_told_first() -> None:
    ranked = [ranked_passage(" ".join(FACTS[1:]))]
    told = telling_sentences(
        FakeEmbedder(), understood("Why did it end?"), ranked, read=lambda one: 2.0 * (one.text == FACTS[6])
    )
    assert told[0].text == FACTS[6]


def test_causes_that_were_announced_come_before_their_announcement() -> None:
    announced = "Officials name several reasons for the choice they made."
    told = telling(f"{announced} {FACTS[4]} {FACTS[1]}", FACTS[5], question="Why was it closed?")
    assert set(told[:2]) == {FACTS[4], FACTS[1]}


def test_a_cause_straight_after_what_was_read_is_told_second() -> None:
    event, cause = (
        "The president was driven out on the seventh of April.",
        "Anger over prices had brought the crowds out.",
    )
    others = [f"The mayor of town {at} was driven out because of a vote." for at in range(4)]
    ranked = [ranked_passage(" ".join(others), "a1"), ranked_passage(f"{event} {cause}", "a2", score=0.8, number=2)]
    told = telling_sentences(
        FakeEmbedder(),
        understood("Why was the president driven out?"),
        ranked,
        read=lambda one: 1.0 * (one.text == event),
    )
    assert {one.text for one in told[:2]} == {event, cause}


OPENED, CLOSED = "The bridge was opened by the mayor of the town in May.", "The bridge was closed by the mayor in June."
BECAUSE = "The mayor blamed cracks in two of the five pillars."


@pytest.mark.parametrize(
    ("read", "first"),
    [
        ({CLOSED: 1.0, OPENED: 0.6, BECAUSE: 0.1}, [BECAUSE]),
        ({CLOSED: 1.0, OPENED: 0.6}, [CLOSED]),  # of another thing, for all that was read there
    ],
)
def test_the_cause_that_was_asked_for_comes_before_what_happened(read: dict[str, float], first: list[str]) -> None:
    ranked = [ranked_passage(f"{CLOSED} {OPENED}", "a1"), ranked_passage(BECAUSE, "a2", score=0.9, number=2)]
    told = telling_sentences(
        FakeEmbedder(),
        understood("Why was the bridge closed by the mayor?"),
        ranked,
        read=lambda one: read.get(one.text, 0.0),
    )
    assert [one.text for one in told][: len(first)] == first
    assert tells_why(understood("Why was the bridge closed by the mayor?"), told) is (BECAUSE in read)
    assert tells_why(understood("How was the bridge closed by the mayor?"), told)


def test_what_was_announced_tells_why_in_the_next_passage_of_the_article_too() -> None:
    announced, reason = "The mayor gave several reasons for it.", "Two of the five pillars had deep cracks."
    ranked = [
        ranked_passage(announced, "a1"),
        ranked_passage(OPENED, "a2", score=0.9, number=2),
        ranked_passage(reason, "a1", score=0.8, number=3, start=len(announced) + 1),
    ]
    told = telling_sentences(
        FakeEmbedder(),
        understood("Why was it closed by the mayor?"),
        ranked,
        read=lambda one: 0.1 if one.text == announced else 0.0,
    )
    assert told[0].text == reason
    assert tells_why(understood("Why was it closed by the mayor?"), told)


def test_a_cause_is_told_straight_after_what_it_explains() -> None:
    ranked = [
        ranked_passage(f"{CLOSED} {BECAUSE}", "a1"),
        ranked_passage("The bridge was closed by the mayor because of snow and ice.", "a2", score=0.9, number=2),
    ]
    told = telling_sentences(
        FakeEmbedder(),
        understood("Why was the bridge closed by the mayor?"),
        ranked,
        read=lambda one: 1.0 if one.text == CLOSED else 0.0,
    )
    assert [one.text for one in told][:2] == [CLOSED, BECAUSE]


def test_passages_of_an_article_that_names_what_was_asked_about_are_told_from() -> None:
    named = ranked_passage(f"The sea of Oman is calm. {FACTS[2]}", "a1")
    ranked = [named, ranked_passage(FACTS[0], "a1", number=2), ranked_passage(FACTS[3], "a2", number=3)]
    told = telling_sentences(FakeEmbedder(), understood("Why did the sea of Oman shrink because of rivers?"), ranked)
    assert {one.text for one in told} == {FACTS[0], FACTS[2]}


def test_only_passages_that_name_what_was_asked_about_are_told_from() -> None:
    texts = [f"The sea of Oman is calm. {FACTS[2]}", FACTS[0], FACTS[3]]
    assert set(telling(*texts, question="Why did the sea of Oman shrink because of rivers?")) == {FACTS[2]}
    assert len(telling(*texts, question="Why did the sea of Peru shrink because of rivers?")) == 3
    assert len(telling(*texts, question="Did the sea of Oman shrink because of rivers?")) == 3


def test_headings_captions_and_endless_sentences_are_not_told() -> None:
    assert (
        telling("Photos: The sea A boat lies on the dry ground.\n\nHide Caption 3 of 9 A man fishes in the sea.") == []
    )
    assert telling("Read more\n\nShare this\n\n" + "very " * 200 + "long indeed.") == []
    assert telling() == []


# -- confidence


def test_confidence_rises_with_weight_and_falls_with_a_rival() -> None:
    one, settings = evidence(ranked_passage(TEXT), "Usman Ghazi"), ConfidenceSettings()
    weak, strong, other = candidate(one, weight=0.1), candidate(one, weight=10.0), candidate(one, weight=9.0)
    alone = confidence_of(understood(LEADER), [strong], Finding(strong), settings)
    assert 0 <= confidence_of(understood(LEADER), [weak], Finding(weak), settings) < alone <= 1
    assert confidence_of(understood(LEADER), [strong, other], Finding(strong), settings) < alone
    assert confidence_of(understood(LEADER), [], Finding(None), settings) == 0.0


def test_a_passage_that_lacks_a_word_of_the_question_gives_less_confidence() -> None:
    """France's companies are not its capital."""
    one, settings = candidate(evidence(ranked_passage(TEXT), "Usman Ghazi"), weight=5.0), ConfidenceSettings()
    told = confidence_of(understood(LEADER), [one], Finding(one), settings)
    assert (
        confidence_of(understood(f"{LEADER.rstrip('?')} on the volleyball court?"), [one], Finding(one), settings)
        < told
    )


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=3), st.floats(0, 1))
def test_confidence_is_a_share(weights: list[float], share: float) -> None:
    one = evidence(ranked_passage(TEXT), "Usman Ghazi")
    ordered = [candidate(one, weight=weight, share=share) for weight in sorted(weights, reverse=True)]
    assert 0.0 <= confidence_of(understood(LEADER), ordered, Finding(ordered[0]), ConfidenceSettings()) <= 1.0


def test_sentences_near_the_question_give_more_confidence() -> None:
    one, settings = ranked_passage(TEXT), ConfidenceSettings()
    near, far = Quotation(one, 0, 16, 0.9), Quotation(one, 0, 16, 0.1)
    low, high = (confidence_of_sentences(understood(LEADER), told, settings) for told in ([far], [far, near]))
    assert low < settings.threshold < high
    assert confidence_of_sentences(understood(LEADER), [], settings) == 0.0


def test_sentences_from_passages_without_the_words_of_the_question_give_less_confidence() -> None:
    one, settings = Quotation(ranked_passage(TEXT), 0, 16, 0.5), ConfidenceSettings()
    held = confidence_of_sentences(understood("Why did it rain on the council?"), [one], settings)
    assert confidence_of_sentences(understood("Why did it switch to the Latin alphabet?"), [one], settings) < held / 2


def test_accounts_that_differ_are_believed_together() -> None:
    one, other, settings = ranked_passage(TEXT), ranked_passage(TEXT, "a2", number=2), ConfidenceSettings()
    best, rival = candidate(evidence(one, "Usman Ghazi"), share=0.5), candidate(evidence(other, "40"), share=0.5)
    alone = confidence_of(understood(LEADER), [best, rival], Finding(best), settings)
    both = Finding(best, (Rival(rival, "conflicting"),))
    assert confidence_of(understood(LEADER), [best, rival], both, settings) > alone
    former = Finding(best, (Rival(rival, "superseded"),))
    assert confidence_of(understood(LEADER), [best, rival], former, settings) == alone


@pytest.mark.parametrize("question", ["Who runs France?", "In what year did France win?"])
def test_a_passage_that_does_not_name_what_was_asked_about_gives_less_confidence(question: str) -> None:
    one, settings = evidence(ranked_passage(TEXT), "Usman Ghazi"), ConfidenceSettings()
    french = evidence(ranked_passage(f"{TEXT} The French win, and run."), "Usman Ghazi")
    unnamed, named = (
        confidence_of(understood(question), [told], Finding(told), settings) for told in map(candidate, (one, french))
    )
    assert unnamed < named / 2


# -- composing


def test_a_short_answer_stands_before_its_quotes() -> None:
    one = ranked_passage(TEXT, "a1", published="2015-08-01")
    two = ranked_passage("Its chief is Usman Ghazi.", "a2", published="2015-08-05T10:00:00Z", number=2)
    answer = composed(one, two)
    assert (answer.status, answer.answer, answer.guess) == ("answered", "Usman Ghazi", "Usman Ghazi")
    assert answer.text == (
        "Usman Ghazi [1][2]\n\n“Usman Ghazi, who is 40, leads the movement.” [1]\n\n“Its chief is Usman Ghazi.” [2]"
    )
    assert [claim.citations for claim in answer.claims] == [(1,), (2,)]
    assert answer.as_of == "2015-08-05"
    assert answer.library_span == ("1995-05-04", "2025-03-14")


def test_a_long_answer_is_made_of_quotes_alone() -> None:
    answer = composed(ranked_passage(TEXT), is_long=True)
    assert answer.text == "“Usman Ghazi, who is 40, leads the movement.” [1]"


def test_every_mark_in_the_text_names_a_citation() -> None:
    answer = composed(ranked_passage(TEXT), ranked_passage(TEXT, "a2", number=2))
    assert {int(mark) for mark in re.findall(r"\[(\d+)\]", answer.text)} == {c.n for c in answer.citations} == {1, 2}


def test_an_answer_of_unknown_date_names_none() -> None:
    assert composed(ranked_passage(TEXT)).as_of is None


@pytest.mark.parametrize("moved", ["", " ", "x" * 60])
def test_a_quote_that_has_moved_is_left_out_and_the_rest_numbered_anew(moved: str) -> None:
    one, two = ranked_passage(TEXT, "a1"), ranked_passage(TEXT, "a2", number=2)
    quotations = [sentence_around(ranked, 17, 28) for ranked in (one, two)]
    texts = {"a1": moved + TEXT[40:] if moved else "It rained.", "a2": TEXT}
    draft = Draft(asked(LEADER), "Usman Ghazi", 0.9, quotations, [one, two])
    answer = compose(draft, lambda article_id: Article(id=article_id, text=texts[article_id]), STATS, 0.5)
    assert [(citation.n, citation.article_id) for citation in answer.citations] == [(1, "a2")]


def test_an_article_removed_meanwhile_is_not_cited() -> None:
    def gone(article_id: str) -> Article:
        raise UnknownArticleError(article_id)

    one = ranked_passage(TEXT)
    draft = Draft(asked(LEADER), "Usman Ghazi", 0.9, [sentence_around(one, 17, 28)], [one])
    answer = compose(draft, gone, STATS, 0.5)
    assert (answer.status, answer.citations) == ("not_found", ())


def test_below_the_threshold_the_guess_is_kept_and_nothing_claimed() -> None:
    answer = composed(ranked_passage(TEXT), confidence=0.4)
    assert (answer.status, answer.answer, answer.guess) == ("not_found", None, "Usman Ghazi")
    assert answer.claims == answer.citations == ()
    assert answer.confidence == 0.4


def test_without_a_quote_there_is_no_answer_however_confident() -> None:
    draft = Draft(asked(LEADER), "Usman Ghazi", 1.0, [], [ranked_passage(TEXT)])
    assert compose(draft, article_of(), STATS, 0.5).status == "not_found"


# -- not found


def not_found(stats: LibraryStats = STATS, *ranked: Ranked, **filters: Any) -> Answer:
    query = parse_query(LEADER, **filters)
    return compose(Draft(query, None, 0.0, (), ranked), article_of(*ranked), stats, 0.5)


def test_what_was_not_found_names_what_was_searched_and_what_is_near() -> None:
    order = ["a0", "a1", "a0", "a2", "a3"]
    ranked = [
        ranked_passage(TEXT, name, score=1 - at / 10, published="2015-08-01" if name == "a1" else None, number=at)
        for at, name in enumerate(order)
    ]
    answer = not_found(STATS, *ranked)
    assert [near.article_id for near in answer.nearest] == ["a0", "a1", "a2"]
    assert answer.text.startswith(NOT_FOUND)
    assert "38 articles, published from 4 May 1995 to 14 March 2025" in answer.text
    assert "“Title of a0”; “Title of a1” (1 August 2015)" in answer.text
    assert "widen" not in answer.text


@pytest.mark.parametrize(
    "filters", [{"as_of": "2015-08-01"}, {"since": "2015-08-01"}, {"until": "2015-08-01"}, {"outlets": ["Gazette"]}]
)
def test_filters_that_may_leave_the_answer_out_are_mentioned(filters: dict[str, Any]) -> None:
    assert "widen them" in not_found(**filters).text


def test_an_empty_library_is_called_empty() -> None:
    answer = not_found(EMPTY)
    assert answer.text == "The library is empty: add articles first."
    assert answer.library_span is None


# -- short answers


@given(st.text(max_size=200))
def test_a_short_answer_has_twelve_words_at_most(text: str) -> None:
    words = short(text)
    assert words is None or 1 <= len(words.split()) <= 12


@pytest.mark.parametrize(
    ("guess", "expected"),
    [
        ("“Usman  Ghazi,”", "Usman Ghazi"),
        ("\n 335\nmetres ; ", "335 metres"),
        ("“”", None),
        ("", None),
        (None, None),
        (" ".join(str(at) for at in range(20)), "0 1 2 3 4 5 6 7 8 9 10 11"),
    ],
)
def test_a_guess_is_worded_without_its_quotation_marks(guess: str | None, expected: str | None) -> None:
    assert short(guess) == expected


# -- order and comparison


def test_a_timeline_is_told_by_date() -> None:
    days = ("2020-05-01", "2001-05-01", "2010-05-01")
    ranked = [
        ranked_passage(fact, f"a{at}", published=day, number=at)
        for at, (fact, day) in enumerate(zip(FACTS, days, strict=False))
    ]
    question = "Give me a timeline of the sea and its rivers."
    told = telling_sentences(FakeEmbedder(), understood(question), ranked)
    assert [quotation.ranked.found.published for quotation in told] == ["2001-05-01", "2010-05-01", "2020-05-01"]


def test_a_comparison_quotes_a_sentence_about_each_name() -> None:
    texts = ["Rivers were diverted to cotton fields by Kazakhstan.", *FACTS, "In Oman nobody has farmed fish so far."]
    told = telling(*texts, question="Compare the rivers of Kazakhstan and Oman.")
    assert any("Kazakhstan" in text for text in told)
    assert any("Oman" in text for text in told)


@pytest.mark.parametrize(
    ("sentence", "causal"),
    [
        ("The river swells, since the glaciers melt.", True),
        ("Since markets fell, the fund was closed.", True),
        ("The border had been closed since May 2021.", False),
        ("Since then it has been closed to traffic.", False),
        ("Visitors have made jokes about it since the move.", False),
        ("Rahmon has led Tajikistan since 1992.", False),
        ("They left because of the floods of May 2021.", True),
    ],
)
def test_a_since_that_tells_when_does_not_tell_why(sentence: str, causal: bool) -> None:
    assert bool(CAUSE.search(sentence)) is causal
