"""How much faster the compiled embedding model is than sentence-transformers, and how equal its vectors are.

    python -m tests.trials.benchmark_embedding [ROUNDS]

Both ways embed the passages of the sample articles in this one process, in rounds that take turns, on the same threads:
`SentenceTransformer.encode` (float32, batches of 32) and what ingest does. Medians count; the exit status is 1 when the
ratio of the medians is below 2.2 or a cosine below 0.999.
"""

from __future__ import annotations

import sys
import time
from statistics import median

from corpus import Article, SentenceEmbedder, Tokens, sample_articles
from ingest import PassageSettings, passages_of

LEAST_RATIO, LEAST_COSINE = 2.2, 0.999
PASSAGES = 96


def sample_passages(embedder: SentenceEmbedder) -> tuple[list[str], list[Tokens]]:
    """The texts of about as many passages as are wanted, and their tokens."""
    texts: list[str] = []
    tokens: list[Tokens] = []
    paths = sorted(sample_articles().glob("*.md"))
    while len(texts) < PASSAGES:
        for path in paths:
            article = Article(path.stem, path.read_text("utf-8"), title=path.stem.replace("-", " "))
            for draft in passages_of(article, embedder, PassageSettings()):
                texts.append(f"{draft.header}\n{article.text[draft.start : draft.end]}")
                tokens.append(draft.tokens)
    return texts[:PASSAGES], tokens[:PASSAGES]


def main(rounds: int = 5) -> int:
    """Measure, print, and say whether the floor was held."""
    from sentence_transformers import SentenceTransformer

    ours = SentenceEmbedder()
    theirs = SentenceTransformer(str(ours.folder), device="cpu")
    texts, tokens = sample_passages(ours)
    expected = theirs.encode(texts, batch_size=32, normalize_embeddings=True)
    cosine = float((ours.embed_tokens(tokens) * expected).sum(axis=1).min())
    rates: dict[str, list[float]] = {"theirs": [], "ours": []}
    for _ in range(rounds):
        started = time.perf_counter()
        theirs.encode(texts, batch_size=32, normalize_embeddings=True)
        between = time.perf_counter()
        ours.embed([*texts])
        ended = time.perf_counter()
        rates["theirs"].append(len(texts) / (between - started))
        rates["ours"].append(len(texts) / (ended - between))
    ratio = median(rates["ours"]) / median(rates["theirs"])
    print(f"{len(texts)} passages of {sum(map(len, tokens)) / len(tokens):.0f} tokens, {rounds} rounds")  # noqa: T201
    print(f"SentenceTransformer.encode  {median(rates['theirs']):7.1f} passages/s")  # noqa: T201
    print(f"ours ({type(ours._encoder).__name__})       {median(rates['ours']):7.1f} passages/s")  # noqa: T201
    print(f"ratio of medians            {ratio:7.2f}   (floor {LEAST_RATIO})")  # noqa: T201
    print(f"lowest cosine               {cosine:7.5f}   (floor {LEAST_COSINE})")  # noqa: T201
    return 0 if ratio >= LEAST_RATIO and cosine >= LEAST_COSINE else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
