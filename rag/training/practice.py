"""Practice in binding: invented passages with two subjects, where each question's answer belongs to only one of them.

SQuAD asks little of this: its passages tell of one subject. News tells of two leaders, two tolls, two dates in one
breath. Every passage here is made from patterns and invented names, and serves a question about either subject; a
question about a third subject has no answer. The patterns are for training only: the questions that measure binding
are other texts (`tests/data/binding.yaml`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from rag.english.dates import MONTH_NAMES
from rag.training.practice_patterns import COUNTRIES, FILLER, FIRST, GROUPS, LAST, PATTERNS, PRIZES, TOWNS


@dataclass(frozen=True, slots=True)
class Practice:
    """One question of a passage; `answer` is a verbatim part of it, or empty when the passage does not say."""

    question: str
    passage: str
    answer: str
    start: int


def practice(count: int, random_numbers: random.Random) -> Iterator[Practice]:
    """`count` examples, about one in seven without an answer."""
    made = 0
    while made < count:
        for example in _examples(random_numbers):
            if made < count:
                yield example
                made += 1


def _examples(chance: random.Random) -> Iterator[Practice]:
    sentences, questions, subjects, kind = chance.choice(PATTERNS)
    names = _names(subjects, chance)
    x, y = _values(kind, chance)
    sentence = chance.choice(sentences).format(x=x, y=y, **names)
    around = chance.sample(FILLER, chance.randrange(0, 5))
    before = chance.randrange(0, len(around) + 1)
    passage = " ".join([*around[:before], sentence[0].upper() + sentence[1:], *around[before:]])
    for asked, answer in _questions_on(subjects, names, x, y, chance):
        question = chance.choice(questions).format(s=asked, **names)
        start = passage.find(answer) if answer else 0
        if start >= 0:
            yield Practice(question, passage, answer, start)


def _questions_on(
    subjects: str, names: dict[str, str], x: str, y: str, chance: random.Random
) -> Iterator[tuple[str, str]]:
    if subjects == "reign":
        first, middle, last = int(names["a"]), int(names["m"]), int(names["b"])
        yield str(chance.randrange(first + 1, middle)), x
        yield str(chance.randrange(middle + 1, last)), y
    elif subjects == "succession":
        yield chance.choice(("leads", "now leads", "is the leader of", "heads")), y
        yield chance.choice(("formerly led", "was the former leader of", "used to lead")), x
    else:
        yield names["a"], x
        yield names["b"], y
        if chance.random() < 0.4:
            yield names["c"], ""


def _names(subjects: str, chance: random.Random) -> dict[str, str]:
    if subjects in ("reign", "succession"):
        first = chance.randrange(1950, 2005)
        middle = first + chance.randrange(3, 10)
        last = middle + chance.randrange(3, 10)
        return {"a": str(first), "m": str(middle), "b": str(last), "z": chance.choice(GROUPS)}
    if subjects == "person":
        return dict(zip("abc", _people(3, chance), strict=True))
    pool = {"group": GROUPS, "country": COUNTRIES, "town": TOWNS, "prize": PRIZES}[subjects]
    return dict(zip("abc", chance.sample(list(pool), 3), strict=True))


def _values(kind: str, chance: random.Random) -> tuple[str, str]:
    if kind == "person":
        person, other_person = _people(2, chance)
        return person, other_person
    if kind == "town":
        town, other_town = chance.sample(TOWNS, 2)
        return town, other_town
    if kind == "year":
        first, second = chance.sample(range(1850, 2021), 2)
        return str(first), str(second)
    if kind == "date":
        first, second = chance.sample(range(360), 2)
        return _month_and_day(first), _month_and_day(second)
    first, second = chance.sample(range(2, 90), 2)
    scale = chance.choice((1, 1, 10, 1000))
    return f"{first * scale:,}", f"{second * scale:,}"


def _month_and_day(day: int) -> str:
    return f"{MONTH_NAMES[day // 30]} {day % 28 + 1}"


def _people(count: int, chance: random.Random) -> list[str]:
    names = zip(chance.sample(FIRST, count), chance.sample(LAST, count), strict=True)
    return [f"{first} {last}" for first, last in names]
