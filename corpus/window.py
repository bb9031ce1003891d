"""Which passages may answer: a stretch of days and a choice of outlets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Window:
    """Which passages may answer: days (inclusive, as day numbers) and outlets (none named means all).

    A passage of unknown date is outside every window that has an edge.
    """

    since: int | None = None
    until: int | None = None
    outlets: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether every passage is inside."""
        return self.since is None and self.until is None and not self.outlets

    def condition(self) -> tuple[str, list[Any]]:
        """The window as an SQL condition on `passages`, and its values."""
        parts: list[str] = []
        values: list[Any] = []
        if self.since is not None:
            parts.append("passages.day >= ?")
            values.append(self.since)
        if self.until is not None:
            parts.append("passages.day <= ?")
            values.append(self.until)
        if self.outlets:
            parts.append(f"passages.outlet IN ({','.join('?' * len(self.outlets))})")
            values.extend(self.outlets)
        return " AND ".join(parts) or "1", values
