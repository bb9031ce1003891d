"""What a span reader is trained on: windows by themselves, windows of one question against each other, and teachers.

Each window by itself must say where the answer is, or that it has none, and all windows of one question together must
tell the right place from every other (Clark and Gardner 2018), on the scale on which spans are compared in use. A
teacher's logits can take the place of the set's answers (Hinton et al. 2015).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.embedding.compiled import CompiledModel
from rag.training.examples import Example, Group

LENGTH_STEP = 8


@dataclass(frozen=True)
class Batch:
    """Windows as tensors: token ids, mask and kinds of shape (windows, length), where a span may lie, and the places of
    the first and last tokens of the answers."""

    groups: Sequence[Group]
    windows: list[Example]
    inputs: Mapping[str, Any]
    allowed: Any
    places: tuple[list[int], list[int]]


def batch_of(groups: Sequence[Group], padding: int) -> Batch:
    """The windows of some questions, filled up to one length."""
    import torch

    windows = [window for group in groups for window in group]
    longest = -(-max(len(window.ids) for window in windows) // LENGTH_STEP) * LENGTH_STEP
    ids = torch.full((len(windows), longest), padding)
    mask, kinds = torch.zeros_like(ids), torch.zeros_like(ids)
    allowed = torch.zeros(ids.shape, dtype=torch.bool)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = torch.tensor(window.ids)
        mask[row, : len(window.ids)] = 1
        kinds[row, window.begins : len(window.ids)] = 1
        allowed[row, window.begins : len(window.ids) - 1] = True
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds}
    places = ([window.start for window in windows], [window.end for window in windows])
    return Batch(groups, windows, inputs, allowed, places)


def train_on(output: Any, batch: Batch, teachers: Sequence[CompiledModel] = (), taught: float = 0.0) -> float:
    """The mean loss of a batch, whose gradients are added to the model's; `output` holds the model's logits."""
    import torch

    total = torch.zeros(())
    for logits, right in zip((output.start_logits, output.end_logits), batch.places, strict=True):
        none, spans = part_logits(logits.float(), batch.allowed)
        own, shared = own_loss(none, spans, right, batch.windows), shared_loss(none, spans, right, batch.groups)
        total = total + (1 - taught) * (own + shared)
    if taught:
        asked = {name: tensor.numpy() for name, tensor in batch.inputs.items()}
        said = [teacher.run(asked) for teacher in teachers]
        for place, logits in enumerate((output.start_logits, output.end_logits)):
            mean = torch.stack([torch.from_numpy(logits[place]) for logits in said]).mean(0)
            own_parts, teachers_parts = part_logits(logits.float(), batch.allowed), part_logits(mean, batch.allowed)
            total = total + taught * taught_loss(own_parts, teachers_parts, batch.groups)
    (total / 2).backward()  # type: ignore[no-untyped-call]
    return float(total.detach()) / 2


def part_logits(logits: Any, allowed: Any) -> tuple[Any, Any]:
    """The scores of "no answer", shape (windows, 1), and of every token, those that cannot answer at the bottom."""
    return logits[:, :1], logits.masked_fill(~allowed, -1e4)


def own_loss(none: Any, spans: Any, right: Sequence[int], batch: Sequence[Example]) -> Any:
    """Each window of a question's own context against its own "no answer"."""
    import torch

    own = [row for row, window in enumerate(batch) if not window.is_rival]
    scores = torch.cat((none, spans[:, 1:]), dim=1)
    return torch.nn.functional.cross_entropy(scores[own], torch.tensor([right[row] for row in own]))


def shared_loss(none: Any, spans: Any, right: Sequence[int], groups: Sequence[Group]) -> Any:
    """All windows of a question against each other, every score less its own window's "no answer"."""
    import torch

    above = spans - none
    losses = []
    for group, rows in zip(groups, _rows(groups), strict=True):
        held = [row for row in rows if right[row]]
        if held and len(group) > 1:
            whole = torch.logsumexp(above[rows.start : rows.stop].flatten(), 0)
            losses.append(whole - torch.logsumexp(torch.stack([above[row, right[row]] for row in held]), 0))
    return torch.stack(losses).mean() if losses else torch.zeros(())


def taught_loss(own: tuple[Any, Any], teacher: tuple[Any, Any], groups: Sequence[Group]) -> Any:
    """Both losses against the teacher's logits: what it holds likely in place of what the set gives."""
    import torch

    batch = [window for group in groups for window in group]
    rows = [row for row, window in enumerate(batch) if not window.is_rival]
    scores, wanted = (torch.cat((none, spans[:, 1:]), dim=1)[rows] for none, spans in (own, teacher))
    total = torch.nn.functional.cross_entropy(scores, wanted.softmax(1))
    above, above_teacher = (spans - none for none, spans in (own, teacher))
    shared = [
        torch.nn.functional.cross_entropy(
            above[rows.start : rows.stop].flatten(), above_teacher[rows.start : rows.stop].flatten().softmax(0)
        )
        for group, rows in zip(groups, _rows(groups), strict=True)
        if len(group) > 1
    ]
    return total + torch.stack(shared).mean() if shared else total


def _rows(groups: Sequence[Group]) -> list[range]:
    """The rows of the batch that hold each group's windows."""
    ends = list(itertools.accumulate(map(len, groups)))
    return [range(end - len(group), end) for group, end in zip(groups, ends, strict=True)]
