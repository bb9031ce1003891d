"""Reading sets → training examples: windows of tokens with the place of the answer, or none.

The sets are JSON lines of SQuAD's shape (question, context, answers with `answer_start`, is_impossible). A context is
cut into windows of whole sentences as it is in use (`rag.reader.model.window_bounds`), a little shorter; a window that
does not hold the answer teaches the reader to say so. Hard negatives are the nearest other contexts of the same set, by
lexical search, that do not hold the answer.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.reader.binding import practice
from rag.reader.model import MAX_QUESTION_TOKENS, MAX_WINDOW_TOKENS, sentence_numbers, window_bounds
from rag.words import normalised

WINDOW_RANGE = (70, 110)
OTHER_WINDOW_SHARE = 0.12
"""How often a window of the right context that does not hold the answer is shown as well."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question over a context; `answer` with its place `start`, or empty when the context does not say."""

    question: str
    context: str
    answer: str
    start: int


@dataclass(frozen=True, slots=True)
class Example:
    """Token ids of question and window; `begins` is the window's first token, `start` and `end` the answer's first and
    last token (0 and 0: no answer)."""

    ids: tuple[int, ...]
    begins: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mixture:
    """How much of each set one pass holds: times that each of its questions is asked, and counts of made examples."""

    squad2: float = 1.0
    natural_questions: float = 2.0
    shifts: float = 1.0
    dated: float = 2.0
    hard_negatives: int = 25_000
    binding: int = 12_000


def training_examples(folder: Path, tokenizer: Any, mixture: Mixture, seed: int) -> list[Example]:
    """All examples of one pass, shuffled; `folder` holds the reading sets (see the model card for their licences)."""
    chance = random.Random(seed)  # noqa: S311 - nothing here is secret
    squad = list(readings(folder / "squad2_train.jsonl.gz"))
    asked = [
        *_times(squad, mixture.squad2, chance),
        *_times(list(readings(folder / "nq_qed_train.jsonl.gz")), mixture.natural_questions, chance),
        *_times(list(readings(folder / "squadshifts_newwiki.jsonl.gz")), mixture.shifts, chance),
        *_times(list(readings(folder / "squadshifts_reddit.jsonl.gz")), mixture.shifts, chance),
        *_times(list(readings(folder / "timeqa_human_train.jsonl.gz")), mixture.dated, chance),
        *hard_negatives(squad, mixture.hard_negatives, chance),
        *(Reading(one.question, one.passage, one.answer, one.start) for one in practice(mixture.binding, chance)),
    ]
    examples = list(cut(asked, tokenizer, chance))
    chance.shuffle(examples)
    return examples


def readings(path: Path) -> Iterator[Reading]:
    """The questions of one set, in order; of several answers the one given most often, then the shortest."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            given = Counter((answer["text"], answer["answer_start"]) for answer in row["answers"])
            if row["is_impossible"] or not given:
                yield Reading(row["question"], row["context"], "", 0)
                continue
            text, start = min(given, key=lambda one: (-given[one], len(one[0])))
            if row["context"][start : start + len(text)] == text:
                yield Reading(row["question"], row["context"], text, start)


def hard_negatives(asked: Sequence[Reading], count: int, chance: random.Random) -> list[Reading]:
    """Answerable questions over the nearest other context that does not hold their answer."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    contexts = sorted({one.context for one in asked})
    chosen = chance.sample([one for one in asked if one.answer], min(count, sum(bool(one.answer) for one in asked)))
    vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True, dtype=np.float32)
    index = vectorizer.fit_transform(contexts).T.tocsc()
    looked_at = min(8, len(contexts) - 1)
    found = []
    for at in range(0, len(chosen), 500):
        part = chosen[at : at + 500]
        scores = (vectorizer.transform([one.question for one in part]) @ index).toarray()
        nearest = np.argpartition(-scores, looked_at, axis=1)[:, : max(1, looked_at)]
        for row, one in enumerate(part):
            ordered = sorted(nearest[row], key=lambda place: (-scores[row, place], place))
            words = f" {normalised(one.answer)} "
            others = (contexts[place] for place in ordered if words not in f" {normalised(contexts[place])} ")
            context = next(others, None)
            if context is not None:
                found.append(Reading(one.question, context, "", 0))
    return found


def cut(asked: Iterable[Reading], tokenizer: Any, chance: random.Random) -> Iterator[Example]:
    """Each question with the window that holds its answer, or, without an answer, with the window most like it."""
    batch: list[Reading] = []
    for one in asked:
        batch.append(one)
        if len(batch) == 2000:
            yield from _cut(batch, tokenizer, chance)
            batch = []
    yield from _cut(batch, tokenizer, chance)


def _cut(asked: Sequence[Reading], tokenizer: Any, chance: random.Random) -> Iterator[Example]:
    first, stop = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
    questions = tokenizer.encode_batch([one.question for one in asked], add_special_tokens=False)
    contexts = tokenizer.encode_batch([one.context for one in asked], add_special_tokens=False)
    for one, question, context in zip(asked, questions, contexts, strict=True):
        opening = [first, *question.ids[:MAX_QUESTION_TOKENS], stop]
        sentences = sentence_numbers(one.context, context.offsets)
        windows = window_bounds(sentences, chance.randint(*WINDOW_RANGE))
        held = _place(context.offsets, one) if one.answer else None
        words = set(question.ids)
        likeness = [len(words.intersection(context.ids[at:until])) for at, until in windows]
        if held is None:
            if not one.answer:
                at, until = windows[int(np.argmax(likeness))]
                yield Example((*opening, *context.ids[at:until], stop), len(opening), 0, 0)
            continue
        for at, until in windows:
            ids = (*opening, *context.ids[at:until], stop)
            if at <= held[0] and held[1] < until:
                shift = len(opening) - at
                yield Example(ids, len(opening), held[0] + shift, held[1] + shift)
                continue
            outside = held[1] < at or held[0] >= until
            wanted = outside and chance.random() < OTHER_WINDOW_SHARE / (len(windows) - 1) ** 0.5
            if (
                wanted
                and f" {normalised(one.answer)} " not in f" {normalised(_text(one, context.offsets, at, until))} "
            ):
                yield Example(ids, len(opening), 0, 0)


def _text(one: Reading, offsets: Sequence[tuple[int, int]], at: int, until: int) -> str:
    return one.context[offsets[at][0] : offsets[until - 1][1]]


def _place(offsets: Sequence[tuple[int, int]], one: Reading) -> tuple[int, int] | None:
    """The first and the last token of the answer; None when it is longer than any window."""
    stop = one.start + len(one.answer)
    inside = [place for place, (start, end) in enumerate(offsets) if end > one.start and start < stop]
    return (inside[0], inside[-1]) if inside and inside[-1] - inside[0] < MAX_WINDOW_TOKENS else None


def _times(asked: Sequence[Reading], times: float, chance: random.Random) -> list[Reading]:
    whole, part = divmod(times, 1)
    return [*list(asked) * int(whole), *chance.sample(list(asked), round(len(asked) * part))]
