"""Articles that are replaced and removed while many ask: no answer may cite what was gone before it was asked.

    python -m tests.trials.benchmark_changes [--changes N] [--askers N] [--articles N] [--seed N]

Every operation is noted with its begin and its end. An answer is right when each of its quotations stands in a version
of its article that was current at some moment between the question and the answer, and when all quotations of one
article stand in the same version. The embedding model and the reader are the tests' own: what is measured is whether
the library and the answers hold together, not what is answered.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import rag
from corpus import Article, Library
from rag import Answer
from tests.support.evidence import PhraseReader
from tests.support.shelves import open_fake, put, some_article

READER = PhraseReader({"line": 5.0, "storm": 3.0})


@dataclass(frozen=True)
class Version:
    """A text that an article had, None once it was removed, and when the change to it began and had ended."""

    text: str | None
    began: float
    ended: float


@dataclass
class History:
    """What happened: versions by article, answers with their begin and end, and what was raised."""

    versions: defaultdict[str, list[Version]] = field(default_factory=lambda: defaultdict(list))
    answers: list[tuple[float, float, Answer]] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)

    def problems(self) -> list[str]:
        """Every answer that cites what it may not, in words."""
        return [problem for one in self.answers for problem in self._problems(*one)]

    def _problems(self, began: float, ended: float, answer: Answer) -> list[str]:
        found = []
        cited: defaultdict[str, list[set[int]]] = defaultdict(list)
        for citation in answer.citations:
            versions = self.versions[citation.article_id]
            current = _current(versions, began, ended)
            holding = {at for at in current if _stands(versions[at].text, citation.start, citation.end, citation.quote)}
            if not holding:
                found.append(f"{citation.article_id}: “{citation.quote[:60]}” was not current when it was asked for")
            cited[citation.article_id].append(holding)
        found += [f"{name}: two revisions in one answer" for name, sets in cited.items() if not set.intersection(*sets)]
        found += ["an empty passage" for passage in answer.passages if not passage.text.strip()]
        return found


def _current(versions: Sequence[Version], began: float, ended: float) -> list[int]:
    """Which versions were current at some moment between two."""
    ends = [*(version.ended for version in versions[1:]), float("inf")]
    return [at for at, version in enumerate(versions) if version.began <= ended and ends[at] >= began]


def _stands(text: str | None, start: int, end: int, quote: str) -> bool:
    return text is not None and text[start:end] == quote


def run(folder: Path, *, changes: int, askers: int, articles: int, seed: int = 7) -> History:
    """Replace, remove and put back articles, one after the other, while others ask."""
    history = History()
    stop = threading.Event()
    with open_fake(folder) as library:
        for number in range(articles):
            _put(library, history, some_article(number))
        library.wait_for_index()
        threads = [
            threading.Thread(target=_asking, args=(library, history, stop, articles, seed + at)) for at in range(askers)
        ]
        for thread in threads:
            thread.start()
        try:
            _changing(library, history, changes, articles, random.Random(seed))  # noqa: S311
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        history.errors += [AssertionError(problem) for problem in library.check()]
    return history


def _put(library: Library, history: History, article: Article) -> None:
    began = time.monotonic()
    put(library, article)
    history.versions[article.id].append(Version(article.text, began, time.monotonic()))


def _changing(library: Library, history: History, changes: int, articles: int, chance: random.Random) -> None:
    there = set(range(articles))
    for round_ in range(changes):
        number = chance.randrange(articles)
        if number in there and chance.random() < 0.4:
            began = time.monotonic()
            library.remove(f"a{number}")
            history.versions[f"a{number}"].append(Version(None, began, time.monotonic()))
            there.discard(number)
            history.changes["removed"] += 1
            continue
        article = some_article(number)
        text = article.text.replace("was marked", f"was, in account {round_}, marked")
        _put(library, history, replace(article, text=text))
        history.changes["replaced" if number in there else "put back"] += 1
        there.add(number)


def _asking(library: Library, history: History, stop: threading.Event, articles: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    while not stop.is_set():
        number = chance.randrange(articles)
        question = f"What was marked{number}x{chance.randrange(8)} in the harbour of report {number}?"
        began = time.monotonic()
        try:
            answer = rag.ask(library, question, reader=READER, top_k=8)
        except BaseException as error:
            history.errors.append(error)
            return
        history.answers.append((began, time.monotonic(), answer))


def overtaken(history: History) -> int:
    """How many answers quote what was replaced or removed while they were written."""
    count = 0
    for _, ended, answer in history.answers:
        for citation in answer.citations:
            later = [version for version in history.versions[citation.article_id] if version.ended <= ended]
            if later and not _stands(later[-1].text, citation.start, citation.end, citation.quote):
                count += 1
                break
    return count


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.trials.benchmark_changes", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--askers", type=int, default=50)
    parser.add_argument("--articles", type=int, default=120)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        history = run(
            Path(folder),
            changes=chosen.changes,
            askers=chosen.askers,
            articles=chosen.articles,
            seed=chosen.seed,
        )
    citations = sum(len(answer.citations) for _, _, answer in history.answers)
    print(f"{dict(history.changes)} in {time.monotonic() - started:.0f} s, seed {chosen.seed}")  # noqa: T201
    print(f"{len(history.answers)} answers of {chosen.askers} askers, {citations} citations")  # noqa: T201
    print(f"{overtaken(history)} answers were overtaken while they were written")  # noqa: T201
    problems = history.problems()
    print(f"{len(problems)} wrong citations, {len(history.errors)} exceptions")  # noqa: T201
    for problem in [*problems, *map(repr, history.errors)][:20]:
        print(f"  {problem}")  # noqa: T201


if __name__ == "__main__":
    main()
