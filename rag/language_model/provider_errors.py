"""Provider errors in our own words: a provider's message may contain part of the key."""

from __future__ import annotations

import re

from rag.errors import ModelError

EXTRAS = ("anthropic", "ollama", "openai")
REFUSED = (400, 415, 422, 500, 501)
"""How servers answer to a form or a setting that they do not know."""
REASONS = {
    401: "refused the key: check the key in the environment",
    403: "refused access: check the key in the environment, and what it may use",
    404: "does not know this model: check its name (a local one is fetched first, as with 'ollama pull NAME')",
    408: "took too long",
    413: "cannot read that much",
    429: "is busy, or its quota is used up: try again later",
}


def explain_error(name: str, error: Exception, begun: bool) -> ModelError:
    """What went wrong, in our words: a provider's own may hold a part of the key."""
    status = _status(error)
    kind = type(error).__name__.lower()
    if isinstance(error, ModelError):
        return error
    if status in REASONS:
        return ModelError(f"{name} {REASONS[status]}")
    if status is not None and status >= 400:
        return ModelError(f"{name} failed on its side (status {status})")
    if "timeout" in kind:
        return ModelError(f"{name} took too long")
    if "protocol" in kind or "readerror" in kind or (begun and "connect" in kind):
        return ModelError(f"the connection to {name} broke off")
    if "api_key" in str(error).lower() or "authentication" in str(error).lower():
        return ModelError(_describe_keyless(name))
    if "connect" in kind:
        return ModelError(f"{name} cannot be reached")
    return ModelError(f"{name} sent nothing that can be read ({type(error).__name__})")


def is_refusal(error: Exception) -> bool:
    """Whether the demands of a request may be what was refused, so that fewer may pass."""
    status = _status(error)
    return status in REFUSED if status is not None else isinstance(error, NotImplementedError | TypeError | ValueError)


def _status(error: Exception) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) and status > 0 else None


def describe_missing(name: str, provider: str, error: ImportError) -> str:
    """Which package a model needs, and how to install it."""
    if provider in EXTRAS:
        return f"{name} needs a package that is not installed: pip install 'pressmark[{provider}]'"
    package = re.search(r"pip install ([\w-]+)", str(error))
    return f"{name} needs a package that is not installed: pip install {package[1] if package else 'langchain'}"


def describe_unusable(name: str, error: Exception) -> str:
    """Why a model cannot be set up."""
    said = str(error).lower()
    if "provider" in said:
        return describe_unknown(name)
    if "key" in said or "credential" in said or "token" in said:
        return _describe_keyless(name)
    return f"{name} cannot be set up ({type(error).__name__})"


def describe_unknown(name: str) -> str:
    """How to write the name of a model."""
    return (
        f"there is no model {name!r}: write it as PROVIDER:NAME, such as ollama:llama3.2, openai:gpt-4.1 or "
        "anthropic:claude-sonnet-4-5, or leave it out"
    )


def _describe_keyless(name: str) -> str:
    return f"{name} needs a key: set {name.partition(':')[0].upper()}_API_KEY in the environment"
