"""A message → the questions that it asks, when it asks more than one."""

from __future__ import annotations

import re

from corpus import sentence_spans

WH = r"(?:who|whom|whose|what|when|where|which|why|how)"
AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)"
ASKS = re.compile(
    rf"(?:(?:and|but|so|also|then|please|ok|tell me|say)[,]?\s+)*(?:(?:in|on|at|by|for|to|with|from|of"
    rf"|under)\s+)?(?:{WH}|{AUXILIARY})\b",
    re.I,
)
OPENS = re.compile(rf"(?:(?:and|but|so|also|then|please|ok|tell me|say)[,]?\s+)*(?:{WH}|{AUXILIARY})\b", re.I)
JOINT = re.compile(
    rf"\s*[,;]?\s+and\s+(?:also\s+)?(?=(?:(?:in|on|at|by|for|to|with|from|of)\s+)?{WH}\b)"
    rf"|\s*,\s+(?=(?:(?:in|on|at|by|for|to|with|from|of)\s+(?:what|which|how)|how|why)\b)",
    re.I,
)
"""Where another question may begin in a sentence; "X, which …" and "X, who …" only say more of X."""
TWO_WORDS = re.compile(rf"(?P<first>{WH})\s+and\s+(?P<second>{WH})\s+(?P<rest>.+)", re.I)
RELATIVE = re.compile(
    r"\b(?:the|a|an|those|that|one|person|people|man|woman|men|women)\s+(?:\w+\s+)?(?:who|which|whom|that)\b", re.I
)
EMBEDDED = re.compile(
    r"\b(?:know|knows|say|says|said|explain|explains|show|shows|decide|decided|tell|asks?|about)\s*$", re.I
)
PRONOUN = re.compile(r"\b(?:they|them|it)\b", re.I)
FRAGMENT_WORDS = 4
MOST = 5
"""Questions of one message at most."""


def questions_in(message: str) -> list[str]:
    """The questions of a message, each to be asked after the one before; none when it asks only one."""
    text = " ".join(message.split())
    if both := TWO_WORDS.fullmatch(text):
        return [f"{both[word].capitalize()} {both['rest']}" for word in ("first", "second")]
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    asked = _asked(sentences)
    if not asked:
        return []
    parts = [part for sentence in asked for part in _parts(sentence)]
    return _filled(parts)[:MOST] if len(parts) > 1 else []


def _asked(sentences: list[str]) -> list[str]:
    """The sentences of a message when all of them ask, or are short fragments behind the first one with a mark."""
    if not sentences or not all(_is_question(sentence, len(sentences)) for sentence in sentences):
        return []
    return sentences


def _is_question(sentence: str, count: int) -> bool:
    if ASKS.match(sentence):
        return count == 1 or sentence.rstrip().endswith("?")
    return count > 1 and sentence.rstrip().endswith("?") and len(sentence.split()) <= FRAGMENT_WORDS + 2


def _parts(sentence: str) -> list[str]:
    """The questions of one sentence: "who founded it, and when?"."""
    parts: list[str] = []
    start = 0
    for joint in JOINT.finditer(sentence):
        before, after = sentence[start : joint.start()], sentence[joint.end() :]
        opens = ASKS if "and" in joint[0] else OPENS
        if len(before.split()) < 3 or RELATIVE.search(before) or EMBEDDED.search(before) or not opens.match(before):
            continue
        if len(after.split()) == 1 and after.lower().startswith(("who", "which")):
            continue
        parts.append(before)
        start = joint.end()
    return [*parts, sentence[start:]]


def _filled(parts: list[str]) -> list[str]:
    """The questions with what they take over from the first one, each as a question of its own."""
    bare = [part.strip(" ?.!,;") for part in parts]
    filled = [bare[0], *(_completed(bare[0], part) for part in bare[1:])]
    return [_as_question(part) for part in filled]


def _completed(first: str, part: str) -> str:
    """A part with the words of the first question that it leaves out: "who for Y", "when", "range", "who opened it"."""
    verb = re.fullmatch(rf"(?P<word>{WH})\s+(?P<rest>(?P<with>for|to|at|in|on|from|with|by)\s+.+)", part, re.I)
    taken = re.match(rf"{WH}\s+(?P<verb>\w+)\s+{verb['with']}\b", first, re.I) if verb else None
    if verb and taken:
        return f"{verb['word']} {taken['verb']} {verb['rest']}"
    if re.fullmatch(WH, part, re.I):
        return _asked_with(part, first)
    of = re.search(r"\s+of\s+.+$", first)
    if of and not ASKS.match(part) and len(part.split()) <= FRAGMENT_WORDS:
        return f"{part}{of[0]}"
    subject = re.fullmatch(rf"{WH}\s+(?:is|are|was|were)\s+(?P<subject>(?:\S+\s+){{0,5}}\S+)", first, re.I)
    return PRONOUN.sub(subject["subject"], part) if subject else part


def _asked_with(word: str, first: str) -> str:
    """The first question with another word that asks: "who founded X" and "when" are "when was X founded"."""
    if active := re.fullmatch(r"who\s+(?P<verb>\w+ed)\s+(?P<object>.+)", first, re.I):
        return f"{word} was {active['object']} {active['verb']}"
    opening = re.match(rf"{WH}\s+(?={AUXILIARY}\b)", first, re.I)
    return f"{word} {first[opening.end() :]}" if opening else word


def _as_question(part: str) -> str:
    """A part as a question: a mere noun phrase asks what it is."""
    if (
        not ASKS.match(part)
        and len(part.split()) <= 2 * FRAGMENT_WORDS
        and not re.match(r"(?:tell|give|name)\b", part, re.I)
    ):
        if price := re.match(r"(?:the )?(?:price|cost) of (?P<thing>.+)", part, re.I):
            return f"How much does {price['thing']} cost?"
        article = "" if re.match(r"(?:the|a|an)\b", part, re.I) else "the "
        return f"What is {article}{part[:1].lower()}{part[1:]}?"
    return f"{part[:1].upper()}{part[1:]}?"
