"""Checks a library, says in words what is wrong, and repairs what its texts allow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from corpus.embedding.encoder import Embedder, Tokens
from corpus.errors import LibraryError, StorageError
from corpus.index.chroma import IndexBrokenError
from corpus.index.dense import DenseIndex
from corpus.store.articles import Store
from corpus.store.stored import FoundPassage, content_checksum, digest_embedded

_ADVICE = "remove it and add it again"
_REPAIR = "run `pressmark check --repair`"


def problems(store: Store, index: DenseIndex) -> list[str]:
    """What is wrong, in words; empty when all is well. The dense index is brought back first, if it has to be."""
    found = store_problems(store)
    try:
        wrong, surplus = index.differences()
    except (StorageError, IndexBrokenError) as error:
        return [*found, str(error)]
    if wrong or surplus:
        found.append(f"the index misses or garbles {wrong} passages and holds {surplus} that are gone: {_REPAIR}")
    return found


def store_problems(store: Store) -> list[str]:
    """What is wrong with the store alone, in words."""
    found: list[str] = []
    try:
        found += [f"store.db: {row[0]}" for row in store.rows("PRAGMA integrity_check") if row[0] != "ok"]
        found += store.check_words()
        found += _wrong_articles(store)
        found += [f"article {name!r} has {count} damaged vectors: {_REPAIR}" for name, count in _wrong_vectors(store)]
        if unlike := store.copies.wrong():
            found.append(f"{len(unlike)} articles cannot be told from their copies or by their address: {_REPAIR}")
    except StorageError as error:
        found.append(str(error))
    return found


def mend(store: Store, index: DenseIndex, embedder: Embedder) -> list[str]:
    """Make again what can be made from the texts; says in words what was done."""
    done: list[str] = []
    passages = sum(_mend_passages(store, article_id) for article_id in _ids(store))
    if passages:
        done.append(f"{passages} passages were taken from their articles again")
    if passages or store.check_words():
        store.rebuild_words()
        done.append("the full-text index was built again")
    compared = store.copies.mend()
    if compared:
        done.append(f"{compared} articles were compared with the others for copies")
    damaged = store.vectors.find_damaged()
    if damaged:
        found = store.find_passages(damaged)
        tokens = [passage_tokens(store, embedder, passage) for passage in found.values()]
        store.vectors.replace(dict(zip(found, embedder.embed_tokens(tokens), strict=True)))
        done.append(f"{len(found)} vectors were computed again")
    try:
        is_sound = index.differences() == (0, 0)
    except IndexBrokenError:
        is_sound = False
    if damaged or not is_sound:
        index.rebuild()
        done.append("the dense index was built again")
    return done


def passage_tokens(store: Store, embedder: Embedder, found: FoundPassage) -> Tokens:
    """The tokens that a passage was embedded with: of its header, and of its part of the article."""
    passage = found.passage
    whole = embedder.tokenize(store.get(passage.article_id).text)
    first = int(np.searchsorted(whole.starts, passage.start))
    last = int(np.searchsorted(whole.starts, passage.end))
    header = embedder.tokenize(passage.header) if passage.header else Tokens.empty()
    return (header + whole[first:last])[: embedder.max_tokens]


def _ids(store: Store) -> list[str]:
    return [str(row[0]) for row in store.rows("SELECT id FROM articles ORDER BY id")]


def _wrong_articles(store: Store) -> Iterator[str]:
    revisions = store.rows(
        "SELECT a.id, r.revision, r.checksum FROM articles a JOIN revisions r ON r.article = a.number "
        "ORDER BY a.id, r.revision"
    )
    for row in revisions:
        try:
            if content_checksum(store.get(str(row["id"]), int(row["revision"]))) != row["checksum"]:
                yield f"article {row['id']!r} is damaged (revision {row['revision']} is not what was stored): {_ADVICE}"
        except StorageError as error:
            yield str(error)
    for article_id in _ids(store):
        if store.current(article_id) is None:
            yield f"article {article_id!r} has lost its text: {_ADVICE}"
            continue
        if not store.passage_rows(article_id):
            yield f"article {article_id!r} has no passages: {_ADVICE}"
        wrong = _wrong_passages(store, article_id)
        if wrong:
            yield f"article {article_id!r}: passages {wrong} are not at their places in the text: {_REPAIR}"


def _wrong_passages(store: Store, article_id: str) -> list[int]:
    """The ordinals of passages whose text is not what stands at their place, when the article itself can be read."""
    try:
        text = store.get(article_id).text
    except LibraryError:
        return []
    return [
        int(row["ordinal"])
        for row in store.passage_rows(article_id)
        if text[row["start"] : row["end"]] != row["text"]
        or digest_embedded(row["header"], row["text"]) != row["embedded"]
    ]


def _mend_passages(store: Store, article_id: str) -> int:
    """Take the texts of wrong passages from their article, where that is the one they were cut from."""
    wrong = _wrong_passages(store, article_id)
    if not wrong:
        return 0
    text = store.get(article_id).text
    texts = {
        int(row["number"]): text[row["start"] : row["end"]]
        for row in store.passage_rows(article_id)
        if int(row["ordinal"]) in wrong
        and digest_embedded(row["header"], text[row["start"] : row["end"]]) == row["embedded"]
    }
    if texts:
        store.set_passage_texts(texts)
    return len(texts)


def _wrong_vectors(store: Store) -> list[tuple[str, int]]:
    """The articles that have damaged vectors, and how many."""
    count: dict[str, int] = {}
    for number in store.vectors.find_damaged():
        article_id = store.article_of_passage(number)
        count[article_id] = count.get(article_id, 0) + 1
    return sorted(count.items())
