"""What changed between two texts, and that nothing of either is lost in telling it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Difference, difference
from corpus.text.differences import plain_setting

BEFORE = "Rain fell on Kora. The mayor said that 93 people had died. Nobody else was hurt.\n\nThe water is falling."


def shape(found: Difference) -> list[str]:
    return [piece.kind for piece in found.pieces]


def words(found: Difference, kind: str) -> list[str]:
    return [one.text.strip() for piece in found.pieces for one in piece.stretches if one.kind == kind]


def test_a_changed_word_is_marked_inside_its_sentence() -> None:
    found = difference(BEFORE, BEFORE.replace("93", "39"))
    assert shape(found) == ["same", "changed", "same", "same"]
    assert (words(found, "removed"), words(found, "added")) == (["93"], ["39"])
    assert not found.is_typographic


def test_sentences_come_and_go() -> None:
    later = BEFORE.replace(" Nobody else was hurt.", "") + " A bridge was opened again on Friday."
    found = difference(BEFORE, later)
    assert shape(found) == ["same", "same", "removed", "same", "added"]
    assert [piece.after or piece.before for piece in found.changes] == [
        "Nobody else was hurt.",
        "A bridge was opened again on Friday.",
    ]


def test_equal_texts_have_no_changes() -> None:
    assert difference(BEFORE, BEFORE).changes == ()
    assert difference("", "").pieces == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('He said "no" - then left.', "He said “no” – then left."),
        ("It’s over...", "It's over…"),
        ("One  and\u00a0two.", "One and two."),
        ("First. Second.", "First.\n\nSecond."),
        ("Zu\u00adsammen ist es.", "Zusammen ist es."),
    ],
)
def test_what_only_sets_a_text_otherwise_is_told_apart(before: str, after: str) -> None:
    assert difference(before, after).is_typographic


@pytest.mark.parametrize(
    ("before", "after"),
    [("It grew by 10².", "It grew by 102."), ("He left.", "He left!"), ("the US.", "the us."), ("1,5 m.", "1.5 m.")],
)
def test_what_may_change_the_sense_is_not_called_typographic(before: str, after: str) -> None:
    assert not difference(before, after).is_typographic


def test_paragraphs_are_kept() -> None:
    found = difference(BEFORE, BEFORE.replace("falling", "rising"))
    assert [piece.opens for piece in found.pieces] == [True, False, False, True]


def test_long_stretches_of_changes_are_paired_in_order() -> None:
    old = " ".join(f"Line {at} tells of the number {at} here." for at in range(90))
    new = " ".join(f"Line {at} tells of the number {at + 500} here." for at in range(90))
    found = difference(old, new)
    assert shape(found) == ["changed"] * 90
    assert words(found, "added")[:2] == ["500", "501"]


def test_a_very_long_sentence_is_shown_as_a_whole() -> None:
    old = " ".join(["word"] * 2500)
    found = difference(old, old.replace("word", "ward", 1))
    assert [one.kind for one in found.pieces[0].stretches] == ["removed", "added"]


TEXTS = st.lists(
    st.sampled_from(
        ["The mayor said that 93 had died.", "The mayor said that 39 had died.", "“No”, he said.", '"No", he said.',
         "Rain fell.", "Was it so?\n\n", "It   was – so.", "\n", "A b c d e f g.", "A b c d x f g."]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


@given(st.one_of(TEXTS, st.text(max_size=80)), st.one_of(TEXTS, st.text(max_size=80)))
@settings(max_examples=150)
def test_both_texts_can_be_read_out_of_the_pieces(before: str, after: str) -> None:
    found = difference(before, after)
    for side, text in (("before", before), ("after", after)):
        assert "".join("".join(getattr(piece, side) for piece in found.pieces).split()) == "".join(text.split())
    for piece in found.pieces:
        if piece.kind == "changed":
            assert "".join(one.text for one in piece.stretches if one.kind != "added") == piece.before
            assert "".join(one.text for one in piece.stretches if one.kind != "removed") == piece.after
        else:
            assert (piece.before == piece.after) == (piece.kind == "same")
            assert piece.stretches == ()
    if plain_setting(before) == plain_setting(after):
        assert found.is_typographic
