"""Settings from the environment; nothing else in this layer reads it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

TRUE = ("1", "true", "yes", "on")


@dataclass(frozen=True, slots=True)
class Settings:
    """`PRESSMARK_LIBRARY` names the folder of the library, `PRESSMARK_DEBUG=1` shows tracebacks.

    `PRESSMARK_CHROMA` is the address of a Chroma server that holds the index. `PRESSMARK_MODEL` names the language
    model that answers, `OPENAI_BASE_URL` and `OLLAMA_HOST` say where those run.
    Keys are not read here but by the providers' own packages.
    """

    library: Path | None = None
    debug: bool = False
    model: str = "builtin"
    chroma: str | None = None
    openai_url: str | None = None
    ollama_url: str | None = None

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings as the environment has them now."""
        library = os.environ.get("PRESSMARK_LIBRARY", "").strip()
        debug = os.environ.get("PRESSMARK_DEBUG", "").strip().lower() in TRUE
        ollama = os.environ.get("OLLAMA_HOST", "").strip()
        return cls(
            library=Path(library).expanduser() if library else None,
            debug=debug,
            model=os.environ.get("PRESSMARK_MODEL", "").strip() or "builtin",
            chroma=os.environ.get("PRESSMARK_CHROMA", "").strip() or None,
            openai_url=os.environ.get("OPENAI_BASE_URL", "").strip() or None,
            ollama_url=(ollama if "://" in ollama else f"http://{ollama}") if ollama else None,
        )

    def model_url(self, model: str) -> str | None:
        """The address of a model according to the environment; None for its provider's default."""
        return {"openai": self.openai_url, "ollama": self.ollama_url}.get(model.partition(":")[0])

    def library_folder(self, named: Path | None) -> tuple[Path, bool]:
        """The folder of the library, and whether it is the default one: neither `--library` nor the environment names
        another."""
        if named or self.library:
            return (named or self.library or Path()).expanduser(), False
        from platformdirs import user_data_path

        return user_data_path("pressmark") / "library", True
