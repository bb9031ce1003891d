"""Two readers in a row: a fast one reads every window, a careful one reads the few again that could win.

The careful reader has five times the parameters and takes five times as long. It shares the word pieces of the fast
one, so that both score the same tokens and the mean of their logits can be taken: the two make different mistakes
(after ReConsider, Iyer et al. 2021, which reads the best spans of a first reader again).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.embedding.compiled import CompiledModel, pad_rows
from rag.reading.reader import Logits, ReadingWindow, Span, SpanReader, best_spans, spans_by_text

PARTS = "reader.bin.*"
"""The careful reader's weights, in files small enough for any host of repositories."""
PIECES_APART = 4
"""MPNet's vocabulary holds BERT's word pieces in their order, after four marks of its own."""
START, FILLING, STOP = 0, 1, 2
"""The careful reader's marks: start of the text, filling, end of a part."""


@dataclass(frozen=True, slots=True)
class CascadeSettings:
    """How many windows the careful reader reads again, and its share in their logits."""

    windows: int = 8
    careful_share: float = 0.6


class WindowReader(Protocol):
    """What the cascade needs of its second reader."""

    def score_windows(self, windows: Sequence[ReadingWindow], start: int, stop: int) -> list[tuple[Logits, Logits]]: ...


class CarefulReader:
    """Scores windows that another reader has cut; its weights are loaded on first use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def _model(self) -> CompiledModel:
        return CompiledModel(self.folder / "reader.xml", parts=sorted(self.folder.glob(PARTS)))

    def score_windows(self, windows: Sequence[ReadingWindow], start: int, stop: int) -> list[tuple[Logits, Logits]]:
        """The start and end logits of each window; `start` and `stop` are the marks that the windows were cut with."""
        rows = [own_ids(window.ids, start, stop) for window in windows]
        ids, mask = pad_rows(rows, FILLING)
        starts, ends = self._model.run({"input_ids": ids, "attention_mask": mask})
        return [(starts[row, : len(ids)], ends[row, : len(ids)]) for row, ids in enumerate(rows)]


def own_ids(ids: Sequence[int], start: int, stop: int) -> npt.NDArray[np.int64]:
    """A window's word pieces as the careful reader numbers them."""
    pieces = np.array(ids, np.int64)
    return np.where(pieces == start, START, np.where(pieces == stop, STOP, pieces + PIECES_APART))


class CascadeReader:
    """A fast reader over all windows, and a careful one over the best of them."""

    def __init__(self, fast: SpanReader, careful: WindowReader, settings: CascadeSettings | None = None) -> None:
        self.fast = fast
        self.careful = careful
        self.settings = settings or CascadeSettings()

    def read(self, question: str, texts: Sequence[str]) -> list[list[Span]]:
        """The best spans of each text, best first; offsets are characters of that text."""
        return self._read(self.fast.cut_windows(question, texts), len(texts))

    def _read(self, windows: Sequence[ReadingWindow], texts: int) -> list[list[Span]]:
        scored = self.fast.score_windows(windows)
        places = self._most_likely(windows, scored)
        again = self.careful.score_windows([windows[place] for place in places], *self.fast.marks) if places else []
        share = self.settings.careful_share
        for place, careful in zip(places, again, strict=True):
            start, end = ((1 - share) * fast + share * own for fast, own in zip(scored[place], careful, strict=True))
            scored[place] = (start, end)
        return spans_by_text(windows, scored, texts)

    def _most_likely(self, windows: Sequence[ReadingWindow], scored: Sequence[tuple[Logits, Logits]]) -> list[int]:
        """The places of the windows with the highest single span, the best first."""
        best = [
            max((span.score for span in best_spans(window, *logits)), default=-np.inf)
            for window, logits in zip(windows, scored, strict=True)
        ]
        return sorted(range(len(windows)), key=lambda place: (-best[place], place))[: self.settings.windows]
