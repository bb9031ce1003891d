"""Reading sets → training examples: windows of tokens with the place of the answer, or none.

The sets are JSON lines of SQuAD's shape (question, context, answers with `answer_start`, is_impossible). A context is
cut into windows of whole sentences as it is in use (`rag.reading.reader.window_bounds`), a little shorter; a window
that does not hold the answer teaches the reader to say so. Beside the context stands a rival for many questions: one
of the nearest other contexts, by lexical search, that do not hold the answer. The windows of one question stay
together, for in use they are read side by side (Clark and Gardner 2018).
"""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from corpus import sentence_spans
from rag.english.words import normalised
from rag.reading.reader import MAX_QUESTION_TOKENS, MAX_WINDOW_TOKENS, sentence_numbers, window_bounds
from rag.training.practice import practice

WINDOW_RANGE = (70, 110)
OTHER_WINDOW_SHARE = 0.12
"""How often a window of the right context that does not hold the answer is shown as well."""
LONGEST_RIVAL = 4000
"""Characters of a context that may be a rival: whole articles are like every question."""
NEAREST = 10
"""How many contexts near to a question are looked at for a rival."""
RIVALS_TO_DRAW = 3
"""How many of the nearest contexts a rival is drawn from."""
INTRODUCTION_WORDS = range(5, 36)
"""Words of a sentence that may stand before a question."""


@dataclass(frozen=True, slots=True)
class PreparedExample:
    """A question over a context; `answer` with its place `start`, or empty when the context does not say.

    `rival` is another context, near to the question, that does not hold the answer; empty when there is none.
    """

    question: str
    context: str
    answer: str
    start: int
    rival: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """Token ids of question and window; `begins` is the window's first token, `start` and `end` the answer's first and
    last token (0 and 0: no answer). `is_rival` says that the window is of another context than the question's."""

    ids: tuple[int, ...]
    begins: int
    start: int
    end: int
    is_rival: bool = False


Group = tuple[Example, ...]
"""The windows of one question."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """How much of each set one pass holds: times that each of its questions is asked, the share of questions that get
    a rival, the share that begins with a statement, and the count of invented passages with two subjects."""

    squad2: float = 1.0
    natural_questions: float = 2.0
    shifts: float = 1.0
    dated: float = 2.0
    rivals: float = 0.6
    introduced: float = 0.0
    binding: int = 12_000


def training_examples(folder: Path, tokenizer: Any, mixture: Mixture, seed: int) -> list[Group]:
    """All examples of one pass, shuffled; `folder` holds the reading sets (see the model card for their licences)."""
    chance = random.Random(seed)  # noqa: S311 - nothing here is secret
    asked = [
        *_times(list(readings(folder / "squad2_train.jsonl.gz")), mixture.squad2, chance),
        *_times(list(readings(folder / "nq_qed_train.jsonl.gz")), mixture.natural_questions, chance),
        *_times(list(readings(folder / "squadshifts_newwiki.jsonl.gz")), mixture.shifts, chance),
        *_times(list(readings(folder / "squadshifts_reddit.jsonl.gz")), mixture.shifts, chance),
        *_times(list(readings(folder / "timeqa_human_train.jsonl.gz")), mixture.dated, chance),
    ]
    asked = with_rivals(asked, mixture.rivals, chance)
    if mixture.introduced:  # nothing is drawn without it, so that the shipped weights' examples stay what they were
        asked = introduce(asked, mixture.introduced, chance)
    asked += [
        PreparedExample(prepared.question, prepared.passage, prepared.answer, prepared.start)
        for prepared in practice(mixture.binding, chance)
    ]
    examples = list(cut(asked, tokenizer, chance))
    chance.shuffle(examples)
    return examples


def readings(path: Path) -> Iterator[PreparedExample]:
    """The questions of one set, in order; of several answers the one given most often, then the shortest."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            given = Counter((answer["text"], answer["answer_start"]) for answer in row["answers"])
            if row["is_impossible"] or not given:
                yield PreparedExample(row["question"], row["context"], "", 0)
                continue
            text, start = min(given, key=lambda place: (-given[place], len(place[0])))
            if row["context"][start : start + len(text)] == text:
                yield PreparedExample(row["question"], row["context"], text, start)


