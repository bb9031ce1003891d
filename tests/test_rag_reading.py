"""From ranked passages to candidate answers: weights, agreement between articles, and the order of passages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Span
from rag.answering.phrasing import phrase_answer
from rag.english.words import content_words, normalised
from rag.question.kind import asks_about_now, fitness, kind_of
from rag.reading.agreement import Candidate, Evidence
from rag.reading.agreement import agreed as agreed_evidence
from rag.reading.factors import HAND_SET
from rag.reading.read import ReadingSettings, merge_readings, read, reranked
from rag.retrieval.ranked import Ranked
from tests.support.evidence import (
    LEADER,
    PhraseReader,
    WildReader,
    asked,
    candidate,
    evidence,
    ranked_passage,
    understood,
)

PLAIN = ReadingSettings(shared_part=0.0, outlet_part=1.0)
SHARING = ReadingSettings(shared_part=0.5, outlet_part=1.0)


def weighing(**weights: float) -> ReadingSettings:
    """The plain settings with other weights of some factors."""
    return replace(PLAIN, weights={**HAND_SET, **weights})


GHAZI = "The movement is led by Usman Ghazi, who was named in 2012."


def passages(*texts: str, articles: str = "abcdefgh", **fields: str) -> list[Ranked]:
    return [
        ranked_passage(text, article, score=1.0 - at / 100, number=at, **fields)
        for at, (text, article) in enumerate(zip(texts, articles, strict=False))
    ]


# -- agreement


def agreed(spans: Sequence[Evidence], settings: ReadingSettings) -> list[Candidate]:
    return agreed_evidence(spans, settings.shared_part, settings.outlet_part)


def test_an_answer_that_two_articles_give_beats_a_weightier_one_of_a_single_article() -> None:
    one, two, three = passages("It was Ghazi.", "It was Ghazi.", "It was Adil.")
    spans = [evidence(one, "Ghazi"), evidence(two, "Ghazi"), evidence(three, "Adil", weight=1.5)]
    assert [found.key for found in agreed(spans, PLAIN)] == ["ghazi", "adil"]


def test_an_article_counts_once_for_an_answer_however_often_it_says_it() -> None:
    one, two, three = passages("It was Ghazi.", "It was Ghazi.", "It was Adil.", articles="aab")
    spans = [evidence(one, "Ghazi", weight=0.9), evidence(two, "Ghazi"), evidence(three, "Adil", weight=1.5)]
    best, second = agreed(spans, PLAIN)
    assert (best.key, second.key) == ("adil", "ghazi")
    assert second.weight == 1.0
    assert [span.ranked for span in second.evidence] == [two]


def test_spelling_does_not_keep_spans_apart() -> None:
    one, two = passages("It was the “Usman  GHAZI”.", "It was Usman Ghazi's.")
    spans = [evidence(one, "the “Usman  GHAZI”"), evidence(two, "Usman Ghazi's")]
    assert [(found.key, found.weight) for found in agreed(spans, PLAIN)] == [("usman ghazi", 2.0)]


def test_a_name_and_its_longer_form_are_one_answer() -> None:
    one, two, three = passages("It was Usman Ghazi.", "It was Ghazi.", "It was Adil.")
    spans = [evidence(one, "Usman Ghazi"), evidence(two, "Ghazi"), evidence(three, "Adil", weight=1.2)]
    best = agreed(spans, PLAIN)[0]
    assert (best.text, len(best.evidence)) == ("Usman Ghazi", 2)


def test_two_months_of_a_year_are_not_one_answer() -> None:
    one, two, three = passages("It was July 2015.", "It was 2015.", "It was February 2015.")
    spans = [
        evidence(one, "July 2015", weight=3.0),
        evidence(two, "2015", weight=2.0),
        evidence(three, "February 2015"),
    ]
    best, second = agreed(spans, PLAIN)
    assert [span.text for span in best.evidence] == ["July 2015", "2015"]
    assert second.text == "February 2015"


def test_what_holds_another_answer_among_more_words_strengthens_it_in_part() -> None:
    one, two, three = passages("It was Ghazi, who came with four men.", "It was Ghazi.", "It was Adil.")
    spans = [
        evidence(one, "Ghazi, who came with four men"),
        evidence(two, "Ghazi"),
        evidence(three, "Adil", weight=1.2),
    ]
    assert agreed(spans, PLAIN)[0].key == "adil"
    assert agreed(spans, SHARING)[0].key in ("ghazi", "ghazi who came with four men")


def test_a_figure_in_words_and_in_digits_is_one_answer() -> None:
    one, two = passages("It took 39 days.", "It took thirty-nine days.")
    found = agreed([evidence(one, "39 days"), evidence(two, "thirty-nine days")], PLAIN)
    assert [len(candidate.evidence) for candidate in found] == [2]


def test_a_copy_of_a_text_counts_once() -> None:
    wire = "The council of elders has named Usman Ghazi as the new leader of the movement."
    one, two, three = passages(wire, wire + " It rained.", "The elders say it is Adil.")
    spans = [evidence(one, "Usman Ghazi"), evidence(two, "Usman Ghazi"), evidence(three, "Adil", weight=1.5)]
    best, second = agreed(spans, PLAIN)
    assert (best.key, second.weight, len(second.evidence)) == ("adil", 1.0, 2)


def test_copies_of_an_article_are_one_voice_in_whatever_words_they_say_it() -> None:
    one, two, three = passages("It is Ghazi.", "Ghazi, then, after all.", "The elders say it is Adil.")
    one, two = (replace(passage, found=replace(passage.found, copies=7)) for passage in (one, two))
    spans = [evidence(one, "Ghazi"), evidence(two, "Ghazi"), evidence(three, "Adil", weight=1.5)]
    best, second = agreed(spans, PLAIN)
    assert (best.key, second.weight, len(second.evidence)) == ("adil", 1.0, 2)


def test_each_further_article_of_an_outlet_counts_less() -> None:
    spans = [
        evidence(ranked_passage(f"In line {at} it was Ghazi.", f"a{at}", number=at), "Ghazi") for at in range(1, 5)
    ]
    assert agreed_evidence(spans, 0.0, 1.0)[0].weight == 4.0
    assert agreed_evidence(spans, 0.0, 0.5)[0].weight == 1.875


def test_parts_of_words_are_no_agreement() -> None:
    one, two = passages("It cost 3 dollars.", "It cost 30 dollars.")
    weights = {found.key: found.weight for found in agreed([evidence(one, "3"), evidence(two, "30")], SHARING)}
    assert weights == {"3": 1.0, "30": 1.0}


def test_the_weightiest_evidence_words_the_answer() -> None:
    one, two = passages("It was GHAZI.", "It was Ghazi.")
    best = agreed([evidence(one, "GHAZI", weight=0.5), evidence(two, "Ghazi", weight=2.0)], PLAIN)[0]
    assert best.text == "Ghazi"


def test_spans_without_a_word_are_no_answer() -> None:
    (one,) = passages("It was — Ghazi.")
    assert agreed([evidence(one, "—")], PLAIN) == []
    assert agreed([], PLAIN) == []


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["Ghazi", "Usman Ghazi", "Adil"]), st.floats(0, 50))))
def test_candidates_come_weightiest_first_and_each_article_once(drawn: list[tuple[int, str, float]]) -> None:
    texts = passages(*["Usman Ghazi and Adil."] * 4)
    spans = [evidence(texts[at], words, weight=weight, rank=at) for at, words, weight in drawn]
    found = agreed(spans, SHARING)
    assert [one.weight for one in found] == sorted((one.weight for one in found), reverse=True)
    assert {one.key for one in found} <= {normalised(words) for _, words, _ in drawn}
    assert len(found) == len({words.split()[-1] for _, words, _ in drawn})
    for one in found:
        ids = [span.ranked.found.passage.article_id for span in one.evidence]
        assert len(ids) == len(set(ids))
        assert one.weight >= max(span.weight for span in one.evidence)


# -- reading


def best_of(
    question: str, scores: dict[str, float], *texts: str, settings: ReadingSettings = PLAIN, **fields: str
) -> str:
    return read(PhraseReader(scores), asked(question), passages(*texts, **fields), settings)[0].text


def test_a_higher_score_wins() -> None:
    assert best_of("Who spoke?", {"Adil": 1.0, "Ghazi": 3.0}, "Adil and Ghazi spoke.") == "Ghazi"


def test_of_nearly_equal_scores_the_better_ranked_passage_wins() -> None:
    ranked = [ranked_passage("It was Ghazi.", "a", score=1.0), ranked_passage("It was Adil.", "b", score=0.2, number=2)]
    scores = {"Adil": 2.1, "Ghazi": 2.0}
    assert read(PhraseReader(scores), asked("Who spoke?"), ranked, PLAIN)[0].text == "Ghazi"
    level = [replace(one, score=1.0) for one in ranked]
    assert read(PhraseReader(scores), asked("Who spoke?"), level, PLAIN)[0].text == "Adil"


def test_words_that_cannot_be_the_answer_count_less() -> None:
    scores = {"in the harbour": 2.2, "40": 2.0, "Ghazi": 2.1}
    text = "In spring Ghazi counted 40 boats in the harbour."
    assert best_of("How many boats were counted?", scores, text) == "40"
    assert best_of("Who counted the boats?", scores, text) == "Ghazi"


def test_words_of_the_question_are_hardly_its_answer() -> None:
    text = "Usman Ghazi spoke with Abu Adil."
    assert best_of("Whom did Usman Ghazi meet?", {"Usman Ghazi": 3.0, "Abu Adil": 1.0}, text) == "Abu Adil"


def test_the_one_that_is_named_beside_what_was_asked_about_wins() -> None:
    text = "Emomali Rahmon presides over Tajikistan. Sadyr Japarov presides over Kyrgyzstan."
    scores, settings = {"Emomali Rahmon": 2.2, "Sadyr Japarov": 2.0}, weighing(names_missing=-0.8)
    assert best_of("Who is president of Kyrgyzstan?", scores, text, settings=settings) == "Sadyr Japarov"
    assert best_of("Who is president of Tajikistan?", scores, text, settings=settings) == "Emomali Rahmon"


def test_the_sentence_that_says_what_was_asked_wins() -> None:
    text = "Usman Ghazi has led the group since 2012. The group was founded in 1998."
    scores = {"2012": 3.0, "1998": 2.5}
    assert best_of("When was the group founded?", scores, text) == "1998"
    blind = weighing(words_missing_by_times=0.0, tells_since=0.0)
    assert best_of("When was the group founded?", scores, text, settings=blind) == "2012"


def test_what_goes_on_since_a_year_did_not_happen_in_it() -> None:
    text = "Ghazi leads the group, since 2012. It left in 1998."
    scores = {"2012": 3.0, "1998": 2.5}
    assert best_of("When did the group leave?", scores, text, settings=weighing(words_missing_by_times=0.0)) == "1998"
    assert best_of("Since when does Ghazi lead the group?", scores, text) == "2012"


def test_what_was_announced_had_not_happened_when_it_was() -> None:
    text = "He announced in 2009 that he would close the base. The base was handed over in 2014."
    scores, even = {"2009": 3.5, "2014": 2.0}, weighing(words_missing_by_times=0.0)
    assert best_of("When did the base close?", scores, text, settings=even) == "2014"
    assert best_of("When will the base close?", scores, text, settings=even) == "2009"
    assert best_of("When did he announce it?", scores, text, settings=even) == "2009"
    assert best_of("When did he say he would close the base?", scores, text, settings=even) == "2009"


def test_no_word_is_cut_in_two() -> None:
    text = "It named Tohir Yuldashev as its leader."
    start = text.index("hir")
    found = read(WildReader((start, start + len("hir Yuldash"), 3.0)), asked("Who led it?"), passages(text), PLAIN)
    assert found[0].text == "Tohir Yuldashev"


def test_the_sentence_that_asks_is_read_by_itself_as_well() -> None:
    reader = PhraseReader({"Ghazi": 2.0})
    question = "A singer died on Monday. Which band did she join?"
    read(reader, asked(question), passages("It was Ghazi."), PLAIN)
    read(reader, asked("Harst fell. What was it?"), passages("It was Ghazi."), PLAIN)
    assert reader.questions == [question, "Which band did she join?", "Harst fell. What was it?"]


def test_both_readings_count_and_the_one_of_the_sentence_that_asks_more() -> None:
    whole, asking = [Span(0, 0, 4, 5.0), Span(0, 9, 12, 1.0)], [Span(0, 9, 12, 6.0), Span(0, 20, 24, 2.0)]
    found = merge_readings(whole, asking, 0.75)
    assert [(span.start, span.score) for span in found] == [(9, 4.75), (0, 2.0), (20, 1.5)]
    assert merge_readings([], [], 0.75) == []


def test_what_asks_and_what_heads_a_text_is_hardly_an_answer() -> None:
    asking = "Was it Adil who spoke? It was Ghazi who spoke."
    assert best_of("Who spoke?", {"Adil": 2.0, "Ghazi": 1.0}, asking) == "Ghazi"
    none = "They say that no dam failed, and that the dam at Rogun stood."
    assert best_of("Which dam failed?", {"no dam": 2.0, "Rogun": 1.0}, none) == "Rogun"
    heading = "QUIZ TIME\n\nIt was Ghazi who spoke."
    assert best_of("Who spoke?", {"QUIZ TIME": 2.0, "Ghazi": 1.0}, heading) == "Ghazi"


@pytest.mark.parametrize("opening", ["OSH (AP) – ", "Osh, Kyrgyzstan (CNN) ", "OSH, Kyrgyzstan — "])
def test_where_a_report_was_written_is_not_where_it_happened(opening: str) -> None:
    told = f"{opening}The bridge in Naryn fell on Monday."
    scores = {opening.split()[0].strip(","): 4.0, "Naryn": 1.0}
    assert best_of("Where did the bridge fall?", scores, told) == "Naryn"
    fell_there = told.removeprefix(opening).replace("Naryn", opening.split()[0].strip(","))
    assert best_of("Where did the bridge fall?", scores, fell_there) != "Naryn"


def test_the_outlet_is_no_answer_unless_an_outlet_is_asked_for() -> None:
    told = "The Gazette learned that Ghazi spoke."
    scores = {"The Gazette": 4.0, "Ghazi": 1.0}
    assert best_of("Who spoke?", scores, told) == "Ghazi"
    assert best_of("Which newspaper learned of it?", scores, told) == "The Gazette"


def test_many_words_are_seldom_a_short_answer() -> None:
    told = "What they brought was bread, and some salt, and a lot of good words."
    scores = {"bread, and some salt, and a lot of good words": 1.5, "bread": 1.0}
    assert best_of("What was brought?", scores, told) == "bread"


def test_a_country_is_one_answer_with_its_people() -> None:
    one, two, three = passages("Japanese voters chose.", "Japan chose.", "China chose.")
    spans = [evidence(one, "Japanese", weight=0.7), evidence(two, "Japan", weight=0.6), evidence(three, "China")]
    best = agreed(spans, PLAIN)[0]
    assert (best.text, len(best.evidence)) == ("Japanese", 2)
    assert phrase_answer(understood("Which country chose?"), best) == "Japan"


def test_newer_evidence_wins_when_the_question_asks_how_things_stand() -> None:
    old, new = "It is led by Adil.", "It is led by Ghazi."
    ranked = [
        ranked_passage(old, "a", published="2001-01-01"),
        ranked_passage(new, "b", published="2015-01-01", number=2),
    ]
    scores = {"Adil": 2.5, "Ghazi": 2.0}
    assert read(PhraseReader(scores), asked("Who leads it now?"), ranked, PLAIN)[0].text == "Ghazi"
    assert read(PhraseReader(scores), asked("Who led it in 2001?"), ranked, PLAIN)[0].text == "Adil"


def test_only_the_best_passages_are_read() -> None:
    settings = replace(PLAIN, passages=1)
    found = read(PhraseReader({"Adil": 9.0, "Ghazi": 1.0}), asked("Who spoke?"), passages("Ghazi.", "Adil."), settings)
    assert [one.text for one in found] == ["Ghazi"]


def test_the_reader_is_asked_the_question_that_stands_by_itself() -> None:
    reader = PhraseReader({})
    query = replace(asked("How old is he?"), text="How old is Usman Ghazi?")
    assert read(reader, query, passages(GHAZI), PLAIN) == []
    assert reader.questions == ["How old is Usman Ghazi?"]


@given(
    st.lists(
        st.tuples(st.integers(-80, 80), st.integers(-80, 80), st.floats()),
        max_size=6,
    )
)
def test_spans_of_a_reader_gone_wild_do_no_harm(spans: list[tuple[int, int, float]]) -> None:
    ranked = passages(GHAZI, "Short.", GHAZI)
    for one in read(WildReader(*spans), asked(LEADER), ranked, ReadingSettings()):
        assert math.isfinite(one.weight)
        for span in one.evidence:
            assert 0 <= span.start < span.end <= len(span.ranked.found.passage.text)


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_a_span_without_a_score_is_passed_over(score: float) -> None:
    found = read(WildReader((0, 3, score), (4, 12, 1.0)), asked("What?"), passages(GHAZI), PLAIN)
    assert [one.text for one in found] == ["movement"]


# -- ranking anew


def test_passages_that_hold_a_likely_answer_come_first() -> None:
    silent, telling = passages("Nothing of the kind.", "It was Ghazi.")
    likely = candidate(evidence(telling, "Ghazi"), share=0.9)
    assert [one.found for one in reranked([silent, telling], [likely], PLAIN)] == [telling.found, silent.found]


def test_without_candidates_the_order_stays() -> None:
    ranked = passages("One.", "Two.", "Three.")
    assert [one.found for one in reranked(ranked, [], PLAIN)] == [one.found for one in ranked]
    assert reranked([], [], PLAIN) == []


def test_scores_still_fall_after_ranking_anew() -> None:
    ranked = passages("Nothing.", "It was Ghazi.", "Or Adil.", "Ghazi and Adil.")
    likely = [candidate(evidence(ranked[1], "Ghazi")), candidate(evidence(ranked[2], "Adil"), share=0.2)]
    scores = [one.score for one in reranked(ranked, likely, PLAIN)]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 4


# -- kinds of answers


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who leads the IMU?", "person"),
        ("Whose house burnt?", "person"),
        ("Where does he live?", "place"),
        ("Which country joined?", "country"),
        ("Soldiers of which NATO nation came?", "country"),
        ("Which country music singer came?", "person"),
        ("In what state is it?", "state"),
        ("Which town joined?", "place"),
        ("Which retired tennis star spoke?", "person"),
        ("Which member's vote was missing?", "other"),
        ("Which team of players won?", "other"),
        ("They will strike from when?", "date"),
        ("How many people died?", "number"),
        ("How old is he?", "number"),
        ("When was it founded?", "date"),
        ("In what year was it founded?", "year"),
        ("It was the first time since:", "year"),
        ("How soon will it open?", "date"),
        ("How warm did it get?", "number"),
        ("Orlan died on Monday. When did she join the band?", "date"),
        ("Who was it? What is it?", "person"),
        ("Why did the sea shrink?", "long"),
        ("How does prompt injection work?", "long"),
        ("Did he take the oath?", "long"),
        ("Summarise the clashes.", "long"),
        ("What was the capital called?", "other"),
        ("Кто возглавляет?", "other"),
        ("", "other"),
    ],
)
def test_a_question_asks_for_a_kind_of_answer(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("kind", "fit", "unfit"),
    [
        ("number", "about forty men", "the harbour"),
        ("number", "335 metres", "tall"),
        ("date", "27 August 2009", "a drone strike"),
        ("date", "last Tuesday", "the mountains"),
        ("person", "Usman Ghazi", "drone strike"),
        ("place", "Bishkek", "at home"),
        ("number", "two million", "Millions"),
        ("number", "51 seats", "51st vote"),
        ("number", "4 tons", "tens of thousands"),
        ("date", "four decades ago", "four decades"),
        ("date", "1998", "98%"),
        ("date", "next month", "42-39"),
        ("date", "the 1990s", "at the age of 96"),
        ("year", "August 1995", "next month"),
        ("other", "witch costume", "2022"),
        ("country", "the Netherlands", "Dutch"),
        ("country", "Britain", "northern Luzon"),
        ("state", "New Mexico", "Kate Brown"),
    ],
)
def test_words_fit_a_kind_or_fit_it_less(kind: str, fit: str, unfit: str) -> None:
    assert fitness(fit, kind) == 1.0  # type: ignore[arg-type]
    assert 0.0 < fitness(unfit, kind) < 1.0  # type: ignore[arg-type]


def test_a_people_fits_a_question_for_a_country_better_than_a_city_does() -> None:
    assert fitness("Dutch", "country") > fitness("Rotterdam", "country")


def test_anything_fits_an_open_question() -> None:
    assert fitness("drone strike", "other") == fitness("drone strike", "long") == 1.0


def test_only_questions_in_the_present_ask_how_things_stand() -> None:
    assert asks_about_now("Who leads the IMU?")
    assert asks_about_now("What is the capital of Kazakhstan?")
    assert not asks_about_now("Who led the IMU in 2010?")
    assert not asks_about_now("Who was the first president?")
    assert not asks_about_now("Who leads the movement founded in 1998?")


# -- words


@given(st.text())
def test_normalising_again_changes_nothing(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("the Orbán", "Orban"), ("1,500 men", "1500 men"), ("Ghazi’s", "ghazi"), ("  “A  man!” ", "man"), ("U.S.", "u s")],
)
def test_spellings_of_the_same_are_equal(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_content_words_leave_out_small_words_unless_there_are_no_others() -> None:
    assert content_words("Who leads the IMU, and who led the IMU?") == ["leads", "imu", "led"]
    assert content_words("Who is he?") == ["who", "is", "he"]
    assert content_words("?!") == []
