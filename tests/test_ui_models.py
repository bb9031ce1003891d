"""Language models on the page: what is offered, what may be chosen, and the draft while it is being written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx  # noqa: F401  # loaded before any thread: two threads that import it at once meet half of it
import pytest

from corpus import Article, Library
from rag import load_chat_model
from rag.errors import ModelError
from tests.support.evidence import library_of
from tests.support.model_servers import Behaviour, ollama_server, openai_server, quoting
from ui.page.actions.asking import Exchange, stream_exchange
from ui.page.actions.filters import Filters
from ui.page.models import Models
from ui.page.views.answers import working_html
from ui.settings import Settings

SENTENCE = "The toll of the flood at Kora rose to 39 on Monday."
FLOOD = Article("flood", f"{SENTENCE} The road is closed.", title="Flood", outlet="The Gazette", published="2022-03-07")


@pytest.fixture
def kora(tmp_path: Path) -> Iterator[Library]:
    with library_of(tmp_path / "library", FLOOD) as library:
        yield library


def test_a_running_ollama_is_offered_and_not_chosen() -> None:
    behaviour = Behaviour(models=["llama3.2:3b"])
    with ollama_server(behaviour) as url:
        models = Models(settings=Settings(ollama_url=url))
        assert models.choices() == [("Built-in reader", "builtin"), ("ollama:llama3.2:3b", "ollama:llama3.2:3b")]
        assert models.default == "builtin"
        assert models.load("builtin") is None
        assert models.load(None) is None
        assert behaviour.requests == []  # it was listed, and not asked anything
        chosen = models.load("ollama:llama3.2:3b")
    assert chosen is not None
    assert chosen.name == "ollama:llama3.2:3b"


def test_the_model_of_the_command_line_comes_first_and_is_used_as_it_was_set_up() -> None:
    with ollama_server(Behaviour()) as url:
        preset = load_chat_model("openai:test", f"{url}/v1")
        models = Models(preset, Settings(ollama_url=url))
        assert [name for _, name in models.choices()] == ["builtin", "openai:test"]
    assert models.default == "openai:test"
    assert models.load("openai:test") is preset


@pytest.mark.parametrize("name", ["huggingface:gpt2", "bedrock:x", "gpt", "ollama:" + "x" * 200, "openai:", "<script>"])
def test_the_page_loads_nothing_that_would_fetch_a_model(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    models = Models(settings=Settings())
    with pytest.raises(ModelError):
        models.load(name)
    assert models.find_problem(name)
    assert models.find_problem("builtin") is None


def test_the_draft_is_shown_as_it_comes_and_then_the_answer(kora: Library) -> None:
    with openai_server(Behaviour(quoting("The toll", "39"))) as url:
        model = load_chat_model("openai:test", url, retries=0)
        shown = list(stream_exchange(kora, "What is the toll of the flood at Kora?", (), Filters(), model=model))
    drafts = [html for html in shown if isinstance(html, str) and "pm-draft" in html]
    assert "Draft, being checked against the articles" in drafts[0]
    assert "found in [1]" in drafts[-1]
    begun = [html for html in shown if isinstance(html, str)]
    assert all("pm-draft" in html for html in begun[begun.index(drafts[0]) :])  # it does not come and go
    last = shown[-1]
    assert isinstance(last, Exchange)
    assert "pm-draft" not in last.html
    assert "worded by openai:test" in last.html
    assert SENTENCE in last.html


def test_a_draft_is_escaped() -> None:
    html = working_html("Who?", ["Asking"], draft="<img src=x onerror=alert(1)>\n<script>x</script> [1][2]\n\n[3]")
    assert "<img" not in html
    assert "<script" not in html
    assert "found in [1][2]" in html


def test_without_a_draft_nothing_is_said_of_one() -> None:
    assert "pm-draft" not in working_html("Who?", ["Searching"])


@pytest.mark.parametrize(
    ("environment", "model", "url"),
    [
        ({"OPENAI_BASE_URL": "http://127.0.0.1:8000/v1"}, "openai:x", "http://127.0.0.1:8000/v1"),
        ({"OLLAMA_HOST": "127.0.0.1:11435"}, "ollama:x", "http://127.0.0.1:11435"),
        ({"OLLAMA_HOST": "http://models:1"}, "ollama:x", "http://models:1"),
        ({}, "ollama:x", None),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:8000/v1"}, "anthropic:x", None),
    ],
)
def test_the_environment_says_where_a_model_runs(
    environment: dict[str, str], model: str, url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_BASE_URL", "OLLAMA_HOST", "PRESSMARK_MODEL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings.from_environment().model_url(model) == url
    assert Settings.from_environment().model == "builtin"
