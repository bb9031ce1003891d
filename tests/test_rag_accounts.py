"""Accounts of others beside a figure, told in the passage that gives it."""

from __future__ import annotations

import pytest

from rag.answering.accounts import find_other_accounts
from tests.support.evidence import candidate, evidence, ranked_passage, understood

TOLL = "How many people were killed in Harst?"
OWN = "Mara Orlan said that her party had a list of 542 people killed in Harst."


def beside(sentence: str, question: str = TOLL, own: str = OWN, answer: str = "542") -> list[str]:
    """The other accounts in a passage of two sentences, the first of which gives the answer."""
    ranked = ranked_passage(f"{own} {sentence}")
    return [one.text for one in find_other_accounts(understood(question), candidate(evidence(ranked, answer)))]


@pytest.mark.parametrize(
    "sentence",
    [
        "The prosecutor said that 187 people had been killed.",
        "The government later raised its figure to 187 dead.",
        "According to the ministry, 187 people were killed.",
    ],
)
def test_what_another_counts_stands_beside_the_answer(sentence: str) -> None:
    assert beside(sentence) == ["187"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Mara Orlan said that 187 people had been killed in Tiva.",  # the same speaker
        "The prosecutor said that 187 refugees were flown out.",  # something else is counted
        "The prosecutor had said earlier that 187 people were killed.",  # no longer said
        "There were 187 people killed.",  # nobody says it
        "The prosecutor said that 542 people had been killed.",  # the same figure
        "The prosecutor said that 90,000 people had been killed.",  # another matter
        "The prosecutor said that 187 of the people killed were soldiers.",  # a part
    ],
)
def test_what_is_no_other_account_does_not(sentence: str) -> None:
    assert beside(sentence) == []


def test_a_figure_that_nobody_gives_has_no_other_accounts() -> None:
    sentence = "The prosecutor said that 187 people had been killed."
    assert beside(sentence, own="In Harst 542 people were killed.") == []


def test_only_figures_have_accounts_beside_them() -> None:
    sentence = "The prosecutor said that 187 people had been killed."
    assert beside(sentence, question="Who was killed in Harst?") == []


def test_two_accounts_are_shown_at_most() -> None:
    told = [("judge", 101), ("mayor", 102), ("priest", 103)]
    assert beside(" ".join(f"The {who} said that {count} people were killed." for who, count in told)) == ["101", "102"]
