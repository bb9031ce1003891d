"""The dense index on a Chroma server: one collection a generation, named by the library; no text goes there.

A Chroma server has no authentication, and whoever reaches it can read and change what it holds. So nothing that it says
is trusted: it proposes numbers of passages, which the store knows or not, and the store's own vectors score them. It is
compared with the store when it is opened; when it fails, exact search answers and it is tried again later.

Of the client only the plain requests are used: no embedding function is ever made from what a server says of its
collections (CVE-2026-45833).
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from corpus.index.chroma import (
    ChromaIndex,
    IndexBrokenError,
    IndexUnreachableError,
    chroma_errors,
    collection_settings,
    load_chroma,
)
from corpus.index.generations import BROKEN, DEAD_SHARE, FEW, close_quietly, note
from corpus.index.inspection import FOUND_SHARE, SAMPLES, differences, try_graph
from corpus.index.server_address import server_address
from corpus.store.articles import ERASED, Store

REQUEST_SECONDS = 10.0
"""How long a server may take to answer."""
WRITE_SECONDS = 120.0
"""How long it may take for a batch of passages, or a page of all of them."""
LARGEST_NUMBER = 2**63
TRIED = 20
"""Samples that are looked for by their own vector when a collection is opened."""
AGAIN_AFTER = 15.0
"""Seconds after a failure before the server is tried again."""

log = logging.getLogger(__name__)


class ServedIndex(ChromaIndex):
    """One generation of the index, in a collection of a server."""

    def __init__(self, address: str, collection: str) -> None:
        """Open a collection, or make it; raises `IndexBrokenError`, or `IndexUnreachableError`."""
        self.folder = Path()
        self.address, self.name = address, collection
        parts = urlsplit(address)
        with chroma_errors(f"preparing to ask {address}"):
            chromadb = load_chroma()
            settings = chromadb.Settings(
                chroma_api_impl="chromadb.api.fastapi.FastAPI",
                chroma_server_host=parts.hostname,
                chroma_server_http_port=parts.port,
                chroma_server_ssl_enabled=parts.scheme == "https",
                anonymized_telemetry=False,
            )
            # Not through chromadb.HttpClient: that waits without end for a server that does not answer.
            self._api = chromadb.config.System(settings).instance(chromadb.api.ServerAPI)
            self._api._session.timeout = REQUEST_SECONDS
            self._session = self._api._session
        try:
            self._collection = self._open_collection(chromadb)
        except BaseException:
            close_quietly(self)
            raise

    def _open_collection(self, chromadb: Any) -> Any:
        with self._errors(f"opening the collection {self.name}"):
            model = self._api.get_or_create_collection(self.name, configuration=collection_settings())
            settings = model.configuration_json
            embeds = (settings.get("embedding_function") or {}).get("type", "legacy")
            space = (settings.get("hnsw") or {}).get("space")
        if space != "cosine" or embeds != "legacy":
            raise IndexBrokenError(f"the collection {self.name} is not ours: it measures {space} and embeds by itself")
        return chromadb.Collection(client=self._api, model=model, embedding_function=None)

    @contextmanager
    def _errors(self, doing: str) -> Iterator[None]:
        """Whatever fails becomes an `IndexBrokenError`; an unreachable one when the server does not answer at all."""
        self._session.timeout = (
            WRITE_SECONDS if doing in ("adding", "listing", "reading the vectors") else REQUEST_SECONDS
        )
        try:
            with chroma_errors(f"{doing} at {self.address}"):
                yield
        except IndexBrokenError as error:
            if self._is_alive():
                raise
            raise IndexUnreachableError(f"the Chroma server {self.address} does not answer ({error})") from error

    def _clear_unused(self) -> None:
        """The files are the server's."""

    def _is_alive(self) -> bool:
        self._session.timeout = REQUEST_SECONDS
        try:
            self._api.heartbeat()
        except Exception:  # whatever it says instead
            return False
        return True

    def collections(self, prefix: str) -> list[str]:
        """The names of all collections of the server that begin so."""
        with self._errors("listing the collections"):
            return [
                str(collection.name)
                for collection in self._api.list_collections()
                if str(collection.name).startswith(prefix)
            ]

    def drop(self, name: str) -> None:
        """Delete a collection, with its vectors."""
        with self._errors(f"deleting the collection {name}"):
            self._api.delete_collection(name)

    def read_vectors(self, numbers: Sequence[int]) -> dict[int, npt.NDArray[np.float32]]:
        """The vectors that are held under some numbers; a number that is not held is left out."""
        with self._errors("reading some vectors"):
            found = self._collection.get(ids=[str(number) for number in numbers], include=["embeddings"])
            return {int(number): vector for number, vector in zip(found["ids"], found["embeddings"], strict=True)}

    def search(self, vector: npt.NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """(number, cosine), best first, of what may be a number of a passage."""
        return [(number, score) for number, score in super().search(vector, limit) if 0 < number < LARGEST_NUMBER]

    def close(self) -> None:
        """Hang up."""
        with suppress(Exception):
            self._session.close()


class ServedGenerations:
    """The collections of a library on a server, and what the store knows about them; see `corpus.index.generations`."""

    def __init__(self, store: Store, folder: Path, address: str) -> None:
        self._store = store
        self.address = server_address(address)
        self._folder = folder
        self._live: ServedIndex | None = None
        self._not_before = 0.0

    @property
    def prefix(self) -> str:
        """How the names of this library's collections begin; a copy of it in another folder has its own."""
        if self._store.meta("library_id") is None:
            self._store.set_meta(library_id=secrets.token_hex(6))
        place = hashlib.sha256(str(self._folder).encode()).hexdigest()[:8]
        return f"pressmark-{self._store.meta('library_id')}-{place}-"

    @property
    def generation(self) -> int:
        """The number of the current generation; 0 before the first."""
        return int(self._store.meta("served_generation") or 0)

    def may_try(self, attempts: int, most: int) -> bool:
        """Whether the server may be asked again: any number of times, but not at once."""
        return time.monotonic() >= self._not_before

    def reopen(self) -> ServedIndex | None:
        """The current generation, when what it holds is what the store would have put there."""
        if not self.generation or self._is_worn() or self._store.meta("served_state") == BROKEN:
            return None
        try:
            index = ServedIndex(self.address, f"{self.prefix}{self.generation}")
            try:
                require_sound(index, self._store)
            except BaseException:
                close_quietly(index)
                raise
        except IndexUnreachableError:
            raise
        except IndexBrokenError as error:
            log.warning("%s: building it again", error)
            return None
        return index

    def repair_generation(self, stopping: threading.Event) -> ServedIndex | None:
        """A collection that is not what it should be is not mended, but made again."""
        return None

    def rebuilt(self, stopping: threading.Event) -> ServedIndex:
        """A new generation with all passages of the store."""
        generation, erased = self.generation + 1, self._store.meta(ERASED) or "0"
        index = ServedIndex(self.address, name := f"{self.prefix}{generation}")
        try:
            if index.count():  # of a building that was broken off
                index.drop(name)
                close_quietly(index)
                index = ServedIndex(self.address, name)
            for numbers, vectors, days in self._store.vectors.pages():
                if stopping.is_set():
                    raise IndexBrokenError("stopped before the index was complete")
                index.add(numbers, vectors, days)
            self._store.set_meta(
                served_generation=str(generation), served_state="", served_dead="0", served_since=erased
            )
        except BaseException:
            close_quietly(index)
            raise
        return index

    def answers(self, index: ChromaIndex) -> None:
        """An index has taken over."""
        self._live = index if isinstance(index, ServedIndex) else None
        self._not_before = 0.0

    def sweep(self) -> None:
        """Delete the collections of this library that are not current; what cannot be deleted is left for later."""
        if self._live is None:
            return
        try:
            for name in self._live.collections(self.prefix):
                if name != self._live.name:
                    self._live.drop(name)
        except IndexBrokenError as error:
            log.warning("%s", error)

    def give_up(self, error: Exception | None = None) -> None:
        """Note that the current generation is not to be used again, unless only the server does not answer."""
        self._not_before = time.monotonic() + AGAIN_AFTER
        if not isinstance(error, IndexUnreachableError):
            note(self._store, served_state=BROKEN)

    def count_dead(self, dropped: int) -> None:
        """Note how many more vectors were deleted, which stay in the graph."""
        note(self._store, served_dead=str(self._dead() + dropped))

    def _dead(self) -> int:
        return int(self._store.meta("served_dead") or 0)

    @property
    def holds_erased(self) -> bool:
        """Whether the current collection was made before an article was removed: it may hold the vectors still."""
        return bool(self.generation) and (self._store.meta(ERASED) or "0") != (self._store.meta("served_since") or "0")

    def erase(self) -> None:
        """Delete the collection of this session; when that fails it goes when the next one has been made."""
        note(self._store, served_state=BROKEN)
        if self._live is None:
            return
        try:
            index = ServedIndex(self.address, self._live.name)
            index.drop(index.name)
            close_quietly(index)
        except IndexBrokenError as error:
            log.warning("%s", error)

    def _is_worn(self) -> bool:
        return self.holds_erased or self._dead() > DEAD_SHARE * max(len(self._store.vectors.numbers()), FEW)

    def note_files(self) -> None:
        """There are none: a collection is looked at whenever it is opened."""

    def compare(
        self, index: ChromaIndex, store: Store, stopping: threading.Event
    ) -> tuple[list[int], list[int], ChromaIndex]:
        """What is wrong in the index and what is surplus, and the index to go on with."""
        try_graph(index)
        wrong, surplus = differences(store, index)
        return wrong, surplus, index


def require_sound(index: ServedIndex, store: Store) -> None:
    """Look at samples: they must be held with the store's vectors, and be found by them; raises `IndexBrokenError`.

    Which passages are there and which are not is put right after it: so a few that are missing are no reason.
    """
    numbers, there = store.vectors.numbers(), index.numbers()
    samples = [int(number) for number in numbers[:: max(1, len(numbers) // SAMPLES)] if int(number) in there]
    missed = 0
    for at in range(0, len(samples), len(samples) // TRIED + 1):
        missed += not _finds(index, store, samples[at])
    for known, vectors, _ in store.vectors.of(samples):
        held = index.read_vectors(known)
        for number, vector in zip(known, vectors, strict=True):
            missed += number not in held or not np.allclose(held[number], vector, atol=1e-3)
    if missed > (1 - FOUND_SHARE) * len(samples):
        raise IndexBrokenError(f"{index.name} has {missed} of {len(samples)} samples not as the library has them")


def _finds(index: ServedIndex, store: Store, number: int) -> bool:
    """Whether a passage is found by its own vector, or another one that has the same."""
    vectors = [page[1][0] for page in store.vectors.of([number])]
    return all(any(score > 0.999 for _, score in index.search(vector, 10)) for vector in vectors)
