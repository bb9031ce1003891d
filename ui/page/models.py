"""The language models that the page offers: the one it was started with, those running on this machine, typed names."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from rag import ModelError, load_chat_model
from rag.language_model.local import OLLAMA_URL, ollama_models
from rag.language_model.provider_errors import EXTRAS
from ui.settings import Settings

if TYPE_CHECKING:
    from rag import ChatModel


BUILTIN = "builtin"
BUILTIN_LABEL = "Built-in reader"
LONGEST_NAME = 120


class Models:
    """What may answer on the page. Noticed models are offered, and used only when they are chosen.

    A typed name must be of a provider that is known to run or to be called, never one that would fetch a model; where a
    model runs is for the command line and the environment to say, not for the page.
    """

    def __init__(
        self,
        preset: ChatModel | None = None,
        settings: Settings | None = None,
        load: Callable[[str, str | None], ChatModel] = load_chat_model,
    ) -> None:
        self._settings = settings or Settings.from_environment()
        self._load = load
        self._lock = threading.Lock()
        self._loaded: dict[str, ChatModel] = {preset.name: preset} if preset else {}
        self.default = preset.name if preset else BUILTIN

    def choices(self) -> list[tuple[str, str]]:
        """What can be chosen, as (label, name): the built-in reader first."""
        noticed = ollama_models(self._settings.ollama_url or OLLAMA_URL)
        names = dict.fromkeys((*([self.default] if self.default != BUILTIN else []), *noticed))
        return [(BUILTIN_LABEL, BUILTIN), *((name, name) for name in names)]

    def find_problem(self, name: str | None) -> str | None:
        """What is wrong with a chosen name, in words for its field; None when nothing is."""
        try:
            self.load(name)
        except ModelError as error:
            return f"{error}."
        return None

    def load(self, name: str | None) -> ChatModel | None:
        """The model of that name, None for the built-in reader; raises `ModelError` when it cannot be used."""
        name = (name or BUILTIN).strip()
        if name == BUILTIN:
            return None
        with self._lock:
            if name not in self._loaded:
                if name.partition(":")[0] not in EXTRAS or len(name) > LONGEST_NAME:
                    raise ModelError("write the model as ollama:NAME, openai:NAME or anthropic:NAME, or choose one")
                self._loaded[name] = self._load(name, self._settings.model_url(name))
            return self._loaded[name]
