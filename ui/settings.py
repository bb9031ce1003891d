"""Every setting that comes from the environment; the only place of this layer that reads it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TRUE = ("1", "true", "yes", "on")


@dataclass(frozen=True, slots=True)
class Settings:
    """`PRESSMARK_LIBRARY` names the folder of the library, `PRESSMARK_DEBUG=1` shows tracebacks."""

    library: Path | None = None
    debug: bool = False

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings as the environment has them now."""
        library = os.environ.get("PRESSMARK_LIBRARY", "").strip()
        debug = os.environ.get("PRESSMARK_DEBUG", "").strip().lower() in TRUE
        return cls(library=Path(library).expanduser() if library else None, debug=debug)

    def library_folder(self, named: Path | None) -> tuple[Path, bool]:
        """The folder of the library, and whether it is the default one: neither `--library` nor the environment names
        another."""
        if named or self.library:
            return (named or self.library or Path()).expanduser(), False
        from platformdirs import user_data_path

        return user_data_path("pressmark") / "library", True
