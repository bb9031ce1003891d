"""How answers are scored, against values worked out by hand or by the published script."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.evaluation import QuestionRecord
from rag.evaluation.metrics import contains, exact, f1, first_evidence, holds, normalise
from rag.evaluation.ranking import ARTICLE_METRICS, RankingMeasures, article_scores
from rag.evaluation.summary import interval, resamples, risk_curve


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("The  Cat's a\nhat.", "cats hat"),
        ("“Squid Game”", "squid game"),
        ("the “Men’s” final", "mens final"),
        ("U.S.", "us"),
        ("$1,200", "1200"),
        ("twenty-one", "twentyone"),
        ("2014–15", "201415"),
        ("said—and left…then", "said and left then"),
        ("a\u00a0theory of an Atlas", "theory of atlas"),
        ("Cafe\u0301", "café"),
        ("A", ""),
    ],
)
def test_texts_are_normalised_as_the_published_script_does(text, normalised):
    assert normalise(text) == normalised


@given(st.text())
@example("C:\u0327")
@example("x:\u0327a\u0327")
def test_normalising_twice_changes_nothing_more(text):
    once = normalise(text)
    assert normalise(once) == once


def test_exact_takes_any_accepted_answer():
    assert exact("the Idaho.", ["Ohio", "Idaho"]) == 1.0
    assert exact("north Idaho", ["Ohio", "Idaho"]) == 0.0
    assert exact(None, ["Idaho"]) == 0.0


def test_f1_is_the_best_overlap():
    assert f1("the city of Boise, Idaho", ["Boise", "Boise, Idaho"]) == pytest.approx(2 * 2 / (4 + 2))
    assert f1("Boise Boise", ["Boise"]) == pytest.approx(2 / 3)
    assert f1("Ohio", ["Idaho"]) == 0.0
    assert f1(None, ["Idaho"]) == 0.0


def test_contains_wants_whole_words():
    assert contains("in north Idaho on Saturday", ["Idaho"]) == 1.0
    assert contains("27 people", ["7"]) == 0.0
    assert contains("seven people", ["even"]) == 0.0
    assert contains(None, ["Idaho"]) == 0.0


def test_an_answer_of_which_nothing_is_left_is_never_contained():
    assert not holds("what they want", ["The"])


@given(st.text(min_size=1), st.text(min_size=1))
def test_what_is_exact_overlaps_and_is_contained(given_answer, accepted):
    if exact(given_answer, [accepted]):
        assert f1(given_answer, [accepted]) == 1.0
        assert contains(given_answer, [accepted]) == float(bool(normalise(accepted)))


def test_first_evidence_is_the_rank_of_the_first_passage_with_an_answer():
    question = QuestionRecord(id="q", question="Where?", answers=("Boise", "Idaho"))
    assert first_evidence(question, ["Ohio", "They met in Idaho.", "Boise"]) == 2
    assert first_evidence(question, ["Ohio"]) is None


def test_article_scores_are_those_of_ranked_retrieval():
    first, second = article_scores([RankingMeasures(["x", "a", "y", "b"], {"a", "b"}), RankingMeasures(["x"], {"z"})])
    ideal = 1 + 1 / np.log2(3)
    assert first == pytest.approx(
        {
            "article_hit@1": 0,
            "article_hit@5": 1,
            "article_hit@10": 1,
            "mrr@10": 0.5,
            "ndcg@10": (1 / np.log2(3) + 1 / np.log2(5)) / ideal,
        }
    )
    assert second == dict.fromkeys(ARTICLE_METRICS, 0.0)


def test_an_article_past_the_tenth_place_does_not_count():
    ranked = [f"x{rank}" for rank in range(10)] + ["a"]
    assert (
        article_scores([RankingMeasures(ranked, {"a"}), RankingMeasures([], {"a"})])
        == [dict.fromkeys(ARTICLE_METRICS, 0.0)] * 2
    )
    assert article_scores([]) == []


def test_risk_grows_with_coverage_as_worked_out_by_hand():
    coverage, risk = risk_curve(np.array([0.2, 0.9, 0.5]), np.array([1.0, 0.0, 1.0]))
    assert coverage == pytest.approx([1 / 3, 2 / 3, 1])
    assert risk == pytest.approx([0, 1 / 2, 2 / 3])


def test_equal_confidences_have_no_order():
    for wrong in ([1.0, 0.0], [0.0, 1.0]):
        _, risk = risk_curve(np.array([0.5, 0.5]), np.array(wrong))
        assert risk == pytest.approx([0.5, 0.5])


def test_questions_without_a_verdict_are_left_out_of_the_risk():
    coverage, risk = risk_curve(np.array([0.9, 0.1]), np.array([np.nan, 1.0]))
    assert (coverage.tolist(), risk.tolist()) == ([1.0], [1.0])
    assert risk_curve(np.zeros(1), np.full(1, np.nan))[1].tolist() == []


def test_resamples_are_the_same_every_time():
    assert all((one == other).all() for one, other in zip(resamples(7), resamples(7), strict=True))


def test_the_interval_leaves_out_what_could_not_be_measured():
    assert interval(np.array([np.nan, 1.0, 1.0])) == [1.0, 1.0]
    assert interval(np.full(3, np.nan)) is None
