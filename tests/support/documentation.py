"""What the README and the documentation show: their pages, code, commands, links and sections."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from tests import PROJECT

PAGES = {
    path.relative_to(PROJECT).as_posix(): path.read_text("utf-8")
    for path in (
        *(PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "rag/reading/weights/README.md")),
        *sorted((PROJECT / "docs").glob("*.md")),
    )
}
"""Every page that speaks of the program as it is; the changelog also tells how it was."""

FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:src|srcset|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
COMMAND_BEFORE = re.compile(r"^\s*\$ (?:[A-Z_]+=\S+ )*")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [block for named, block in FENCE.findall(text) if named == language]


def inline_code(text: str) -> list[str]:
    """What stands between backquotes in running text and tables."""
    return INLINE.findall(FENCE.sub("", text))


def command_lines(text: str) -> Iterator[list[str]]:
    """The words of each command of the console blocks, without what is set before it; `&&` parts two."""
    for block in blocks(text, "console"):
        for line in block.splitlines():
            if COMMAND_BEFORE.match(line):
                for command in COMMAND_BEFORE.sub("", line).split(" && "):
                    yield shlex.split(command)


def session(text: str, start: str) -> tuple[list[str], list[str]]:
    """The words of the one command that starts like this and shows what it prints, and the lines that it prints."""
    (block,) = (block for block in blocks(text, "console") if block.startswith(f"$ {start}") and "\n" in block.strip())
    command, *printed = block.splitlines()
    return shlex.split(command[2:]), printed


def links(text: str) -> list[str]:
    """Links, images and sources that lead to another file or heading of the project."""
    found = [left or right for left, right in LINK.findall(FENCE.sub("", text))]
    return [link for link in found if not re.match(r"https?:|mailto:", link)]


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings."""
    plain = (re.sub(r"[^\w\s-]", "", heading.lower()).strip() for heading in HEADING.findall(FENCE.sub("", text)))
    return {re.sub(r"[-\s]+", "-", heading) for heading in plain}


def section(text: str, heading: str) -> str:
    """A section of a page, up to the next heading of its own rank."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^\1 |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no section {heading!r}"
    return found[2]


def words_in_code(text: str) -> set[str]:
    """Every word of the inline code: keys, options, endings, measures."""
    return {word for code in inline_code(text) for word in re.findall(r"[\w@.*-]+", code)}
