"""Planted copies: how many are found, by kind of edit, how much is wrongly taken for one, and what it costs.

    python -m tests.trials.benchmark_copies [--articles N] [--planted N]

Reads $PRESSMARK_DATA/archive/allsides-12k.jsonl.gz. Copies of some of its articles, each edited in one of ten ways, are
put among them in random order, and every pair of articles that ends up in one group (or as one article) is judged.
A planted pair is right. Any other pair is right only if it passes a test that the product does not use: half of
the shorter text stands in the longer one in runs of eight or more equal words (`difflib`); all of these are printed.
Embedding takes no part: passages get a vector of zeros, so that the time is that of storing and
comparing; it is the processor's, which other programs of the machine do not change.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from corpus import Article, PassageDraft, Tokens
from corpus.store.articles import Store

SEED = 20260214
CHECKPOINTS = (2_000, 4_000, 8_000, 12_000)
PASSAGE_CHARACTERS = 800
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
LEAST_RUN, LEAST_SHARE = 8, 0.5
SWAPS = dict(
    pair.split(":")
    for pair in (
        "said:stated also:additionally but:yet about:around many:numerous big:large began:started after:following "
        "people:persons year:twelvemonth against:versus because:since showed:revealed new:fresh would:might "
        "first:initial told:informed last:final including:counting more:further officials:authorities called:named "
        "think:believe help:assist made:produced"
    ).split()
)
SENTENCE_END = re.compile(r"(?<=[.!?”\"])\s+(?=[A-Z“\"])")
LEAD = (
    "Editors at several papers took up the matter again this week, as readers asked what had become of it and what "
    "those who were named in the first reports have to say today."
)
BOILERPLATE = (
    "Sign up for our morning letter and never miss the stories that matter. You can leave at any time.",
    "This page uses cookies to count its readers. By reading on you agree to our terms of use and to our notice on "
    "privacy, which were changed last month.",
    "Read more: ten photographs of the week; what to cook tonight; the quiz that only one reader in a hundred solves.",
    "All rights reserved. No part of this text may be printed again without the written consent of the publisher.",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found: planted pairs by kind, other pairs that are right and wrong, and the time of one article."""

    planted: Mapping[str, int]
    found: Mapping[str, int]
    natural: Sequence[tuple[str, str]]
    wrong: Sequence[tuple[str, str]]
    milliseconds: Mapping[int, float]

    @property
    def recall(self) -> float:
        """The share of planted pairs that were found."""
        return sum(self.found.values()) / max(1, sum(self.planted.values()))

    @property
    def precision(self) -> float:
        """The share of the pairs found that are planted, or pass the strict test."""
        right = sum(self.found.values()) + len(self.natural)
        return right / max(1, right + len(self.wrong))


# -- ten kinds of edit


def new_headline(text: str, chance: random.Random) -> str:
    return f"What we know so far, {chance.randint(2, 30)} days on\n\nBy Robin Vale, staff writer\n\n{text}"


def wire_tags(text: str, chance: random.Random) -> str:
    town = chance.choice(("PORTO ALTO", "NEW HAVEN", "LAKE CITY"))
    tag = f"Reporting by R. Vale; editing by J. Moss. © Meridian Wire {chance.random():.4f}"
    return f"{town} (Meridian Wire) — {text}\n\n{tag}"


def lead_added(text: str, chance: random.Random) -> str:
    return f"{LEAD} {chance.randint(100, 999)} letters came in.\n\n{text}"


