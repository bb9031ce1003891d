"""Copies planted in a slice of a real archive are found, and nothing else is taken for a copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.store.articles import Store
from tests.trials.benchmark_copies import KINDS, archive_articles, are_strictly_alike, measured, mixed

ARTICLES, PLANTED = 600, 150
LEAST_RECALL, LEAST_PRECISION = 0.95, 0.99


@pytest.mark.archive
def test_planted_copies_are_found_and_nothing_else(data_folder: Path, tmp_path: Path) -> None:
    if not (data_folder / "archive").is_dir():
        pytest.skip(f"no archive in {data_folder}: set PRESSMARK_DATA")
    everything, copies = mixed(archive_articles(data_folder, ARTICLES), PLANTED)
    store = Store(tmp_path / "store.db")
    outcome = measured(store, everything, copies)
    store.close()
    assert (len(KINDS), sum(outcome.planted.values())) == (10, PLANTED)
    assert outcome.recall >= LEAST_RECALL, outcome
    assert outcome.precision >= LEAST_PRECISION, outcome
    assert all(outcome.found[kind] >= 0.8 * count for kind, count in outcome.planted.items()), outcome


def test_the_strict_test_tells_copies_from_texts_with_a_paragraph_in_common() -> None:
    text = " ".join(f"word{at}" for at in range(200))
    assert are_strictly_alike(text, f"another beginning {text[200:]}")
    assert not are_strictly_alike(text, " ".join(f"other{at}" for at in range(150)) + text[:400])
