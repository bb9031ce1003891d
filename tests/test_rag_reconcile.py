"""What is answered, what was so before, and where articles disagree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answering.phrasing import phrase_answer
from rag.answering.reconcile import Finding, ReconcileSettings, reconcile
from rag.english.values import value_of
from rag.reading.agreement import Candidate, Evidence, agreed
from rag.reading.standing import Stretch, is_over, stretch_of
from tests.support.evidence import asked, ranked_passage, understood

LEADS = "Who leads the River Alliance?"
DEAD = "How many people died in the Port Hale fire?"


def told(text: str, words: str, published: str | None, *, weight: float = 5.0, score: float = 6.0) -> Evidence:
    """Words of an article of its own, as a span that was read with confidence."""
    ranked = ranked_passage(text, f"a{abs(hash((text, published)))}", published=published)
    start = text.index(words)
    over = is_over(text, start, start + len(words))
    return Evidence(0, ranked, start, start + len(words), score, weight, over)


def found(question: str, *evidence: Evidence) -> Finding:
    return reconcile(asked(question), agreed(evidence, 0.0, 1.0), ReconcileSettings())


def rivals(finding: Finding) -> list[tuple[str, str]]:
    return [(rival.candidate.text, rival.relation) for rival in finding.rivals]


def best(finding: Finding) -> str:
    assert finding.best is not None
    return finding.best.text


# -- change over time


def test_the_one_who_was_named_later_leads_and_the_other_did_before() -> None:
    finding = found(
        LEADS,
        told("The River Alliance named Ann Berg as its leader.", "Ann Berg", "2010-03-01"),
        told("Tom Iyer, who leads the River Alliance, spoke.", "Tom Iyer", "2015-03-01"),
    )
    assert best(finding) == "Tom Iyer"
    assert rivals(finding) == [("Ann Berg", "superseded")]


def test_a_leader_whose_end_was_told_later_is_not_the_answer_though_his_evidence_weighs_more() -> None:
    finding = found(
        LEADS,
        told("The River Alliance named Ann Berg as its leader.", "Ann Berg", "2010-03-01", weight=9.0),
        told("Ann Berg, who led the River Alliance until May, was killed.", "Ann Berg", "2012-06-01", weight=2.0),
        told("The River Alliance chose Tom Iyer as its leader.", "Tom Iyer", "2012-06-01", weight=3.0),
    )
    assert best(finding) == "Tom Iyer"
    assert rivals(finding) == [("Ann Berg", "superseded")]


def test_a_former_leader_in_the_same_article_was_so_before() -> None:
    text = "The River Alliance is led by Tom Iyer. Its former leader, Ann Berg, of the River Alliance, left."
    finding = found(LEADS, told(text, "Tom Iyer", "2015-03-01"), told(text, "Ann Berg", "2015-03-01", weight=2.0))
    assert (best(finding), rivals(finding)) == ("Tom Iyer", [("Ann Berg", "superseded")])


# -- disagreement


def test_figures_of_the_same_days_stand_side_by_side() -> None:
    finding = found(
        DEAD,
        told("Police said 31 people died in the Port Hale fire.", "31", "2021-05-03"),
        told("Medics counted 39 people who died in the Port Hale fire.", "39", "2021-05-04", weight=4.5),
    )
    assert finding.is_disputed
    assert rivals(finding) == [("39", "conflicting")]


def test_undated_articles_that_differ_disagree() -> None:
    finding = found(
        DEAD,
        told("31 people died in the Port Hale fire.", "31", None),
        told("39 people died in the Port Hale fire.", "39", None),
    )
    assert finding.is_disputed


def test_a_figure_of_another_event_is_no_disagreement() -> None:
    finding = found(
        DEAD,
        told("31 people died in the Port Hale fire.", "31", "2021-05-03"),
        told("The storm at Cape Roe left 44 people dead.", "44", "2021-05-03"),
    )
    assert (best(finding), rivals(finding)) == ("31", [])


def test_the_same_figure_in_other_words_is_no_disagreement() -> None:
    finding = found(
        DEAD,
        told("31 people died in the Port Hale fire.", "31", "2021-05-03"),
        told("The Port Hale fire killed thirty-one people who died in bed.", "thirty-one people", "2021-05-03"),
    )
    assert rivals(finding) == []


def test_a_reading_without_confidence_disputes_nothing() -> None:
    finding = found(
        DEAD,
        told("31 people died in the Port Hale fire.", "31", "2021-05-03"),
        told("39 people died in the Port Hale fire.", "39", "2021-05-03", score=0.1),
    )
    assert rivals(finding) == []


def test_nothing_is_found_in_nothing() -> None:
    assert found(LEADS) == Finding(None)


# -- what is over


@pytest.mark.parametrize(
    ("sentence", "name", "over"),
    [
        ("Its former leader, Ann Berg, wept.", "Ann Berg", True),
        ("Tom Iyer succeeded Ann Berg in May.", "Ann Berg", True),
        ("Tom Iyer succeeded Ann Berg in May.", "Tom Iyer", False),
        ("Ann Berg led the group from 2001 until her death.", "Ann Berg", True),
        ("Ann Berg, who has led the group since 2001, spoke.", "Ann Berg", False),
        ("Tom Iyer was asked to succeed Ann Berg.", "Ann Berg", True),
        ("It was founded to oust Ann Berg.", "Ann Berg", False),
        ("The crowd ousted Ann Berg.", "Ann Berg", True),
        ("Ann Berg was killed in June.", "Ann Berg", True),
        ("Ann Berg, the military leader of the group, was killed in June.", "Ann Berg", True),
        ("Ann Berg, the leader of the group, was kind to the king, who died in June.", "Ann Berg", False),
        ("President Ann Berg met the late king's son.", "Ann Berg", False),
    ],
)
def test_words_around_a_name_say_whether_it_is_over(sentence: str, name: str, over: bool) -> None:
    start = sentence.index(name)
    assert is_over(sentence, start, start + len(name)) is over


def test_a_sentence_says_from_when_to_when() -> None:
    assert stretch_of("She led it from May 2001 to 2009.") == Stretch(2001, 2009)
    assert stretch_of("She led it from May 2001 until her death.", 2012) == Stretch(2001, 2012)
    assert stretch_of("She has led it since 2001.") == Stretch(2001, None)
    assert stretch_of("She led it until June 2009.") == Stretch(None, 2009)
    assert stretch_of("She leads it.") is None
    assert Stretch(2001, 2009).overlaps(2009, 2012)
    assert not Stretch(2001, 2009).overlaps(2010, None)
    assert not Stretch(2001, None).overlaps(None, 2000)


# -- values


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("39", "thirty-nine people", True),
        ("1.2 million", "1,200,000", True),
        ("79%", "79 percent", True),
        ("39 soldiers", "39 policemen", False),
        ("President Karimov", "Islam Karimov", True),
        ("Karimov", "Rahmon", False),
        ("14 March 2014", "March 2014", True),
        ("March 2014", "March 2015", False),
        ("2014", "14 March 2014", True),
        ("Monday", "Tuesday", False),
    ],
)
def test_answers_say_the_same_however_they_are_written(one: str, other: str, same: bool) -> None:
    assert value_of(one).same(value_of(other)) is same
    assert value_of(other).same(value_of(one)) is same


# -- phrasing


def candidate_of(*evidence: Evidence) -> Candidate:
    return agreed(evidence, 0.0, 1.0)[0]


def test_the_fullest_name_is_given() -> None:
    evidence = (
        told("Iyer leads it.", "Iyer", None),
        told("Tom Iyer leads it.", "Tom Iyer", None, weight=4.0),
    )
    assert phrase_answer(understood(LEADS), candidate_of(*evidence)) == "Tom Iyer"


@pytest.mark.parametrize(
    ("question", "text", "name"),
    [
        (LEADS, "Tom Iyer spoke. Then Iyer left.", "Tom Iyer"),
        (LEADS, "The party chose President Tom R. Iyer. Iyer thanked it.", "Tom R. Iyer"),
        (LEADS, "Tom Iyer and Ann Iyer spoke. Then Iyer left.", "Iyer"),
        (LEADS, "President Iyer spoke on Monday. But Iyer left.", "Iyer"),
        (LEADS, "Tom Iyers spoke. Then Iyer left.", "Iyer"),
        (LEADS, "Meanwhile Iyer spoke. Then Iyer left.", "Iyer"),
        (LEADS, "They chose Qorvan Iyer. Then Iyer left.", "Qorvan Iyer"),
        ("Which tennis star spoke?", "On Friday Tom Iyer won. Iyer spoke.", "Tom Iyer"),
        ("Which town did she visit?", "Tom Iyer spoke. Then Iyer left.", "Iyer"),
    ],
)
def test_a_last_name_is_given_as_the_passages_give_it_in_full(question: str, text: str, name: str) -> None:
    at = text.rindex("Iyer")
    one = replace(told(text, "Iyer", None), start=at, end=at + 4)
    assert phrase_answer(understood(question), candidate_of(one)) == name


@pytest.mark.parametrize(
    ("title", "name"), [("Qorvan Iyer leads", "Qorvan Iyer"), ("Why Fans Love Iyer", "Iyer"), ("The vote", "Iyer")]
)
def test_a_name_that_opens_a_sentence_is_borne_out_by_the_headline(title: str, name: str) -> None:
    one = told("Qorvan Iyer spoke.", "Iyer", None)
    if title.startswith("Why"):
        one = told("Iyer spoke.", "Iyer", None)
    found = replace(one.ranked.found, title=title)
    assert phrase_answer(understood(LEADS), candidate_of(replace(one, ranked=replace(one.ranked, found=found)))) == name


@pytest.mark.parametrize(
    ("text", "span", "whole"),
    [
        ("They sued the maker Beyond Meat over it.", "Meat", "Beyond Meat"),
        ("The Las Vegas Aces won. Fans of the Las Vegas Aces sang. The Aces danced.", "Aces", "Las Vegas Aces"),
        ("It was about the Las Vegas Aces. The Aces danced.", "Aces", "Aces"),
        ("Although Stromboli was quiet, they left.", "Stromboli", "Stromboli"),
        ("Buying Parler was his idea.", "Parler", "Parler"),
        ("They saw Governor Iyer twice.", "Iyer", "Iyer"),
    ],
)
def test_a_word_of_a_longer_name_is_given_with_the_rest_of_it(text: str, span: str, whole: str) -> None:
    assert phrase_answer(understood("Which company was it?"), candidate_of(told(text, span, None))) == whole


@pytest.mark.parametrize(
    ("question", "text", "span", "answer"),
    [
        ("How much did it cost?", "It cost $40 million.", "40", "$40 million"),
        ("What percentage agreed?", "Some 79 percent agreed.", "79", "79 percent"),
        ("How many died?", "It killed 39 people.", "39", "39"),
        ("How old is the pilot?", "The 17-year-old pilot landed.", "17-year-old", "17"),
        ("In what year was it founded?", "It was founded on 4 May 1998.", "4 May 1998", "1998"),
        ("When was it founded?", "It was founded on 4 May 1998.", "4 May 1998", "4 May 1998"),
    ],
)
def test_a_figure_has_its_unit_and_a_date_the_asked_precision(question: str, text: str, span: str, answer: str) -> None:
    assert phrase_answer(understood(question), candidate_of(told(text, span, None))) == answer
