"""Quality has a floor: what the answers reach on fixed questions may not fall unnoticed.

The floors lie about 0.03 under what was measured when they were set. Each set of questions and articles is pinned by a
digest: when it changes, measure again and set the floors anew.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from corpus import Library, sample_questions
from ingest import ingest
from rag.evaluation import QuestionRecord, evaluate, load_questions

SAMPLE_DIGEST = "7052c37b5fd75fa1"
SAMPLE_FLOORS = {
    "article_hit@1": 0.87,
    "evidence_hit@1": 0.863,
    "evidence_hit@10": 0.946,
    "contains": 0.815,
    "contains_forced": 0.827,
    "citation_support": 0.909,
    "answered_precision": 0.836,
    "abstention_recall": 0.97,
}

ARCHIVE_DIGEST = "4b88ad0f5cf3631e"
ARCHIVE_FLOORS = {
    "evidence_hit@1": 0.865,
    "evidence_hit@10": 0.94,
    "contains_forced": 0.625,
    "abstention_recall": 0.92,
}


def digest(names: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def assert_above(floors: Mapping[str, float], result: Mapping[str, Any]) -> None:
    """Every measure is at its floor or above, no question failed, and every quote stands in its article."""
    metrics = result["metrics"]
    fallen = {name: (metrics[name], floor) for name, floor in floors.items() if metrics[name] < floor}
    assert (fallen, result["failed"], metrics["verbatim"]) == ({}, 0, 1.0)


# -- the sample articles


def test_answers_to_the_sample_questions_stay_above_their_floors(sample_library: Library) -> None:
    questions = load_questions(sample_questions())
    assert digest([sample_library.stats().fingerprint, *map(repr, questions)]) == SAMPLE_DIGEST
    assert_above(SAMPLE_FLOORS, evaluate(sample_library, questions))


# -- a slice of the archive of 2022


@pytest.fixture(scope="module")
def archive(data_folder: Path) -> Path:
    folder = data_folder / "realtimeqa"
    if not folder.is_dir():
        pytest.skip(f"no archive of 2022 in {data_folder}: set PRESSMARK_DATA")
    return folder


@pytest.fixture(scope="module")
def questions(archive: Path) -> list[QuestionRecord]:
    """Every sixth question that the archive answers, and every eighth that it does not."""
    asked = load_questions(archive / "rtqa-2022-questions.jsonl")
    answerable = [question for question in asked if question.answerable]
    return answerable[::6] + [question for question in asked if not question.answerable][::8]


@pytest.fixture(scope="module")
def records(archive: Path, questions: list[QuestionRecord]) -> list[dict[str, Any]]:
    """Up to three articles that answer each question, and every 40th of those that answer none."""
    with gzip.open(archive / "rtqa-2022-articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    answering = {url for question in questions for url in question.articles}
    wanted = {url for question in questions for url in question.articles[:3]}
    telling = [article for article in articles if article["url"] in wanted]
    return telling + [article for article in articles if article["url"] not in answering][::40]


@pytest.mark.archive
def test_answers_from_the_archive_stay_above_their_floors(
    questions: list[QuestionRecord], records: list[dict[str, Any]], tmp_path: Path
) -> None:
    source = tmp_path / "slice.jsonl"
    source.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    names = [question.id for question in questions] + [record["url"] for record in records]
    assert digest(names) == ARCHIVE_DIGEST
    with Library.open(tmp_path / "library") as library:
        report = ingest(library, [source])
        assert (report.added + report.updated + report.copies, report.failed) == (len(records), ())
        assert_above(ARCHIVE_FLOORS, evaluate(library, questions))
