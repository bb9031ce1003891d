"""An article's text → passages: sentence-aligned spans that fit the embedding model with their header.

Sentences are found with rules (a full stop, question or exclamation mark, closing quotes, white space, a capital or a
digit), paragraphs end a sentence always. Sentences are then grouped so that the passages of one article are about
equally long: the article is cut where the running token count is nearest to the ideal cut, so that no short tail is
left over. Offsets are characters of the article's text, the end is exclusive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus import Article, Embedder, PassageDraft, Tokens, sentence_spans

TARGET_TOKENS = 200
"""Tokens a passage should have, header included."""
HEADER_TOKENS = 48
"""Tokens that a header may have at most, and never more than a quarter of the room; a longer title is shortened."""


@dataclass(frozen=True, slots=True)
class PassageSettings:
    """How articles are cut; recorded in the library, because an index holds only one kind of passage."""

    target_tokens: int = TARGET_TOKENS
    header: bool = True

    def describe(self) -> str:
        """One line that is equal exactly when the settings are."""
        return f"sentences, {self.target_tokens} tokens, {'with' if self.header else 'no'} header"


def header_of(article: Article) -> str:
    """The line that tells the embedding model what a passage belongs to: title, outlet, date."""
    return " · ".join(part for part in (article.title, article.outlet, (article.published or "")[:10]) if part)


def passages_of(article: Article, embedder: Embedder, settings: PassageSettings) -> list[PassageDraft]:
    """Cut an article into passages, each with the tokens that will be embedded; none exceeds the model's limit."""
    header, header_tokens = _fitted_header(article, embedder) if settings.header else ("", Tokens.empty())
    room = embedder.max_tokens - len(header_tokens)
    target = min(max(settings.target_tokens - len(header_tokens), settings.target_tokens // 2), room)
    tokens = embedder.tokenize(article.text)
    bounds = _token_bounds(sentence_spans(article.text), tokens, room)
    return [
        PassageDraft(
            start=bounds[first][0],
            end=bounds[last][1],
            header=header,
            tokens=header_tokens + tokens[bounds[first][2] : bounds[last][3]],
        )
        for first, last in _grouped([bound[3] - bound[2] for bound in bounds], target, room)
    ]


def _fitted_header(article: Article, embedder: Embedder) -> tuple[str, Tokens]:
    """The header, shortened at its end until it fits, and all of its tokens."""
    limit = min(HEADER_TOKENS, embedder.max_tokens // 4)
    header = header_of(article)
    tokens = embedder.tokenize(header)
    most = limit
    while len(tokens) > limit:
        # A word that is cut can have more tokens than its part had: then a little less is kept.
        header = header[: tokens.ends[most - 1]].rstrip() if most else ""
        tokens = embedder.tokenize(header)
        most -= 1
    return header, tokens


def _token_bounds(spans: Sequence[tuple[int, int]], tokens: Tokens, room: int) -> list[tuple[int, int, int, int]]:
    """(start, end, first token, token after the last) of every sentence; one that is too long is cut at words."""
    bounds: list[tuple[int, int, int, int]] = []
    for start, end in spans:
        first = int(np.searchsorted(tokens.starts, start))
        last = int(np.searchsorted(tokens.starts, end))
        while last - first > room:
            cut = first + room
            while cut > first + room // 2 and tokens.starts[cut] == tokens.ends[cut - 1]:
                cut -= 1
            bounds.append((start, int(tokens.ends[cut - 1]), first, cut))
            start, first = int(tokens.starts[cut]), cut
        if last > first:
            bounds.append((start, end, first, last))
    return bounds


def _grouped(lengths: Sequence[int], target: int, room: int) -> list[tuple[int, int]]:
    """Neighbouring sentences as (first, last) groups of about `target` tokens, never more than `room`."""
    total = sum(lengths)
    ideal = total / max(1, round(total / target)) if total else target
    groups: list[tuple[int, int]] = []
    first, size, done = 0, 0, 0
    for index, length in enumerate(lengths):
        goal = (len(groups) + 1) * ideal
        past = done + size + length - goal
        too_long = size + length > room
        nearer_before = past > 0 and past > goal - (done + size)
        if size and (too_long or nearer_before):
            groups.append((first, index - 1))
            done += size
            first, size = index, 0
        size += length
    if size:
        groups.append((first, len(lengths) - 1))
    return groups
