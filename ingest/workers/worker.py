"""A process of its own for what can hang, crash or eat memory: HTML pages, PDF and Word files.

It is a fresh interpreter, never a fork (an open Chroma does not survive one), and is started by the first document that
needs it. Requests and answers are a line of JSON each on its standard input and output; a request is followed by the
document's bytes. Nothing that comes back is unpickled: a page that takes over the worker gains nothing here.

Every document has its own limits: bytes in, bytes out, seconds of processor time, seconds in all, and memory. What goes
beyond one of them is refused in words, and the next document finds a worker that has not seen it.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from types import MappingProxyType, TracebackType
from typing import Any, BinaryIO

from ingest.errors import IngestError, InvalidDateError, NotAnArticleError, RecordError, SourceError
from ingest.raw import DateClue, Extract
from ingest.web.outline import Outline, outline_of

READERS: Mapping[str, str] = MappingProxyType(
    {
        "html": "ingest.extraction.extract:read_page",
        "pdf": "ingest.formats.pdf:read_pdf",
        "docx": "ingest.formats.documents:read_docx",
        "odt": "ingest.formats.office:read_odt",
        "rtf": "ingest.formats.office:read_rtf",
        "saved page": "ingest.web.saved_page:read_saved_page",
        "record": "ingest.formats.records:read_record",
        "email": "ingest.formats.mail:read_email",
        "outline": "ingest.web.recognise:read_outline",
    }
)
"""Which function reads a kind of document: it takes the bytes and the address they came from (or None), and gives back
a dataclass, or what JSON knows. Its module is imported when its kind first occurs."""


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost: processor seconds, seconds in all (the machine may be busy), bytes of address space,
    bytes of the document and of what is read from it."""

    processor_seconds: float = 20.0
    seconds: float = 60.0
    memory: int = 3 << 29
    size: int = 50 << 20
    answer: int = 64 << 20


LARGEST: Mapping[str, int] = MappingProxyType({"html": 20 << 20})
"""Bytes of a document of a kind, where they are fewer than for the others."""
DOCUMENTS_A_WORKER = 1000
"""A worker is replaced after so many documents, so that what its libraries cache does not pile up."""
# The parent's import path is handed over as it is; -P keeps a folder of strangers' files from joining it.
START = "import sys; sys.path[:] = sys.argv[1:]; from ingest.workers.worker import serve; serve()"
LATE = "took longer than {:g} seconds to read and was given up"
COSTLY = "needs more than {:g} seconds of processor time and was given up"
BROKEN = "broke the process that reads it (too large, or damaged) and was given up"
MEMORY = "needs more memory than a document may have"
LONG = "holds more than can be kept of one document"
REFUSALS = {error.__name__: error for error in (SourceError, RecordError, InvalidDateError, NotAnArticleError)}
OUT_OF_MEMORY = "MemoryError"