def ending_cut(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    return " ".join(words[: int(len(words) * chance.uniform(0.667, 0.92))])


def reordered(text: str, chance: random.Random) -> str:
    sentences = SENTENCE_END.split(text)
    chance.shuffle(sentences)
    return " ".join(sentences)


def words_changed(text: str, chance: random.Random) -> str:
    """Common words by others of like meaning, and one more word in fifty left out."""
    words = text.split(" ")
    kept = [SWAPS.get(word, word) if chance.random() < 0.8 else word for word in words]
    return " ".join(word for word in kept if chance.random() > 0.02)


def typography(text: str, chance: random.Random) -> str:
    straight = text.translate(str.maketrans("“”‘’—–", "\"\"''--"))
    if straight == text:
        straight = text.replace('"', "″").replace("'", "’").replace("-", "‐")
    return straight.replace(". ", ".\u00a0 ").replace("\n\n", "\n \n\n").replace("fi", "ﬁ").replace("...", "…").upper()


def correction_added(text: str, chance: random.Random) -> str:
    day = chance.randint(2, 28)
    return f"{text}\n\nCorrection, {day} May: an earlier version of this article misspelled the name of a street."


def paragraph_left_out(text: str, chance: random.Random) -> str:
    paragraphs = text.split("\n\n")
    if len(paragraphs) < 3:
        return reordered(" ".join(SENTENCE_END.split(text)[1:]), chance)
    del paragraphs[chance.randrange(len(paragraphs))]
    return "\n\n".join(paragraphs)


def boilerplate_around(text: str, chance: random.Random) -> str:
    return "\n\n".join((*BOILERPLATE[:2], text, *BOILERPLATE[2:], f"Page {chance.randint(1, 10_000)}"))


KINDS: Mapping[str, Callable[[str, random.Random], str]] = {
    edit.__name__.replace("_", " "): edit
    for edit in (
        *(new_headline, wire_tags, lead_added, ending_cut, reordered, words_changed, typography, correction_added),
        *(paragraph_left_out, boilerplate_around),
    )
}


def planted(articles: Sequence[Article], count: int, chance: random.Random) -> dict[str, tuple[Article, str, str]]:
    """Copies by id, each with the id of its original and its kind of edit; every kind equally often."""
    copies = {}
    for number, original in enumerate(chance.sample(list(articles), count)):
        kind = list(KINDS)[number % len(KINDS)]
        name = f"copy-{number}"
        text = KINDS[kind](original.text, chance)
        article = replace(original, id=name, text=text, url=f"https://copies.example/{number}", outlet="The Copyist")
        copies[name] = (article, original.id, kind)
    return copies


# -- the measure


def measured(store: Store, articles: Sequence[Article], copies: Mapping[str, tuple[Article, str, str]]) -> Outcome:
    """Put all in, and judge every pair that was taken for copies."""
    milliseconds = _filled(store, articles)
    texts = {article.id: article.text for article in articles}
    true = {frozenset((name, original)): kind for name, (_, original, kind) in copies.items()}
    found: Counter[str] = Counter()
    natural: list[tuple[str, str]] = []
    wrong: list[tuple[str, str]] = []
    for pair in map(frozenset, _pairs(store)):
        if kind := true.get(pair):
            found[kind] += 1
        else:
            one, other = sorted(pair)
            (natural if are_strictly_alike(texts[one], texts[other]) else wrong).append((one, other))
    return Outcome(Counter(true.values()), found, natural, wrong, milliseconds)


def _filled(store: Store, articles: Iterable[Article]) -> dict[int, float]:
    """Store the articles; processor milliseconds of one, over the last thousand before each checkpoint."""
    spent: dict[int, float] = {}
    since = time.process_time()
    for number, article in enumerate(articles, 1):
        store.put(article, *_cut(article))
        if number % 1_000 == 0:
            now = time.process_time()
            if number in CHECKPOINTS:
                spent[number] = now - since
            since = now
    return spent


def _cut(article: Article) -> tuple[list[PassageDraft], np.ndarray]:
    ends = [*range(PASSAGE_CHARACTERS, len(article.text), PASSAGE_CHARACTERS), len(article.text)]
    starts = [0, *ends[:-1]]
    drafts = [PassageDraft(start, end, "", Tokens.empty()) for start, end in zip(starts, ends, strict=True)]
    return drafts, np.zeros((len(drafts), 384), np.float32)


def _pairs(store: Store) -> Iterable[tuple[str, str]]:
    """All pairs of articles in one group, with the copies that are places of one of them."""
    rows = store.rows(
        "SELECT s.copies AS label, a.id FROM signatures s JOIN articles a ON a.number = s.article "
        "UNION ALL SELECT s.copies, p.id FROM signatures s JOIN addresses p ON p.article = s.article ORDER BY label, id"
    )
    for _, members in itertools.groupby(rows, key=lambda row: row["label"]):
        yield from itertools.combinations([str(row["id"]) for row in members], 2)


def are_strictly_alike(one: str, other: str) -> bool:
    """Whether half of the shorter text stands in the longer one in long runs of equal words."""
    words, others = (re.findall(r"\w+", text.lower()) for text in (one, other))
    runs = SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks()
    return sum(run.size for run in runs if run.size >= LEAST_RUN) >= LEAST_SHARE * min(len(words), len(others))


def archive_articles(data: Path, limit: int | None = None) -> list[Article]:
    """The articles of the archive, each under its own id, undated where its date is not ISO 8601."""
    with gzip.open(data / "archive" / "allsides-12k.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in itertools.islice(lines, limit)]
    for record in records:
        record["published"] = record["published"] if ISO_DAY.match(record["published"] or "") else None
    keys = ("id", "url", "title", "published", "outlet", "text")
    return [Article(**{key: record[key] for key in keys}) for record in records]


def mixed(
    articles: Sequence[Article], count: int, seed: int = SEED
) -> tuple[list[Article], dict[str, tuple[Article, str, str]]]:
    """The articles with copies of some planted among them, in random order."""
    chance = random.Random(seed)  # noqa: S311
    copies = planted(articles, count, chance)
    everything = [*articles, *(article for article, _, _ in copies.values())]
    chance.shuffle(everything)
    return everything, copies


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.trials.benchmark_copies", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--articles", type=int, default=None)
    parser.add_argument("--planted", type=int, default=500)
    chosen = parser.parse_args()
    articles = archive_articles(Path(os.environ["PRESSMARK_DATA"]), chosen.articles)
    everything, copies = mixed(articles, chosen.planted)
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(Path(scratch) / "store.db")
        outcome = measured(store, everything, copies)
        store.close()
    for kind, count in outcome.planted.items():
        print(f"{kind:20} {outcome.found[kind]:4} of {count:4}")  # noqa: T201
    print(f"recall {outcome.recall:.4f}, precision {outcome.precision:.4f}")  # noqa: T201
    print(f"not planted: {len(outcome.natural)} right by the strict test, {len(outcome.wrong)} wrong")  # noqa: T201
    titles = {article.id: f"{article.outlet}, {article.published}: {article.title}" for article in everything}
    for word, pairs in (("right", outcome.natural), ("wrong", outcome.wrong)):
        for one, other in pairs:
            print(f"  {word}: {titles[one]} | {titles[other]}")  # noqa: T201
    for number, seconds in outcome.milliseconds.items():
        print(f"articles {number - 999:,} to {number:,}: {seconds:.2f} ms of processor each")  # noqa: T201


if __name__ == "__main__":
    main()
