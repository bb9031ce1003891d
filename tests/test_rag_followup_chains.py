"""Follow-ups over the sample articles are answered as the full questions would be, that they stand for.

Measured is what the follow-up adds or loses, not whether the reader is right: both questions go to the same reader. A
third of the chains was written before the rules and not looked at while they were made; both parts have the floor.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
import yaml

from corpus import Library
from rag import Answer, Turn, ask
from rag.english.words import normalised
from rag.question.followup.rewriting import standalone
from tests import DATA

CHAINS = DATA / "followup_chains.yaml"
FLOORS = {"written with the rules in view": 0.97, "held out": 0.92}
KINDS = {"pronoun", "missing subject", "there", "and in 2014?", "topic change", "yes/no", "correction"}


@dataclass(frozen=True)
class Chain:
    """A conversation, a follow-up, and the full question that the follow-up stands for."""

    id: str
    kind: str
    followup: str
    full: str
    history: tuple[Turn, ...]
    held_out: bool = False

    @property
    def standalone(self) -> str:
        return standalone(self.followup, self.history)


def load_chains() -> list[Chain]:
    records = yaml.safe_load(CHAINS.read_text("utf-8"))
    return [Chain(**{**record, "history": tuple(Turn(**turn) for turn in record["history"])}) for record in records]


ALL = load_chains()


def are_same(one: Answer, other: Answer) -> bool:
    """Whether two answers say the same: the same short answer, or for long ones the same first quotation."""
    if "not_found" in (one.status, other.status):
        return one.status == other.status
    if one.answer and other.answer and normalised(one.answer) == normalised(other.answer):
        return True
    is_long = not (one.answer and other.answer)
    return is_long and (one.citations[0].article_id, one.citations[0].quote) == (
        other.citations[0].article_id,
        other.citations[0].quote,
    )


def is_answered_alike(library: Library, chain: Chain) -> bool:
    """Whether a follow-up is answered as its full question is, which is asked when the words differ."""
    answer = ask(library, chain.followup, history=chain.history)
    return chain.standalone == chain.full or are_same(answer, ask(library, chain.full))


@pytest.fixture(scope="module")
def alike(sample_library: Library) -> dict[str, bool]:
    """For every chain, whether its follow-up is answered as its full question is."""
    return {chain.id: is_answered_alike(sample_library, chain) for chain in ALL}


def test_there_are_sixty_chains_of_every_kind_and_a_third_is_held_out() -> None:
    assert len(ALL) == len({chain.id for chain in ALL}) == 60
    kinds = Counter(chain.kind for chain in ALL)
    assert set(kinds) == KINDS
    assert min(kinds.values()) >= 6
    assert sum(chain.held_out for chain in ALL) == 20


@pytest.mark.parametrize("part", FLOORS)
def test_followups_are_answered_as_their_full_questions(alike: dict[str, bool], part: str) -> None:
    chains = [chain for chain in ALL if chain.held_out == (part == "held out")]
    missed = [f"{chain.id}: {chain.standalone}" for chain in chains if not alike[chain.id]]
    assert 1 - len(missed) / len(chains) >= FLOORS[part], missed


def test_followups_that_say_nothing_new_would_fail() -> None:
    """The measure tells follow-ups apart: as they were asked, few are the question that they stand for."""
    assert sum(chain.followup == chain.full for chain in ALL) == sum(chain.kind == "topic change" for chain in ALL)


@pytest.mark.parametrize("chain", [chain for chain in ALL if chain.kind == "topic change"], ids=lambda chain: chain.id)
def test_a_change_of_topic_is_not_dragged_back(chain: Chain) -> None:
    assert chain.standalone == chain.followup