class Worker:
    """Reads documents in another process, which is killed and replaced when one goes beyond its limits."""

    def __init__(self, limits: Limits | None = None, readers: Mapping[str, str] = READERS) -> None:
        self.limits = limits or Limits()
        self._readers = readers
        self._process: subprocess.Popen[bytes] | None = None
        self._served = 0

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The worker's process id, None while there is none."""
        return self._process.pid if self._process else None

    def read(self, kind: str, content: bytes, url: str | None = None) -> Extract:
        """The article in a document of that kind; raises `SourceError` or `NotAnArticleError` with the reason."""
        fields = self.parse(kind, content, url)
        try:
            return _extract(fields)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            self.close()
            raise SourceError(BROKEN) from error

    def outline(self, content: bytes, url: str, content_type: str) -> Outline:
        """What an answer of the web is and names; raises `SourceError` with the reason."""
        found = self.parse("outline", content, url, content_type=content_type)
        try:
            return outline_of(found)
        except (TypeError, ValueError, KeyError) as error:
            self.close()
            raise SourceError(BROKEN) from error

    def parse(self, kind: str, content: bytes, url: str | None = None, **told: str) -> Any:
        """What the reader of that kind gives back, as JSON knows it; raises as `read` does.

        `told` are further arguments of the reader, such as what a server said of the content.
        """
        largest = min(self.limits.size, LARGEST.get(kind, self.limits.size))
        if len(content) > largest:
            raise SourceError(f"is larger than {largest >> 20} MB, too large for its kind")
        request = {"reader": self._readers[kind], "size": len(content), "url": url, "told": told}
        request |= {"memory": self.limits.memory, "processor_seconds": self.limits.processor_seconds}
        answer = self._answer(request, content)
        if reason := answer.get("reason"):
            if answer["error"] == OUT_OF_MEMORY:
                self.close()  # what it holds on to would be missing to the next document
            raise REFUSALS.get(answer["error"], SourceError)(str(reason))
        return answer.get("read")

    def _answer(self, request: dict[str, Any], content: bytes) -> dict[str, Any]:
        process = self._started()
        timer = threading.Timer(self.limits.seconds, process.kill)
        timer.start()
        started = time.monotonic()
        try:
            line = _exchange(process, request, content, self.limits.answer)
        except BaseException:
            self.close()
            raise
        finally:
            timer.cancel()
        try:
            answer = json.loads(line or b"null")
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            late = time.monotonic() - started >= self.limits.seconds
            status = self._end()
            raise SourceError(self._reason(line, late, status))
        return answer

    def _reason(self, line: bytes | None, late: bool, status: int | None) -> str:
        """Why a document was given up, from how its worker ended."""
        if line is not None and len(line) > self.limits.answer:
            return LONG
        if status is not None and hasattr(signal, "SIGXCPU") and status == -signal.SIGXCPU:
            return COSTLY.format(self.limits.processor_seconds)
        return LATE.format(self.limits.seconds) if late else BROKEN

    def _end(self) -> int | None:
        """End the worker, and tell how it ended if it had by itself."""
        process = self._process
        try:
            status = process.wait(1) if process else None
        except subprocess.TimeoutExpired:
            status = None
        self.close()
        return status

    def close(self) -> None:
        """End the worker, if there is one."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process and (self._process.poll() is not None or self._served >= DOCUMENTS_A_WORKER):
            self.close()
        if self._process is None:
            command = [sys.executable, "-P", "-c", START, *sys.path]
            environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
            )
            self._served = 0
        self._served += 1
        return self._process


def _exchange(process: subprocess.Popen[bytes], request: dict[str, Any], content: bytes, longest: int) -> bytes | None:
    """Send a request and wait for its answer, of which no more than one byte too many is read; None when the worker
    died over it."""
    assert process.stdin is not None  # noqa: S101  # both are pipes; said for the type checker
    assert process.stdout is not None  # noqa: S101
    try:
        process.stdin.write(json.dumps(request).encode() + b"\n" + content)
        process.stdin.flush()
    except OSError:
        return None
    line = process.stdout.readline(longest + 1)
    return line if line.endswith(b"\n") or len(line) > longest else None


def _extract(fields: dict[str, Any]) -> Extract:
    """The value of an answer; raises `ValueError` and the like for one that no reader gives."""
    clues = tuple(DateClue(str(method), str(value)) for method, value in fields.pop("clues"))
    extract = Extract(
        **{**fields, "clues": clues, "authors": tuple(fields["authors"]), "updates": tuple(fields["updates"])}
    )
    strings = (extract.text, extract.title, extract.outlet, extract.section, *extract.authors, *extract.updates)
    optional = (extract.url, extract.language, extract.id)
    if not all(isinstance(value, str) for value in (*strings, *(value for value in optional if value is not None))):
        raise ValueError("a field is not text")
    return extract if extract.stated is None else dataclasses.replace(extract, stated=DateClue(*extract.stated))


def serve() -> None:
    """Answer requests until standard input ends; the worker's side."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get into an answer
    while header := requests.readline():
        request = json.loads(header)
        content = requests.read(request["size"])
        _limit(request["memory"], request["processor_seconds"])
        _reply(answers, _answer(request, content))


def _reply(answers: BinaryIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()


def _answer(request: dict[str, Any], content: bytes) -> dict[str, Any]:
    try:
        read = read_document(request["reader"], content, request["url"], **request["told"])
        return {"read": dataclasses.asdict(read) if dataclasses.is_dataclass(read) else read}  # type: ignore[arg-type]
    except MemoryError:
        return {"error": OUT_OF_MEMORY, "reason": MEMORY}
    except IngestError as error:
        return {"error": type(error).__name__, "reason": str(error)}
    except Exception as error:  # a fault of a library on this one document, which must not cost the others
        return {"error": "SourceError", "reason": f"cannot be read ({type(error).__name__}: {str(error)[:300]})"}


def read_document(reader: str, content: bytes, url: str | None, **told: str) -> Any:
    """Read a document in this process; `reader` is "module:function"."""
    module, _, function = reader.partition(":")
    return getattr(importlib.import_module(module), function)(content, url, **told)


def _limit(memory: int, seconds: float) -> None:
    """Bound memory, and processor time for the next document: should the parent die, the worker ends by itself."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's time limit holds everywhere
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    bounds = (resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, math.ceil(used + seconds)), (resource.RLIMIT_CORE, 0)
    for name, bound in bounds:
        hard = resource.getrlimit(name)[1]
        try:
            resource.setrlimit(name, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))
        except (ValueError, OSError):  # macOS refuses some of them
            continue
