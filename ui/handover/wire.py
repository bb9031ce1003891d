"""Messages between two processes of one user on one machine: a JSON object a line, over a socket.

A Unix domain socket in the library's folder, where only the folder's user may connect; where a path is too long for
one, in a new folder of the temporary ones; and on the loopback address where there are no such sockets. No browser can
speak to it: it is a file, and whatever does not begin with the owner's token is hung up on.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import socket
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

LONGEST_LINE = 8 << 20
"""Longest message in bytes: room for a hundred thousand file names."""
LONGEST_PATH = 100
"""Bytes of a socket's path; systems allow 103 to 107."""
SEND_SECONDS = 60.0
"""How long the other side may leave a message unread before it counts as gone."""


class WireError(Exception):
    """What was received is not a message."""


class Wire:
    """One connection. Messages may be sent from any thread, and are received by one."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(SEND_SECONDS)
        self._socket = connection
        self._received = bytearray()
        self._sending = threading.Lock()
        self._ready = selectors.DefaultSelector()
        self._ready.register(connection, selectors.EVENT_READ)

    def send(self, **message: Any) -> None:
        """Send a message; raises `OSError` when the other side is gone, or does not read."""
        line = json.dumps(message).encode() + b"\n"
        with self._sending:
            self._socket.sendall(line)

    def receive(self, seconds: float | None = None, longest: int = LONGEST_LINE) -> dict[str, Any] | None:
        """The next message, None when the other side has closed the connection.

        Raises `WireError` when it is not a message, `TimeoutError` when none was complete in time, and `OSError`.
        """
        end = None if seconds is None else time.monotonic() + seconds
        while (at := self._received.find(b"\n")) < 0:
            if len(self._received) > longest:
                raise WireError("the line is too long")
            if not self._ready.select(None if end is None else max(0.0, end - time.monotonic())):
                raise TimeoutError("no message came in time")
            part = self._socket.recv(1 << 16)
            if not part:
                return None
            self._received += part
        line = bytes(self._received[:at])
        del self._received[: at + 1]
        return _message(line)

    def close(self) -> None:
        """Close the connection; a thread that waits for a message is released."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._ready.close()
        self._socket.close()


def _message(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise WireError(f"not JSON: {error}") from error
    if not isinstance(message, dict):
        raise WireError("not a JSON object")
    return message


def listen(folder: Path, name: str) -> tuple[socket.socket, str]:
    """A socket that only this user can reach, in a folder where that is possible, and its address."""
    if hasattr(socket, "AF_UNIX"):
        for candidate in (folder, None):
            with suppress(OSError):
                return _unix(candidate, name)
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    return listening, f"127.0.0.1:{listening.getsockname()[1]}"


def _unix(folder: Path | None, name: str) -> tuple[socket.socket, str]:
    """A socket in a folder, or in a new one that only this user may enter; raises `OSError` where there can be none."""
    path = (folder or Path(tempfile.mkdtemp(prefix="pressmark-"))) / name
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if len(os.fsencode(path)) > LONGEST_PATH:
            raise OSError(f"{path} is too long for a socket")
        path.unlink(missing_ok=True)  # of an owner that was killed
        listening.bind(str(path))
        path.chmod(0o600)
        listening.listen(128)
    except BaseException:
        listening.close()
        if folder is None:
            shutil.rmtree(path.parent, ignore_errors=True)
        raise
    return listening, f"unix:{path}"


def forget(address: str, folder: Path) -> None:
    """Remove the files of an address."""
    if address.startswith("unix:"):
        path = Path(address.removeprefix("unix:"))
        with suppress(OSError):
            path.unlink(missing_ok=True)
            if path.parent != folder:
                path.parent.rmdir()


def connect(address: str) -> Wire | None:
    """A connection to an address, None when nobody listens there (any more)."""
    try:
        if address.startswith("unix:"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            target: Any = address.removeprefix("unix:")
        else:
            host, _, port = address.rpartition(":")
            connection, target = socket.socket(socket.AF_INET, socket.SOCK_STREAM), (host, int(port))
    except (AttributeError, ValueError):
        return None
    connection.settimeout(SEND_SECONDS)
    try:
        connection.connect(target)
    except (OSError, OverflowError):
        connection.close()
        return None
    return Wire(connection)
