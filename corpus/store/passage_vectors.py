"""The vectors of passages that are about to be stored: those of unchanged passages are reused."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from corpus.article import Article, PassageDraft
from corpus.embedding.encoder import Embedder, Vectors
from corpus.store.stored import digest_embedded
from corpus.store.stored_vectors import StoredVectors


def embed_passages(
    stored: StoredVectors,
    embedder: Embedder,
    cut: Sequence[tuple[Article, Sequence[PassageDraft]]],
    done: Callable[[int], None] | None = None,
) -> list[Vectors]:
    """The vectors of each article's passages; those of all the articles are embedded together, by length."""
    if not cut:
        return []
    drafts = [draft for _, part in cut for draft in part]
    digests = [digest_embedded(d.header, a.text[d.start : d.end]) for a, part in cut for d in part]
    known = stored.by_digest(digests)
    missing = [at for at, digest in enumerate(digests) if digest not in known]
    if done and len(missing) < len(drafts):
        done(len(drafts) - len(missing))
    fresh = embedder.embed_tokens([drafts[at].tokens for at in missing], done) if missing else None
    vectors = np.zeros((len(drafts), embedder.dimension), np.float32)
    for at, digest in enumerate(digests):
        if digest in known:
            vectors[at] = known[digest]
    if fresh is not None:
        vectors[missing] = fresh
    ends = np.cumsum([len(part) for _, part in cut])[:-1]
    return list(np.split(vectors, ends))
