"""A process of its own for what can hang, crash or eat memory: HTML pages, PDF and Word files.

It is a fresh interpreter, never a fork (an open Chroma does not survive one), and is started by the first document that
needs it. Requests and answers are a line of JSON each on its standard input and output; a request is followed by the
document's bytes. Nothing that comes back is unpickled: a page that takes over the worker gains nothing here.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Any, BinaryIO

from ingest.errors import IngestError, NotAnArticleError, SourceError
from ingest.outline import Outline, outline_of, read_outline
from ingest.raw import DateClue, Extract

TIME_LIMIT = 30.0
"""Seconds for one document."""
MEMORY_LIMIT = 3 << 30
"""Bytes of address space for the worker."""
DOCUMENTS_A_WORKER = 1000
"""A worker is replaced after so many documents, so that what its libraries cache does not pile up."""
# The parent's import path is handed over as it is; -P keeps a folder of strangers' files from joining it.
START = "import sys; sys.path[:] = sys.argv[1:]; from ingest.worker import serve; serve()"
OUTLINE = "outline"
"""The kind of a request that asks what a document is and names, instead of what it holds."""
LATE = "took longer than {:g} seconds to read"
BROKEN = "broke the process that reads it (too large, or damaged)"
REFUSALS = {error.__name__: error for error in (SourceError, NotAnArticleError)}


class Worker:
    """Reads documents in another process, which is killed and replaced when it takes too long."""

    def __init__(self, time_limit: float = TIME_LIMIT) -> None:
        self.time_limit = time_limit
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

    def read(self, kind: str, content: bytes) -> Extract:
        """What a document of that kind holds; raises `SourceError` or `NotAnArticleError` with the reason."""
        return _extract(self._asked({"kind": kind}, content))

    def outline(self, content: bytes, url: str, content_type: str) -> Outline:
        """What an answer of the web is and names; raises `SourceError` with the reason."""
        request = {"kind": OUTLINE, "url": url, "content_type": content_type}
        return outline_of(_answered(self._asked(request, content))["outline"])

    def _asked(self, request: dict[str, Any], content: bytes) -> dict[str, Any]:
        process = self._started()
        timer = threading.Timer(self.time_limit, process.kill)
        timer.start()
        started = time.monotonic()
        try:
            line = _exchange(process, {**request, "size": len(content), "seconds": self.time_limit}, content)
        except BaseException:
            self.close()
            raise
        finally:
            timer.cancel()
        if line is None:
            self.close()
            late = time.monotonic() - started >= self.time_limit
            raise SourceError(f"{LATE.format(self.time_limit) if late else BROKEN} and was given up")
        answer: dict[str, Any] = json.loads(line)
        return answer

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


def _exchange(process: subprocess.Popen[bytes], request: dict[str, Any], content: bytes) -> bytes | None:
    """Send a request and wait for its answer; None when the worker died over it."""
    assert process.stdin is not None  # noqa: S101  # both are pipes; said for the type checker
    assert process.stdout is not None  # noqa: S101
    try:
        process.stdin.write(json.dumps(request).encode() + b"\n" + content)
        process.stdin.flush()
    except OSError:
        return None
    line = process.stdout.readline()
    return line if line.endswith(b"\n") else None


def _answered(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer that is one; raises the error that it tells of otherwise."""
    if reason := answer.get("reason"):
        raise REFUSALS.get(answer["error"], SourceError)(reason)
    return answer


def _extract(answer: dict[str, Any]) -> Extract:
    fields = _answered(answer)["extract"]
    clues = tuple(DateClue(*clue) for clue in fields.pop("clues"))
    return Extract(**{**fields, "clues": clues, "authors": tuple(fields["authors"])})


def serve() -> None:
    """Answer requests until standard input ends; the worker's side."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get into an answer
    while header := requests.readline():
        request = json.loads(header)
        content = requests.read(request["size"])
        _limit(request["seconds"])
        _reply(answers, _answer(request, content))


def _reply(answers: BinaryIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()


def _answer(request: dict[str, Any], content: bytes) -> dict[str, Any]:
    try:
        if request["kind"] == OUTLINE:
            return {"outline": dataclasses.asdict(read_outline(content, request["url"], request["content_type"]))}
        return {"extract": dataclasses.asdict(read_document(request["kind"], content))}
    except MemoryError:
        return {"error": "SourceError", "reason": "needs more memory than a document may have"}
    except IngestError as error:
        return {"error": type(error).__name__, "reason": str(error)}
    except Exception as error:  # a fault of a library on this one document, which must not cost the others
        return {"error": "SourceError", "reason": f"cannot be read ({type(error).__name__}: {error})"}


def read_document(kind: str, content: bytes) -> Extract:
    """Read a document in this process; libraries load when their kind first occurs."""
    if kind == "html":
        from ingest.extract import read_page

        return read_page(content)
    if kind == "email":
        from ingest.mail import read_email

        return read_email(content)
    from ingest.documents import read_docx, read_pdf

    return read_pdf(content) if kind == "pdf" else read_docx(content)


def _limit(seconds: float) -> None:
    """Bound memory, and processor time for the next document: should the parent die, the worker ends by itself."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's time limit holds everywhere
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    for name, bound in ((resource.RLIMIT_AS, MEMORY_LIMIT), (resource.RLIMIT_CPU, int(used + seconds) + 2)):
        hard = resource.getrlimit(name)[1]
        try:
            resource.setrlimit(name, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))
        except (ValueError, OSError):  # macOS refuses some of them
            continue
