"""The settings of an ingest as plain values, so that they can be handed over to another process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ui.errors import WrongUsageError

if TYPE_CHECKING:
    from ingest import WebSettings


def web_settings(limit: int | None, allow_private: Sequence[str] | None) -> WebSettings:
    """The settings for fetching addresses; raises `WrongUsageError` for a host that is not one."""
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
    """The settings of an ingest: the columns of tables, and how the web is read."""

    columns: Mapping[str, str] = field(default_factory=dict)
    limit: int | None = None
    allow_private: tuple[str, ...] = ()
    follow_links: bool = False

    def arguments(self) -> dict[str, Any]:
        """As `ingest` takes it."""
        web = web_settings(self.limit, self.allow_private)
        return {"columns": self.columns, "web": web, "follow_links": self.follow_links}
