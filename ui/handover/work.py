"""ui.handover.work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ui.errors import WrongUsageError

if TYPE_CHECKING:
    from ingest import WebSettings


def web_settings(limit: int | None, allow_private: Sequence[str] | None) -> WebSettings:
    """How addresses are fetched."""
    from ingest import Fetcher, FetchSettings, RefusedAddressError, WebSettings

    fetch = FetchSettings(allow_private=tuple(allow_private or ()))
    if allow_private:
        try:
            Fetcher(fetch).close()
        except RefusedAddressError as error:
            raise WrongUsageError(f"--allow-private: {error}") from error
    return WebSettings(fetch=fetch) if limit is None else WebSettings(limit=limit, fetch=fetch)


@dataclass(frozen=True, slots=True)
class Work:
    """How an ingest is to be done, in values that can be handed over: columns of tables, and how the web is read."""

    columns: Mapping[str, str] = field(default_factory=dict)
    limit: int | None = None
    allow_private: tuple[str, ...] = ()

    def arguments(self) -> dict[str, Any]:
        """As `ingest` takes it."""
        return {"columns": self.columns, "web": web_settings(self.limit, self.allow_private)}