def with_rivals(asked: Sequence[PreparedExample], share: float, chance: random.Random) -> list[PreparedExample]:
    """The questions, a share of the answerable ones with one of the nearest contexts that do not hold the answer."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    contexts = sorted({prepared.context for prepared in asked if len(prepared.context) <= LONGEST_RIVAL})
    if len(contexts) < 2:
        return list(asked)
    vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True, dtype=np.float32)
    index = vectorizer.fit_transform(contexts).T.tocsc()
    words = [f" {normalised(context)} " for context in contexts]
    looked_at = min(NEAREST, len(contexts))
    with_rival = list(asked)
    places = [place for place, prepared in enumerate(asked) if prepared.answer and chance.random() < share]
    for at in range(0, len(places), 500):
        part = places[at : at + 500]
        scores = (vectorizer.transform([asked[place].question for place in part]) @ index).toarray()
        nearest = np.argpartition(-scores, looked_at - 1, axis=1)[:, :looked_at]
        for row, place in enumerate(part):
            answer = f" {normalised(asked[place].answer)} "
            ordered = sorted(nearest[row], key=lambda other: (-scores[row, other], other))
            rivals = [contexts[other] for other in ordered if answer not in words[other]][:RIVALS_TO_DRAW]
            if rivals:
                with_rival[place] = replace(asked[place], rival=chance.choice(rivals))
    return with_rival


def introduce(asked: Sequence[PreparedExample], share: float, chance: random.Random) -> list[PreparedExample]:
    """The questions, a share of them after a sentence of their context that does not hold the answer: questions about
    news often tell first what they ask about ("The president resigned on Tuesday. Who took his place?")."""
    return [_introduce(prepared, chance) if chance.random() < share else prepared for prepared in asked]


def _introduce(prepared: PreparedExample, chance: random.Random) -> PreparedExample:
    answer = f" {normalised(prepared.answer)} "
    sentences = [prepared.context[start:end] for start, end in sentence_spans(prepared.context)]
    told = [
        sentence
        for sentence in sentences
        if len(sentence.split()) in INTRODUCTION_WORDS
        and (not prepared.answer or answer not in f" {normalised(sentence)} ")
    ]
    return replace(prepared, question=f"{chance.choice(told).strip()} {prepared.question}") if told else prepared


def cut(asked: Iterable[PreparedExample], tokenizer: Any, chance: random.Random) -> Iterator[Group]:
    """Each question with the window that holds its answer, some of the other windows of its context and one of its
    rival; or, without an answer, with the window most like it."""
    batch: list[PreparedExample] = []
    for prepared in asked:
        batch.append(prepared)
        if len(batch) == 2000:
            yield from _cut(batch, tokenizer, chance)
            batch = []
    yield from _cut(batch, tokenizer, chance)


def _cut(asked: Sequence[PreparedExample], tokenizer: Any, chance: random.Random) -> Iterator[Group]:
    first, stop = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
    questions = tokenizer.encode_batch([prepared.question for prepared in asked], add_special_tokens=False)
    contexts = tokenizer.encode_batch([prepared.context for prepared in asked], add_special_tokens=False)
    rivals = tokenizer.encode_batch([prepared.rival for prepared in asked], add_special_tokens=False)
    for prepared, question, context, rival in zip(asked, questions, contexts, rivals, strict=True):
        opening = [first, *question.ids[:MAX_QUESTION_TOKENS], stop]
        windows = window_bounds(sentence_numbers(prepared.context, context.offsets), chance.randint(*WINDOW_RANGE))
        if not prepared.answer:
            at, until = _most_like(question.ids, context.ids, windows)
            yield (Example((*opening, *context.ids[at:until], stop), len(opening), 0, 0),)
            continue
        held = _place(context.offsets, prepared)
        group: list[Example] = []
        for at, until in windows:
            ids = (*opening, *context.ids[at:until], stop)
            if held is None:
                continue
            if at <= held[0] and held[1] < until:
                shift = len(opening) - at
                group.append(Example(ids, len(opening), held[0] + shift, held[1] + shift))
                continue
            outside = held[1] < at or held[0] >= until
            wanted = outside and chance.random() < OTHER_WINDOW_SHARE / (len(windows) - 1) ** 0.5
            if (
                wanted
                and f" {normalised(prepared.answer)} "
                not in f" {normalised(_text(prepared, context.offsets, at, until))} "
            ):
                group.append(Example(ids, len(opening), 0, 0))
        if prepared.rival and any(example.end for example in group):
            windows = window_bounds(sentence_numbers(prepared.rival, rival.offsets), chance.randint(*WINDOW_RANGE))
            at, until = _most_like(question.ids, rival.ids, windows)
            group.append(Example((*opening, *rival.ids[at:until], stop), len(opening), 0, 0, is_rival=True))
        if group:
            yield tuple(group)


def _most_like(question: Sequence[int], text: Sequence[int], windows: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The window that has most words of the question."""
    words = set(question)
    return windows[int(np.argmax([len(words.intersection(text[at:until])) for at, until in windows]))]


def _text(prepared: PreparedExample, offsets: Sequence[tuple[int, int]], at: int, until: int) -> str:
    return prepared.context[offsets[at][0] : offsets[until - 1][1]]


def _place(offsets: Sequence[tuple[int, int]], prepared: PreparedExample) -> tuple[int, int] | None:
    """The first and the last token of the answer; None when it is longer than any window."""
    stop = prepared.start + len(prepared.answer)
    inside = [place for place, (start, end) in enumerate(offsets) if end > prepared.start and start < stop]
    return (inside[0], inside[-1]) if inside and inside[-1] - inside[0] < MAX_WINDOW_TOKENS else None


def _times(asked: Sequence[PreparedExample], times: float, chance: random.Random) -> list[PreparedExample]:
    whole, part = divmod(times, 1)
    return [*list(asked) * int(whole), *chance.sample(list(asked), round(len(asked) * part))]
