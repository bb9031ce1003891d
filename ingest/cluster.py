"""Reading and embedding a large dump on many cores or machines; the only door to ray.

    this process: sources → raw documents ┐         ┌ articles → passages ┐         ┌ library (the one writer)
    workers:                              └ extracts ┘                     └ vectors ┘

What costs time, the reading of pages and documents and the embedding of passages, is done by tasks without effects. So
a worker that dies loses nothing and doubles nothing: its task is given to another one, and when that fails too it is
done here. This process reads the sources, cuts, and commits one article after another, as it does alone.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

import numpy as np

from corpus.embedding import Embedder, Tokens, Vectors
from ingest import errors
from ingest.errors import IngestError, SourceError
from ingest.raw import Extract, RawDocument
from ingest.worker import Worker

LOCAL = "local"
SHARE_PASSAGES = 128
"""Passages that one task embeds: some tenths of a second, and little to do again."""
BATCH_PASSAGES = 4096
"""Passages that are embedded together on a cluster, so that every worker has some."""
AHEAD_DOCUMENTS = 32
"""Documents that each processor is given to read ahead."""
AHEAD_BYTES = 256 << 20
"""Bytes of documents that are read ahead at most."""
RETRIES = 3
OBJECT_STORE = 512 << 20
READ_BY_WORKERS = ("html", "pdf", "docx", "email")

log = logging.getLogger(__name__)
Item = TypeVar("Item")


class ClusterError(IngestError):
    """Ray is missing, or its cluster cannot be reached."""


def _ray() -> Any:
    """The library itself, told beforehand to report nothing to anybody."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError as error:
        raise ClusterError("--ray needs the package ray: pip install 'pressmark[ray]'") from error
    return ray


