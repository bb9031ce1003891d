"""Verification of claims: figures on a set of pairs, and what each kind of swap is told as."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import Verdict, verify
from tests.trials.claim_pairs import BLIND, WIDER, Pair, all_pairs, is_right, written

CAUGHT, CAUGHT_HELD_OUT = 0.97, 0.90
"""Least share of swaps that must not be called supported."""
ALARMS, ALARMS_HELD_OUT = 0.03, 0.075
"""Most of the faithful claims that may be called anything but supported."""
LEAST_OF_A_KIND = 0.7
STORM = "Mayor Ada Quill said on 4 March 2021 that 39 people had died in the storm at Brask, most of them fishermen."


@pytest.fixture(scope="module")
def judged() -> list[tuple[Pair, bool]]:
    return [(pair, is_right(pair)) for pair in all_pairs()]


def share(judged: list[tuple[Pair, bool]]) -> float:
    assert judged
    return sum(right for _, right in judged) / len(judged)


def test_the_set_is_large_varied_and_a_fifth_of_it_is_held_out(judged):
    pairs = [pair for pair, _ in judged]
    assert len({(pair.claim, pair.evidence) for pair in pairs}) >= 400
    assert sum(pair.by_hand for pair in pairs) >= 300
    assert sum(pair.is_held_out for pair in pairs) >= len(pairs) / 5
    seen, held_out = ({p.evidence for p in pairs if p.by_hand and p.is_held_out == held} for held in (False, True))
    assert not seen & held_out


def test_swaps_are_caught(judged):
    swaps = [one for one in judged if not one[0].is_faithful]
    assert share(swaps) >= CAUGHT
    assert share([one for one in swaps if one[0].is_held_out]) >= CAUGHT_HELD_OUT


def test_faithful_claims_are_supported(judged):
    faithful = [one for one in judged if one[0].is_faithful]
    assert share(faithful) >= 1 - ALARMS
    assert share([one for one in faithful if one[0].is_held_out]) >= 1 - ALARMS_HELD_OUT


@pytest.mark.parametrize(("path", "caught", "alarms"), [(WIDER, 0.9, 0.2), (BLIND, 0.84, 0.15)])
def test_pairs_written_without_the_rules_in_view_stay_above_their_floors(path, caught, alarms):
    judged = [(pair, is_right(pair)) for pair in written(path)]
    assert share([one for one in judged if not one[0].is_faithful]) >= caught
    assert share([one for one in judged if one[0].is_faithful]) >= 1 - alarms


def test_no_kind_of_pair_is_left_behind(judged):
    kinds = defaultdict(list)
    for one in judged:
        kinds[one[0].kind, one[0].is_faithful].append(one)
    assert {kind: share(found) for kind, found in kinds.items() if share(found) < LEAST_OF_A_KIND} == {}


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("93 people had died in the storm at Brask, Ada Quill said.", "the article says 39, the claim 93"),
        ("39 people had died in the storm on 5 March 2021.", "the article says 4 March 2021, the claim 5 March 2021"),
        ("39 people had died in the storm at Lund.", "the article names Brask, the claim Lund"),
        ("Ada Quill said that 39 people had not died in the storm at Brask.", "the claim says “not died”"),
        ("Fishermen said that 39 people had died in the storm at Brask.", "the claim Fishermen"),
        ("39 people may have died in the storm at Brask.", "the claim says “may have died”"),
        ("39 people died in the storm, all of them fishermen.", "the article says “most”, the claim “all”"),
        ("The harbour was closed to cruise ships for repairs.", "says nothing of harbour, closed, cruise"),
    ],
)
def test_the_reason_tells_in_plain_words_what_differs(claim, reason):
    verdict = verify(claim, [STORM])
    assert verdict.support != "supported"
    assert reason in verdict.reason


@pytest.mark.parametrize(
    "claim",
    [
        STORM,
        STORM.upper(),
        "Thirty-nine people died in the storm at Brask.",
        "According to Quill, 39 people died in March 2021.",
        "About 40 people died in the storm at Brask.",
        "39 people died in the storm at Brask [1][2].",
    ],
)
def test_what_the_evidence_says_is_supported(claim):
    assert verify(claim, [STORM]) == Verdict("supported")


@pytest.mark.parametrize(
    ("claim", "quotation", "is_said"),
    [
        ("About 33% of the reef has died.", "About a third of the reef has died.", True),
        ("Two-thirds of the reef has died.", "About a third of the reef has died.", False),
        ("Nearly half of the crew was ill.", "Almost 50% of the crew was ill.", True),
        ("More than half of the crew was ill.", "Nearly half of the crew was ill.", False),
        ("One in eight miners was ill.", "12.5% of the miners were ill.", True),
        ("The mine was closed for 20 years.", "The mine was closed for two decades.", True),
        ("The mine was closed for two and a half years.", "The mine was closed for 2.5 years.", True),
        ("The fire broke out at 2pm.", "The fire broke out at 2am.", False),
        ("The count ends before the end of the year.", "The count ends before the end of the month.", False),
        ("Brask is the largest port.", "Brask is the third-largest port.", False),
        ("Officials put the toll at more than 15.", "Officials put the toll at no more than 15.", False),
        ("The guards tied up the thieves.", "The thieves tied up the guards.", False),
        ("The guards were tied up by the thieves.", "The thieves tied up the guards.", True),
        ("Ada Quill demanded a count.", "Ada Quill welcomed the vote but demanded a count.", True),
        ("Lund demanded a count.", "Lund won the vote. Ada Quill welcomed it but demanded a count.", False),
        ("Paraguay's minister resigned.", "The Paraguayan minister resigned.", True),
        ("North Korean troops left.", "North Korea's troops left.", True),
        ("South African miners left.", "Miners of South Africa left.", True),
        ("The Briton left.", "The British runner left.", True),
        ("The Dane left.", "The Dutch runner left.", False),
        ("The storm will reach Brask.", "The storm could reach Brask.", False),
    ],
)
def test_what_is_said_in_other_words_and_what_is_not(claim, quotation, is_said):
    assert (verify(claim, [quotation]).support == "supported") is is_said


def test_a_claim_may_rest_on_several_quotations():
    evidence = [STORM, "The harbour of Brask was closed until April."]
    assert verify("The harbour was closed until April, and 39 people had died.", evidence).support == "supported"
    assert verify("The harbour was closed until April, and 39 people had died.", evidence[:1]).support == "partly"


def test_a_part_that_stands_beside_one_that_does_not_is_partly_supported():
    verdict = verify("39 people had died in the storm at Brask, but 12 ships of the fleet were saved.", [STORM])
    assert verdict.support == "partly"


def test_who_said_it_may_be_left_out_but_not_that_it_is_only_alleged():
    alleged = "Rebels allege that the army shelled the market."
    assert verify("39 people had died in the storm at Brask.", [STORM]).support == "supported"
    assert verify("The army shelled the market.", [alleged]).support == "partly"


@pytest.mark.parametrize(("claim", "evidence"), [("", [STORM]), ("39 died.", []), ("39 died.", [" "]), ("…", [STORM])])
def test_nothing_supports_nothing(claim, evidence):
    verdict = verify(claim, evidence)
    assert verdict.support == "unsupported"
    assert verdict.reason


def test_a_claim_without_end_is_refused():
    assert verify("It rained. " * 500, [STORM]).support == "unsupported"


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(sorted({w for p in all_pairs()[:200] for w in p.claim.split()})), max_size=25), st.text()
)
def test_any_words_get_a_verdict_and_verbatim_ones_are_supported(words, anything):
    claim = " ".join(words)
    for evidence in ([STORM], [anything], [claim, STORM]):
        assert verify(claim, evidence).support in ("supported", "partly", "unsupported")
        verify(anything, evidence)
    if any(word[0].isalnum() for word in words):
        assert verify(claim, [STORM, claim]).support == "supported"


def test_the_same_claim_gets_the_same_verdict():
    pairs = all_pairs()[:60]
    first = [verify(pair.claim, pair.evidence) for pair in pairs]
    shuffled = list(enumerate(pairs))
    random.Random(1).shuffle(shuffled)  # noqa: S311
    assert all(verify(pair.claim, pair.evidence) == first[at] for at, pair in shuffled)
