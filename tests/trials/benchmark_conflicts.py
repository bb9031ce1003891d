"""Documents that disagree: how often every right answer is shown, and how often a planted wrong one is shown alone.

    python -m tests.trials.benchmark_conflicts [--library FOLDER] [--limit N]

Reads RAMDocs (Wang et al. 2025) from $PRESSMARK_DATA/conflicts/ramdocs-half.jsonl. Every document is an article of an
outlet of its own, without a date; a question is asked of its own documents. Shown are the short answer and the other
accounts beside it. Right and wrong answers are looked for in what is shown after normalisation, whole words.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from corpus import Article, Library
from ingest import PassageSettings, passages_of
from rag import Answer, ask
from rag.evaluation.metrics import holds


def filled(folder: Path, rows: Sequence[dict[str, Any]]) -> Library:
    """A library of all documents; those that are in it already stay as they are."""
    library = Library.open(folder)
    for number, row in enumerate(rows):
        for place, document in enumerate(row["documents"]):
            name = f"{number}-{place}"
            if library.find(name) is None:
                article = Article(id=name, text=document["text"], outlet=name)
                library.put(article, passages_of(article, library.embedder, PassageSettings()))
    return library


def shown(answer: Answer) -> list[str]:
    """The short answers that a reader sees."""
    return [answer.answer or "", *(other.answer for other in answer.alternatives)] if answer.citations else []


def outcome(given: Sequence[str], right: Iterable[str], wrong: Iterable[str]) -> str:
    """What a question's answers amount to."""
    found = [any(holds(text, [one]) for text in given) for one in right]
    planted = any(holds(text, wrong) for text in given)
    if not given:
        return "nothing shown"
    if all(found):
        return "every right answer"
    if any(found):
        return "some right answers"
    return "a planted one alone" if planted else "something else"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.trials.benchmark_conflicts", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--library", type=Path, help="keep the documents' library here")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--show", action="store_true", help="print every question with what was shown")
    chosen = parser.parse_args()
    data = Path(os.environ["PRESSMARK_DATA"]) / "conflicts" / "ramdocs-half.jsonl"
    rows = [json.loads(line) for line in data.read_text("utf-8").splitlines()][: chosen.limit]
    with tempfile.TemporaryDirectory() as scratch:
        library = filled(chosen.library or Path(scratch) / "library", rows)
        counts: Counter[str] = Counter()
        for number, row in enumerate(rows):
            outlets = [f"{number}-{place}" for place in range(len(row["documents"]))]
            answer = ask(library, row["question"], outlets=outlets)
            result = outcome(shown(answer), row["gold_answers"], row["wrong_answers"])
            counts[result] += 1
            if chosen.show:
                print(f"{result} | {row['question']} | {row['gold_answers']} | {shown(answer)}")  # noqa: T201
        library.close()
    for name, count in counts.most_common():
        print(f"{name:22} {count:4} {count / len(rows):6.3f}")  # noqa: T201


if __name__ == "__main__":
    main()
