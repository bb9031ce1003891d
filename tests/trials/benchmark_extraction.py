"""How much of the text of real pages is found, and how much that is none of it: ours beside plain trafilatura.

    python -m tests.trials.benchmark_extraction [--limit N] [--show N]

Reads the pages and the texts of the article extraction benchmark of Scrapinghub (181 pages) from $PRESSMARK_DATA/html
and counts as it does: a text is the bag of all runs of four words in it, and what two bags share, what only ours has
and what only theirs has are divided by their sum, so that every page weighs the same. Precision and recall are means
over the pages (of those where they are defined), and F1 is made of those two means. Intervals are 1.96 standard
deviations over bootstrap samples of the pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ingest import NotAnArticleError
from ingest.extraction.extract import read_page
from ingest.text.decoding import decode_page

RUN = 4
"""Words that are compared together."""
SAMPLES = 1000
SEED = 20
WORD = re.compile(r"\w+")


class Shares(NamedTuple):
    """Of all runs of words of two texts: those in both, those only in the one that was found, only in the true one."""

    common: float
    surplus: float
    missing: float


class Score(NamedTuple):
    """Means over pages."""

    f1: float
    precision: float
    recall: float


def runs(text: str) -> Counter[tuple[str, ...]]:
    """Every run of four words with its count; a shorter text is one run, an empty one is none."""
    words = WORD.findall(text)
    starts = range(max(1, len(words) - RUN + 1)) if words else ()
    return Counter(tuple(words[start : start + RUN]) for start in starts)


def shares(found: str, expected: str) -> Shares:
    """What two texts have in common, as shares of 1; all 0 when both are empty."""
    ours, theirs = runs(found), runs(expected)
    counts = ((ours & theirs).total(), (ours - theirs).total(), (theirs - ours).total())
    return Shares(*(count / max(1, sum(counts)) for count in counts))


def score(pages: Sequence[Shares]) -> Score:
    """The published score: the mean precision, the mean recall, and the F1 of these two."""
    precision = statistics.mean(page.common / (page.common + page.surplus) for page in pages if page[0] + page[1])
    recall = statistics.mean(page.common / (page.common + page.missing) for page in pages if page[0] + page[2])
    return Score(2 * precision * recall / (precision + recall) if precision + recall else 0.0, precision, recall)


def resampled(size: int) -> list[list[int]]:
    """The pages of each bootstrap sample, the same for everything that is compared."""
    generator = random.Random(SEED)  # noqa: S311  # a sample, no secret
    return [generator.choices(range(size), k=size) for _ in range(SAMPLES)]


def half_widths(pages: Sequence[Shares], samples: Sequence[Sequence[int]]) -> Score:
    """How far each figure may lie from the true one, to either side."""
    scores = [score([pages[number] for number in sample]) for sample in samples]
    return Score(*(1.96 * statistics.stdev(values) for values in zip(*scores, strict=True)))


def difference(ours: Sequence[Shares], theirs: Sequence[Shares], samples: Sequence[Sequence[int]]) -> list[float]:
    """F1 of ours less F1 of theirs on each sample, the smallest first."""
    return sorted(score([ours[n] for n in sample]).f1 - score([theirs[n] for n in sample]).f1 for sample in samples)


def our_text(content: bytes, address: str) -> str:
    """What Pressmark keeps of a page; "" for one that it refuses."""
    try:
        return read_page(content).text
    except NotAnArticleError:
        return ""


def plain_text(content: bytes, address: str) -> str:
    """What trafilatura gives by itself."""
    from trafilatura import extract

    return extract(decode_page(content)) or ""


def plain_text_without_comments(content: bytes, address: str) -> str:
    """What trafilatura gives in the published comparison."""
    from trafilatura import extract

    return extract(decode_page(content), include_comments=False) or ""


READERS: Mapping[str, Callable[[bytes, str], str]] = {
    "pressmark": our_text,
    "trafilatura": plain_text,
    "trafilatura, no comments": plain_text_without_comments,
}


def pages_of(folder: Path, limit: int | None = None) -> list[tuple[str, bytes, str, str]]:
    """(name, content, address, true text) of the pages."""
    truth = json.loads((folder / "scrapinghub-ground-truth.json").read_text("utf-8"))
    return [
        (name, gzip.decompress((folder / "scrapinghub" / f"{name}.html.gz").read_bytes()), item["url"], text)
        for name, item in sorted(truth.items())[:limit]
        for text in [item["articleBody"]]
    ]


def measure(pages: Sequence[tuple[str, bytes, str, str]], reader: Callable[[bytes, str], str]) -> list[Shares]:
    """The shares of every page."""
    return [shares(reader(content, address), expected) for _, content, address, expected in pages]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.trials.benchmark_extraction", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--limit", type=int, help="read only so many pages")
    parser.add_argument("--show", type=int, default=0, help="name so many pages on which most is lost")
    chosen = parser.parse_args()
    pages = pages_of(Path(os.environ["PRESSMARK_DATA"]) / "html", chosen.limit)
    samples = resampled(len(pages))
    measured = {name: measure(pages, reader) for name, reader in READERS.items()}
    for name, counted in measured.items():
        figures, widths = score(counted), half_widths(counted, samples)
        shown = (
            f"{kind} {value:.4f} ± {width:.4f}"
            for kind, value, width in zip(Score._fields, figures, widths, strict=True)
        )
        print(f"{name:26}", "  ".join(shown))  # noqa: T201
    for name in list(READERS)[1:]:
        gaps = difference(measured["pressmark"], measured[name], samples)
        low, high = gaps[len(gaps) * 25 // 1000], gaps[len(gaps) * 975 // 1000]
        print(f"F1 of pressmark less that of {name}: {statistics.mean(gaps):+.4f} [{low:+.4f}, {high:+.4f}]")  # noqa: T201
    worst = sorted(zip(measured["pressmark"], measured["trafilatura"], pages, strict=True), key=lambda row: row[0][0])
    for ours, theirs, (name, _, address, _) in worst[: chosen.show]:
        print(f"{name[:12]} ours {ours.common:.3f} plain {theirs.common:.3f} {address}")  # noqa: T201


if __name__ == "__main__":
    main()
