"""The commands and links that the README shows are ones that exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import typer

from ui.cli.main import app

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text("utf-8")
MAKE = re.compile(r"`(make [^`]+)`")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL = ("", "bash", "console", "sh", "shell")
PROMISED = ("make chat", "make test", "pip install .", "pressmark chat")


def command_lines() -> Iterator[str]:
    """The lines of the README's shell blocks, without prompt, variables set before a command, and what follows it."""
    for block in (text for language, text in BLOCK.findall(README) if language in SHELL):
        for line in block.replace("\\\n", " ").splitlines():
            bare = re.sub(r"^\s*(?:\$\s+)?(?:[A-Z_]+=\S+\s+)*(?:\.venv/bin/)?", "", line)
            yield bare.strip()


def words(line: str) -> list[str]:
    """The words of the first command of a line."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    found = list(lexer)
    stops = [at for at, word in enumerate(found) if word[0] in "|&;<>"]
    return found[: stops[0]] if stops else found


def objection(arguments: list[str]) -> str | None:
    """Why the command line would not take these arguments, or None. Nothing is run."""
    command, context = typer.main.get_command(app), None
    try:
        while True:
            context = command.make_context(command.name, arguments, parent=context, resilient_parsing=False)
            rest = [*getattr(context, "_protected_args", ()), *context.args]
            if not hasattr(command, "resolve_command") or not rest:
                return None
            _, command, arguments = command.resolve_command(context, rest)
    except Exception as error:  # whatever it says, it is what a reader would see
        return None if type(error).__name__ == "Exit" else f"{type(error).__name__}: {error}"


def test_readme_shows_how_to_start() -> None:
    lines = [*command_lines(), *MAKE.findall(README)]
    assert [start for start in PROMISED if not any(line.startswith(start) for line in lines)] == []


def test_every_command_of_the_readme_is_understood() -> None:
    shown = [line for line in command_lines() if line.split()[:1] == ["pressmark"]]
    assert {line: found for line in shown if (found := objection(words(line)[1:]))} == {}


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert objection(["ask", "Who?", "--as-of", "2022-08-20", "--outlet", "CNN"]) is None
    assert objection(["--version"]) is None
    assert "--until-now" in str(objection(["ask", "Who?", "--until-now"]))
    assert "answer" in str(objection(["answer", "Who?"]))
    assert "question" in str(objection(["ask"]))
    assert "remover" in str(objection(["articles", "remover", "a1"]))


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))
    shown = {
        word for line in command_lines() if line.startswith("make ") for word in words(line)[1:] if "=" not in word
    }
    assert shown - targets == set()


def test_every_file_that_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", README)
    assert [link for link in links if not (PROJECT / link).exists()] == []
