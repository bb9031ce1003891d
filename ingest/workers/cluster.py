"""Reading and embedding a large dump on many cores or machines; the only door to ray.

    this process: sources → raw documents ┐                                ┌ those not held yet ┐         ┌ library
    workers:                              └ extracts → articles → passages ┘                    └ vectors ┘

Everything between a document and its vectors is done by tasks without effects. So a worker that dies loses nothing and
doubles nothing: its task is given to another one, and when that fails too it is done here. This process opens the
sources, gives the articles their ids, and is the one writer: it commits one article after another, as it does alone.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

import numpy as np

from corpus.article import Article, PassageDraft
from corpus.embedding.encoder import Embedder, Tokens, Vectors
from corpus.errors import InvalidArticleError
from ingest.cutting.cutter import Cutter, Item, Prepared
from ingest.cutting.passages import PassageSettings
from ingest.errors import IngestError, InvalidDateError, NotAnArticleError, RecordError, SourceError
from ingest.raw import RawDocument
from ingest.workers.worker import Worker

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

log = logging.getLogger(__name__)
Result = TypeVar("Result")


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
    """Workers on a Ray cluster, in the place of a run's cutter and of the library's embedder, inside a `with` block.

    `address` is "local" for the processors of this machine, "auto" for a cluster that this machine belongs to, or
    ray://HOST:PORT; a program that is connected to one already uses that. Pressmark of the same version must be
    installed on every machine.
    """

    def __init__(self, address: str, embedder: Embedder, workers: int | None = None) -> None:
        self.address = address
        self.batch_passages = BATCH_PASSAGES
        self._workers = workers
        self._embedder = embedder

    def __enter__(self) -> Crew:
        self._ray = _ray()
        self._is_ours = not self._ray.is_initialized()
        if self._is_ours:
            self._connect()
        self.processors = max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        self._prepare = self._ray.remote(max_retries=RETRIES)(prepare_share)
        self._embed = self._ray.remote(max_retries=RETRIES)(embed_share)
        self._model = self._ray.put(self._embedder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_ours:
            self._ray.shutdown()

    def _connect(self) -> None:
        quiet = {"log_to_driver": False, "configure_logging": False, "logging_level": logging.ERROR}
        here = {"num_cpus": self._workers, "include_dashboard": False, "object_store_memory": OBJECT_STORE}
        try:
            self._ray.init(address=self.address, **quiet, **(here if self.address == LOCAL else {}))
        except Exception as error:  # ConnectionError, RuntimeError, ValueError: it has no error of its own for this
            raise ClusterError(f"no Ray cluster can be used at {self.address}: {error}") from error

    def cutter(self, here: Cutter) -> CrewCutter:
        """A cutter whose work is done ahead by the workers; `here` does what is left over."""
        return CrewCutter(self, here)

    def prepare(self, raw: RawDocument, settings: PassageSettings, now: datetime) -> Any:
        """A task that reads and cuts one document."""
        alone = replace(raw, visit=None)  # what to remember of fetching it is for this process only
        return self._prepare.remote(self._model, self._embedder.weights_sha256, settings, alone, now)

    def result(self, task: Any, otherwise: Callable[[str], Result]) -> Result:
        """What a task brought; when its worker died and nobody could do it again, what `otherwise` makes here."""
        try:
            result: Result = self._ray.get(task)
        except self._ray.exceptions.RayTaskError as error:
            raise ClusterError(f"a worker of the cluster failed: {error.cause or error}") from error
        except self._ray.exceptions.RayError as error:
            return otherwise(str(error))
        return result

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
        def here(reason: str) -> Vectors:
            log.warning("%d passages are embedded here, because their worker died: %s", len(tokens), reason)
            return self._embedder.embed_tokens(tokens)

        return np.asarray(self.result(task, here), np.float32)


class CrewCutter(Cutter):
    """A cutter whose documents are read and cut ahead by a crew; what comes out is the same."""

    def __init__(self, crew: Crew, here: Cutter) -> None:
        self.settings, self.now = here.settings, here.now
        self._crew = crew
        self._here = here
        self._tasks: dict[int, Any] = {}

    def ahead(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items in their order, while workers prepare the documents among those that come next."""
        waiting: deque[Item] = deque()
        held = 0
        for item in items:
            held += self._hand_out(item)
            waiting.append(item)
            while held > AHEAD_BYTES or len(waiting) > AHEAD_DOCUMENTS * self._crew.processors:
                first = waiting.popleft()
                yield first
                held -= self._forget(first)
        while waiting:
            first = waiting.popleft()
            yield first
            self._forget(first)

    def _hand_out(self, item: object) -> int:
        """Let a worker prepare a document; how many bytes are held for it."""
        if not isinstance(item, RawDocument):
            return 0
        self._tasks[id(item)] = self._crew.prepare(item, self.settings, self.now())
        return len(item.content)

    def _forget(self, item: object) -> int:
        """A document is done with, whether it was asked for or not: its place may soon be another's."""
        if not isinstance(item, RawDocument):
            return 0
        self._tasks.pop(id(item), None)
        return len(item.content)

    def prepare(self, raw: RawDocument) -> Prepared:
        """The article of a raw document and its passages; raises what `Cutter.prepare` does."""

        def here(reason: str) -> Prepared:
            log.warning("a document is read here, because its worker died: %s", reason)
            return self._here.prepare(raw)

        task = self._tasks.pop(id(raw), None)
        answer = self._crew.result(task, here) if task else self._here.prepare(raw)
        if isinstance(answer, Refusal):
            raise REFUSALS.get(answer.kind, SourceError)(answer.reason)
        return answer

    def cut(self, article: Article) -> list[PassageDraft]:
        """The passages of an article that no worker has cut; raises what `Cutter.cut` does."""
        return self._here.cut(article)


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


REFUSALS = {
    error.__name__: error
    for error in (SourceError, RecordError, InvalidDateError, NotAnArticleError, InvalidArticleError)
}

_kept: dict[str, Any] = {}
"""What this worker process keeps between its tasks: the process that reads, and the model."""


def prepare_share(
    embedder: Embedder, weights_sha256: str, settings: PassageSettings, raw: RawDocument, now: datetime
) -> Prepared | Refusal:
    """Read and cut one document."""
    reader = _kept.setdefault("reader", Worker())
    cutter = Cutter(reader, _kept_embedder(embedder, weights_sha256), settings, lambda: now)
    try:
        article = cutter.prepare(raw).article
        return Prepared(article, cutter.cut(article))
    except (IngestError, InvalidArticleError) as error:
        return Refusal(type(error).__name__, str(error))


def embed_share(embedder: Embedder, weights_sha256: str, texts: Sequence[Any]) -> Vectors:
    """Embed some passages, given as the ids of their tokens."""
    nowhere = np.zeros(0, np.int32)
    own = _kept_embedder(embedder, weights_sha256)
    return own.embed_tokens([Tokens(np.asarray(ids, np.int32), nowhere, nowhere) for ids in texts])


def _kept_embedder(embedder: Embedder, weights_sha256: str) -> Embedder:
    """The model of this process, loaded once; the one that was sent names it, its weights lie on this machine."""
    own: Embedder = _kept.setdefault(f"{embedder.name} {weights_sha256}", embedder)
    if own.weights_sha256 != weights_sha256:
        raise RuntimeError(f"the model {own.name} of this machine has other weights: install the same version")
    return own