class Crew:
    """Workers on a Ray cluster, in the place of `Worker` and of the library's embedder, while the `with` block runs.

    `address` is "local" for the processors of this machine, "auto" for a cluster that this machine belongs to, or
    ray://HOST:PORT; a program that is connected to one already uses that. Pressmark of the same version must be
    installed on every machine.
    """

    def __init__(self, address: str, embedder: Embedder, workers: int | None = None) -> None:
        self.address = address
        self.batch_passages = BATCH_PASSAGES
        self._workers = workers
        self._here = Worker()
        self._embedder = embedder
        self._reading: dict[int, Any] = {}

    def __enter__(self) -> Crew:
        self._ray = _ray()
        self._is_ours = not self._ray.is_initialized()
        if self._is_ours:
            self._connect()
        self.processors = max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        self._read = self._ray.remote(max_retries=RETRIES)(read_share)
        self._embed = self._ray.remote(max_retries=RETRIES)(embed_share)
        self._model = self._ray.put(self._embedder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._here.close()
        if self._is_ours:
            self._ray.shutdown()

    def _connect(self) -> None:
        quiet = {"log_to_driver": False, "configure_logging": False, "logging_level": logging.ERROR}
        here = {"num_cpus": self._workers, "include_dashboard": False, "object_store_memory": OBJECT_STORE}
        try:
            self._ray.init(address=self.address, **quiet, **(here if self.address == LOCAL else {}))
        except Exception as error:  # ConnectionError, RuntimeError, ValueError: it has no error of its own for this
            raise ClusterError(f"no Ray cluster can be used at {self.address}: {error}") from error

    # -- reading ------------------------------------------------------------------------------------------------------

    def ahead(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items in their order, while workers read the documents among those that come next."""
        waiting: deque[Item] = deque()
        held = 0
        for item in items:
            held += self._hand_out(item)
            waiting.append(item)
            while held > AHEAD_BYTES or len(waiting) > AHEAD_DOCUMENTS * self.processors:
                first = waiting.popleft()
                yield first
                held -= self._forget(first)
        while waiting:
            first = waiting.popleft()
            yield first
            self._forget(first)

    def _hand_out(self, item: object) -> int:
        """Let a worker read a document; how many bytes are held for it."""
        if not isinstance(item, RawDocument) or item.kind not in READ_BY_WORKERS:
            return 0
        self._reading[id(item.content)] = self._read.remote(item.kind, item.content, item.url)
        return len(item.content)

    def _forget(self, item: object) -> int:
        """A document is done with, whether it was asked for or not: its place may soon be another's."""
        if not isinstance(item, RawDocument) or item.kind not in READ_BY_WORKERS:
            return 0
        self._reading.pop(id(item.content), None)
        return len(item.content)

    def read(self, kind: str, content: bytes, url: str | None = None) -> Extract:
        """What a document of that kind holds; raises `SourceError` or `NotAnArticleError` with the reason."""
        task = self._reading.pop(id(content), None)
        if task is None:
            return self._here.read(kind, content, url)
        try:
            answer = self._ray.get(task)
        except self._ray.exceptions.RayError as error:
            log.warning("a document is read here, because its worker died: %s", error)
            return self._here.read(kind, content, url)
        if isinstance(answer, Refusal):
            raise getattr(errors, answer.kind, SourceError)(answer.reason)
        extract: Extract = answer
        return extract

    # -- embedding ----------------------------------------------------------------------------------------------------

    @property
    def embedder(self) -> Embedder:
        """The embedder, whose passages are embedded by the workers."""
        return CrewEmbedder(self, self._embedder)

    def embed(self, tokens: Sequence[Tokens], done: Callable[[int], None] | None) -> Vectors:
        """Vectors of passages, in the order given; each worker has texts of like length."""
        vectors = np.zeros((len(tokens), self._embedder.dimension), np.float32)
        order = np.argsort([-len(one) for one in tokens], kind="stable")
        shares = [order[at : at + SHARE_PASSAGES] for at in range(0, len(order), SHARE_PASSAGES)]
        expected = self._embedder.weights_sha256
        tasks = {}
        for share in shares:
            texts = [tokens[row].ids for row in share]
            tasks[self._embed.remote(self._model, expected, texts)] = share
        while tasks:
            ready, _ = self._ray.wait(list(tasks))
            for task in ready:
                share = tasks.pop(task)
                vectors[share] = self._embedded(task, [tokens[row] for row in share])
                if done:
                    done(len(share))
        return vectors

    def _embedded(self, task: Any, tokens: Sequence[Tokens]) -> Vectors:
        try:
            return np.asarray(self._ray.get(task), np.float32)
        except self._ray.exceptions.RayTaskError as error:
            raise ClusterError(f"a worker of the cluster cannot embed: {error.cause or error}") from error
        except self._ray.exceptions.RayError as error:
            log.warning("%d passages are embedded here, because their worker died: %s", len(tokens), error)
            return self._embedder.embed_tokens(tokens)


class CrewEmbedder:
    """An embedder whose long work is done by a crew."""

    def __init__(self, crew: Crew, here: Embedder) -> None:
        self._crew = crew
        self.name, self.weights_sha256 = here.name, here.weights_sha256
        self.dimension, self.max_tokens = here.dimension, here.max_tokens
        self.tokenize, self.embed = here.tokenize, here.embed

    def embed_tokens(self, tokens: Sequence[Tokens], done: Callable[[int], None] | None = None) -> Vectors:
        """Unit vectors, float32 of shape (len(tokens), dimension), in the order given."""
        return self._crew.embed(tokens, done)


# -- what a worker does ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a document could not be read: the name of the error, and its reason."""

    kind: str
    reason: str


_kept: dict[str, Any] = {}
"""What this worker process keeps between its tasks: the process that reads, and the model."""


def read_share(kind: str, content: bytes, url: str | None) -> Extract | Refusal:
    """Read one document."""
    try:
        extract: Extract = _kept.setdefault("worker", Worker()).read(kind, content, url)
    except IngestError as error:
        return Refusal(type(error).__name__, str(error))
    return extract


def embed_share(embedder: Embedder, weights_sha256: str, texts: Sequence[Any]) -> Vectors:
    """Embed some passages, given as the ids of their tokens; the model is loaded once."""
    embedder = _kept.setdefault(f"{embedder.name} {weights_sha256}", embedder)
    if embedder.weights_sha256 != weights_sha256:
        raise RuntimeError(f"the model {embedder.name} of this machine has other weights: install the same version")
    nowhere = np.zeros(0, np.int32)
    return embedder.embed_tokens([Tokens(np.asarray(ids, np.int32), nowhere, nowhere) for ids in texts])
