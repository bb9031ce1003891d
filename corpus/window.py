"""A filter on passages: a range of days and a choice of outlets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Window:
    """Which passages may answer: days (inclusive, as day numbers) and outlets (none named means all).

    A passage of unknown date is outside every window that has an edge. An article is of an outlet, too, when its very
    text stood there, but not before it did; its date is always its own.
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
            marks = ",".join("?" * len(self.outlets))
            elsewhere = f"{_ELSEWHERE} WHERE p.outlet IN ({marks})"
            values.extend((*self.outlets, *self.outlets))
            if self.until is not None:
                elsewhere += " AND p.day <= ?"
                values.append(self.until)
            parts.append(f"(passages.outlet IN ({marks}) OR passages.article IN ({elsewhere}))")
        return " AND ".join(parts) or "1", values


_ELSEWHERE = (
    "SELECT p.article FROM addresses p JOIN signatures s ON s.article = p.article AND s.text_digest = p.text_digest"
)
"""Articles of which the very text stands at another place."""
