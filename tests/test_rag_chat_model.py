"""The door to language models, against real servers on loopback: what they send, and every way in which they fail."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import httpx  # noqa: F401  # loaded before any thread: two threads that import it at once meet half of it
import pytest

from rag import ModelError, load_chat_model
from rag.language_model.client import LONGEST_REPLY, Message, is_loopback
from rag.language_model.local import ollama_models
from rag.language_model.prompts import ANSWER_SCHEMA
from tests.support.model_servers import Behaviour, answer_json, ollama_server, openai_server

MESSAGES: list[Message] = [("system", "Be brief."), ("user", "Who leads the IMU?")]
REPLY = answer_json("Usman Ghazi", ("Usman Ghazi leads it.", 1, "Usman Ghazi, the leader"))
KEY = "sk-secret-key"
SERVERS = {"openai:test": openai_server, "ollama:test": ollama_server}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies that nothing answers at, and a key: neither may matter on loopback, and the key may not be shown."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy", "OPENAI_BASE_URL", "OPENAI_API_BASE", "OLLAMA_HOST", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def ask(
    behaviour: Behaviour,
    name: str = "openai:test",
    *,
    seconds: float = 30,
    retries: int = 0,
    on_piece: Callable[[str], None] | None = None,
) -> str:
    with SERVERS[name](behaviour) as url:
        model = load_chat_model(name, url, retries=retries)
        return model.reply(MESSAGES, seconds=seconds, schema=ANSWER_SCHEMA, on_piece=on_piece)


def failed(behaviour: Behaviour, name: str = "openai:test", **options: Any) -> str:
    with pytest.raises(ModelError) as raised:
        ask(behaviour, name, **options)
    assert KEY not in str(raised.value)
    return str(raised.value)


# -- what is sent and what comes back


@pytest.mark.parametrize("name", SERVERS)
def test_a_reply_comes_in_pieces_and_is_held_to_the_form(name: str) -> None:
    pieces: list[str] = []
    behaviour = Behaviour(REPLY)
    assert ask(behaviour, name, on_piece=pieces.append) == REPLY
    assert "".join(pieces) == REPLY
    assert len(pieces) > 5
    body = behaviour.requests[0]
    assert [(message["role"], message["content"]) for message in body["messages"]] == MESSAGES
    assert "claims" in json.dumps(body.get("response_format") or body.get("format"))
    assert (body.get("options") or body)["temperature"] == 0


def test_ollama_is_told_how_much_to_read() -> None:
    behaviour = Behaviour(REPLY)
    ask(behaviour, "ollama:test")
    assert behaviour.requests[0]["options"]["num_ctx"] >= 8000


def test_the_key_of_the_environment_is_sent_and_none_is_needed_at_an_own_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    behaviour = Behaviour(REPLY)
    ask(behaviour)
    monkeypatch.delenv("OPENAI_API_KEY")
    ask(behaviour)
    assert behaviour.keys == [f"Bearer {KEY}", "Bearer no-key"]


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_that_knows_no_forms_is_asked_without(name: str) -> None:
    behaviour = Behaviour(REPLY, refuses_forms=True)
    with SERVERS[name](behaviour) as url:
        model = load_chat_model(name, url, retries=0)
        assert [model.reply(MESSAGES, seconds=30, schema=ANSWER_SCHEMA) for _ in range(2)] == [REPLY, REPLY]
    formed = [bool(body.get("response_format") or body.get("format")) for body in behaviour.requests]
    assert formed == [True, False, False]  # it is asked once, not again


def test_a_model_that_has_its_own_temperature_keeps_its_form() -> None:
    behaviour = Behaviour(REPLY, refuses_temperature=True)
    assert ask(behaviour) == REPLY
    assert ["temperature" in body for body in behaviour.requests] == [True, False]
    assert "response_format" in behaviour.requests[-1]


def test_a_model_that_knows_neither_form_nor_temperature_answers() -> None:
    behaviour = Behaviour(REPLY, refuses_temperature=True, refuses_forms=True)
    assert ask(behaviour) == REPLY
    assert not {"temperature", "response_format"} & behaviour.requests[-1].keys()


# -- what goes wrong


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "refused the key"), (403, "refused access"), (404, "does not know this model"), (503, "failed on its side")],
)
@pytest.mark.parametrize("name", SERVERS)
def test_a_refusal_is_told_in_words_without_the_key(name: str, status: int, said: str) -> None:
    assert said in failed(Behaviour(REPLY, statuses=[status] * 9), name)


def test_a_busy_server_is_find_turn() -> None:
    behaviour = Behaviour(REPLY, statuses=[429], headers={"Retry-After": "0"})
    assert ask(behaviour, retries=2) == REPLY
    assert len(behaviour.requests) == 2


def test_a_server_that_stays_busy_is_given_up() -> None:
    behaviour = Behaviour(REPLY, statuses=[429] * 9, headers={"Retry-After": "0"})
    assert "is busy, or its quota is used up" in failed(behaviour, retries=1)
    assert len(behaviour.requests) == 2


@pytest.mark.parametrize("name", SERVERS)
def test_a_fault_of_the_server_is_told(name: str) -> None:
    assert "failed on its side (status 500)" in failed(Behaviour(REPLY, statuses=[500] * 9), name)


@pytest.mark.parametrize("name", SERVERS)
def test_a_connection_that_breaks_off_is_told(name: str) -> None:
    assert "broke off" in failed(Behaviour(REPLY, cut_after=3), name)


@pytest.mark.parametrize("name", SERVERS)
def test_nonsense_instead_of_the_protocol_is_told(name: str) -> None:
    assert "sent nothing that can be read" in failed(Behaviour(raw=b"<html>Welcome to the router</html>"), name)


@pytest.mark.parametrize("name", SERVERS)
def test_an_empty_reply_is_told(name: str) -> None:
    assert "replied nothing" in failed(Behaviour(""), name)


def test_a_reply_without_end_is_stopped() -> None:
    assert "wrote more than 20,000 characters" in failed(Behaviour("x" * (LONGEST_REPLY + 5000), piece=1000))


@pytest.mark.parametrize("name", SERVERS)
def test_a_model_that_takes_too_long_is_not_waited_for(name: str) -> None:
    behaviour = Behaviour(REPLY, waits=True)
    assert "did not finish within 0.2 seconds" in failed(behaviour, name, seconds=0.2)


@pytest.mark.parametrize("name", SERVERS)
def test_a_model_that_is_not_there_is_told(name: str) -> None:
    with SERVERS[name](Behaviour()) as url:
        pass
    with pytest.raises(ModelError, match="cannot be reached"):
        load_chat_model(name, url, retries=0).reply(MESSAGES, seconds=30)


# -- names and packages


@pytest.mark.parametrize("name", ["gpt", "", "openai:", ":test", "nobody:model", "llama3.2:3b", "openai:a b"])
def test_a_name_that_is_none_is_refused_with_examples(name: str) -> None:
    with pytest.raises(ModelError, match=r"write it as PROVIDER:NAME, such as ollama:llama3\.2"):
        load_chat_model(name)


@pytest.mark.parametrize("provider", ["openai", "ollama", "anthropic"])
def test_a_missing_extra_is_named(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from langchain.chat_models import base

    base._get_chat_model_creator.cache_clear()
    monkeypatch.setitem(sys.modules, f"langchain_{provider}", None)
    with pytest.raises(ModelError, match=rf"pip install 'pressmark\[{provider}\]'"):
        load_chat_model(f"{provider}:test")


def test_a_missing_package_of_another_provider_is_named() -> None:
    with pytest.raises(ModelError, match="pip install langchain-perplexity"):
        load_chat_model("perplexity:test")


def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ModelError, match="set OPENAI_API_KEY in the environment"):
        load_chat_model("openai:test")


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "file:///etc/passwd", "http://", ""])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ModelError, match=r"write it like http://127\.0\.0\.1:8000/v1"):
        load_chat_model("openai:test", url)


# -- models that run on this machine


def test_a_running_ollama_is_noticed_past_every_proxy() -> None:
    with ollama_server(Behaviour(models=["llama3.2:3b", "qwen3:8b"])) as url:
        assert ollama_models(url, seconds=10) == ("ollama:llama3.2:3b", "ollama:qwen3:8b")


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(statuses=[500]),
        Behaviour(raw=b"not json"),
        Behaviour(raw=b'{"models": 5}'),
        Behaviour(raw=b'["models"]'),
        Behaviour(raw=b"[" * 100_000),
        Behaviour(models=["<script>", "", 5, "x" * 200]),
        Behaviour(statuses=[302], headers={"Location": "http://127.0.0.1:9/"}),
    ],
)
def test_whatever_else_answers_there_offers_nothing(behaviour: Behaviour) -> None:
    with ollama_server(behaviour) as url:
        assert ollama_models(url, seconds=10) == ()


def test_nothing_is_offered_where_nothing_answers_or_elsewhere() -> None:
    with ollama_server(Behaviour(models=["llama3.2"])) as url:
        pass
    assert ollama_models(url, seconds=10) == ()
    assert ollama_models("http://models.example:11434", seconds=10) == ()  # not asked at all


def test_only_this_machine_is_loopback() -> None:
    here = ("http://127.0.0.1:1/v1", "http://[::1]:11434", "http://localhost")
    elsewhere = (
        "http://127.0.0.1.evil.example",
        "http://10.0.0.1",
        "http://localhost.example",
        "nonsense",
        None,
        "http://[",
    )
    assert all(map(is_loopback, here))
    assert not any(map(is_loopback, elsewhere))
