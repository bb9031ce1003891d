"""What answers are worth by kind of question: right, wrong and confident, false yes or no.

    python -m tests.trials.forms tests/data/forms/questions.jsonl --articles tests/data/forms/articles.jsonl --only seen

A record is a scripted question with `kind`, `library` ("sample": the sample articles; "own": those of `--articles`) and
`expect`: `form` (how it is to be answered), `all_of` (values that must be told), `none_of` (values that must not be the
answer), `yes_no` ("yes", "no" or "undecided") and `cites` (articles of which one must be cited). `answers` are
acceptable short answers, any one of them; `seen` says whether rules were written with the question in view.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus import Library, sample_articles
from ingest import ingest
from rag import Answer, Turn, ask
from rag.english.words import normalised

CONFIDENT = 0.6
TOLD_IN_FULL = frozenset("table list count overview sentences several help".split())
"""Forms of answers whose whole text is the answer, not its short form alone."""
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one answer is worth: what is wrong with it, in words, and how sure it was."""

    record: Mapping[str, Any]
    answer: Answer
    faults: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        return not self.faults

    @property
    def is_wrong_and_confident(self) -> bool:
        return not self.is_right and self.answer.answer is not None and self.answer.confidence >= CONFIDENT

    @property
    def is_false_yes_or_no(self) -> bool:
        """Whether a yes or no was said that is not so, or that no article decides."""
        expected = self.record.get("expect", {}).get("yes_no")
        said = spoken_decision(self.answer)
        return bool(expected) and said is not None and said != expected


def judge(record: Mapping[str, Any], answer: Answer) -> Verdict:
    """What an answer is worth."""
    return Verdict(record, answer, tuple(_faults(record, answer)))


def form_of(answer: Answer) -> str:
    """How a question was answered; answers of before there were forms say nothing."""
    return str(getattr(answer, "form", "span"))


def spoken_decision(answer: Answer) -> str | None:
    """ "yes" or "no" when that is what the answer says."""
    first = normalised(answer.answer or "").split()[:1]
    return first[0] if first in (["yes"], ["no"]) else None


def _faults(record: Mapping[str, Any], answer: Answer) -> Iterator[str]:
    expect = record.get("expect") or {}
    form = form_of(answer)
    if expect.get("form") and form != expect["form"]:
        yield f"form {form}"
    if decision := expect.get("yes_no"):
        said = spoken_decision(answer) or "undecided"
        if said != decision:
            yield f"said {said}"
    elif not record.get("answerable", True):
        if answer.answer is not None and form not in ("help", "clarify"):
            yield f"answered {answer.answer!r}"
    else:
        yield from _told(record, answer, expect)
    if forbidden := [value for value in expect.get("none_of", ()) if _holds(answer.answer or "", value)]:
        yield f"gives {forbidden}"
    cited = {citation.article_id for citation in answer.citations}
    if expect.get("cites") and not cited & set(expect["cites"]):
        yield "cites none of the articles"


def _told(record: Mapping[str, Any], answer: Answer, expect: Mapping[str, Any]) -> Iterator[str]:
    """What is missing of the values that must be told."""
    in_full = f"{answer.answer or ''}\n{answer.text}"
    if answer.status == "not_found":
        yield "not found"
    wanted = expect.get("all_of", ())
    if missing := [value for value in wanted if not _holds(in_full, value)]:
        yield f"lacks {missing}"
    text = in_full if form_of(answer) in TOLD_IN_FULL else answer.answer or answer.text
    if record["answers"] and not wanted and not any(_holds(text, value) for value in record["answers"]):
        yield f"says {answer.answer!r}"


def _holds(text: str, value: str) -> bool:
    """Whether a value stands in a text as whole words, numbers in digits or in words."""
    words = f" {normalised(text)} "
    spelled = normalised(value)
    other = NUMBERS[int(spelled)] if spelled.isdigit() and int(spelled) < len(NUMBERS) else spelled
    return f" {spelled} " in words or f" {other} " in words


def asked(library: Library, record: Mapping[str, Any]) -> Answer:
    """The answer to a record's question."""
    history = [Turn(turn["question"], turn["answer"]) for turn in record.get("history", ())]
    return ask(library, record["question"], history=history, as_of=record.get("as_of"))


def records_of(path: Path, only: str = "all") -> list[dict[str, Any]]:
    """The records of a file; those that are "seen" or "unseen" only."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [record for record in records if only == "all" or record.get("seen", True) == (only == "seen")]


def report(verdicts: Sequence[Verdict]) -> str:
    """A line for each kind, and one for all."""
    kinds = sorted({verdict.record["kind"] for verdict in verdicts})
    lines = [f"{'kind':34}{'asked':>6}{'right':>7}{'share':>7}{'wrong, confident':>18}{'false yes/no':>14}"]
    for kind in [*kinds, "all"]:
        group = [verdict for verdict in verdicts if kind in ("all", verdict.record["kind"])]
        right = sum(verdict.is_right for verdict in group)
        confident = sum(verdict.is_wrong_and_confident for verdict in group)
        false = sum(verdict.is_false_yes_or_no for verdict in group)
        lines.append(f"{kind:34}{len(group):6}{right:7}{right / len(group):7.2f}{confident:18}{false:14}")
    return "\n".join(lines)


def libraries(folder: Path, articles: Path | None, stack: ExitStack) -> dict[str, Library]:
    """The libraries that questions are asked of, made in a folder where they are not there yet."""
    sources = {"sample": sample_articles(), **({"own": articles} if articles else {})}
    opened: dict[str, Library] = {}
    for name, source in sources.items():
        opened[name] = stack.enter_context(Library.open(folder / name))
        if not opened[name].stats().articles:
            ingest(opened[name], [source])
    return opened


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--articles", type=Path, help="the articles of the library called own")
    parser.add_argument("--library", type=Path, help="a folder in which the libraries are kept for the next time")
    parser.add_argument("--only", choices=("all", "seen", "unseen"), default="all")
    parser.add_argument("--kind", action="append", help="only questions of this kind")
    parser.add_argument("--show", action="store_true", help="tell of each wrong answer to a question that was seen")
    options = parser.parse_args()
    records = [r for r in records_of(options.file, options.only) if not options.kind or r["kind"] in options.kind]
    with ExitStack() as stack:
        folder = options.library or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        opened = libraries(folder, options.articles, stack)
        verdicts = [judge(r, asked(opened[r["library"]], r)) for r in records if r["library"] in opened]
    for verdict in verdicts:
        if options.show and verdict.faults and verdict.record.get("seen", True):
            says = f"{form_of(verdict.answer)} {verdict.answer.confidence:.2f} {verdict.answer.answer!r}"
            print(f"{verdict.record['id']}: {verdict.record['question']}\n    {'; '.join(verdict.faults)} ({says})")  # noqa: T201
    print(report(verdicts))  # noqa: T201


if __name__ == "__main__":
    main()
