"""The reader's training: `python -m rag.training.train --data FOLDER --start FOLDER --output FOLDER`.

An encoder with a span head is fine-tuned on the reading sets (`rag.training.examples`). The arithmetic is in bfloat16
with 32-bit masters of the weights, the embeddings are frozen, batches hold windows of like length; the learning rate
rises, stays, and falls to zero over the last part.

What is minimised is in `rag.training.losses`.

Seeded; a stopped run goes on from its last checkpoint, and writes one JSON line of figures every few steps to
`log.jsonl`. Needs the extra `pressmark[train]`.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.embedding.compiled import CompiledModel
from rag.training.checkpoints import resume, write_checkpoint
from rag.training.examples import Group, Mixture, training_examples
from rag.training.losses import batch_of, train_on

POOL_BATCHES = 64
LOG_EVERY = 20


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What makes a run; the defaults are those of the shipped weights."""

    steps: int = 7800
    batch: int = 32
    peak_rate: float = 1e-4
    warmup: float = 0.03
    decay: float = 0.8
    dropout: float = 0.1
    weight_decay: float = 0.01
    clip: float = 1.0
    seed: int = 44
    checkpoint_every: int = 200
    taught: float = 0.0
    """The share of the loss that is taken against the teachers."""


def train(
    data: Path,
    start: Path,
    output: Path,
    settings: TrainingSettings,
    mixture: Mixture,
    teachers: Sequence[Path] = (),
) -> None:
    """Train from the weights in `start` (a transformers folder), or go on with the run in `output`.

    `teachers` are folders of exported readers. Raises `ValueError` when there are none and a share is to be taught.
    """
    import torch
    from transformers import AutoModelForQuestionAnswering

    if settings.taught and not teachers:
        raise ValueError(f"{settings.taught:.0%} is to be taught, and no teacher is named: give --teacher FOLDER")
    output.mkdir(parents=True, exist_ok=True)
    model = AutoModelForQuestionAnswering.from_pretrained(
        start,
        dtype=torch.bfloat16,
        attn_implementation="eager",
        hidden_dropout_prob=settings.dropout,
        attention_probs_dropout_prob=0.0,
    )
    model.train()
    weights = _list_trained(model)
    masters = [weight.detach().float().clone().requires_grad_() for weight in weights]
    optimizer = torch.optim.AdamW(masters, lr=settings.peak_rate, weight_decay=settings.weight_decay, fused=True)
    done = resume(output, masters, weights, optimizer)

    tokenizer = _tokenizer(start)
    examples = training_examples(data, tokenizer, mixture, settings.seed)
    windows = sum(map(len, examples))
    _say(f"{len(examples):,} questions, {windows:,} windows a pass, {settings.steps:,} steps, from step {done}")
    (output / "settings.json").write_text(json.dumps({**asdict(settings), "mixture": asdict(mixture)}, indent=1))

    compiled = [CompiledModel(folder / "reader.xml") for folder in teachers]
    losses: list[float] = []
    seen = 0
    since = time.perf_counter()
    for step, batch in enumerate(batches(examples, settings), start=1):
        if step <= done:
            continue
        if step > settings.steps:
            break
        torch.manual_seed(settings.seed * 1_000_003 + step)  # a run that goes on drops out what it would have
        for group in optimizer.param_groups:
            group["lr"] = settings.peak_rate * rate(step, settings)
        seen += sum(map(len, batch))
        tensors = batch_of(batch, tokenizer.token_to_id("[PAD]"))
        losses.append(train_on(model(**tensors.inputs), tensors, compiled, settings.taught))
        for master, weight in zip(masters, weights, strict=True):
            master.grad = weight.grad.float() if weight.grad is not None else None
            weight.grad = None
        torch.nn.utils.clip_grad_norm_(masters, settings.clip)
        optimizer.step()
        with torch.no_grad():
            for master, weight in zip(masters, weights, strict=True):
                weight.copy_(master)
        if step % LOG_EVERY == 0:
            now = time.perf_counter()
            _log(
                output,
                step,
                sum(losses) / len(losses),
                rate(step, settings),
                seen / (now - since),
            )
            losses, seen, since = [], 0, now
        if step % settings.checkpoint_every == 0 or step == settings.steps:
            write_checkpoint(output, step, masters, optimizer)
    _save(masters, start, output / "model")


def rate(step: int, settings: TrainingSettings) -> float:
    """The share of the peak learning rate at a step: up over the warm-up, level, down to zero over the decay."""
    rise, fall = settings.steps * settings.warmup, settings.steps * settings.decay
    return max(0.0, min(1.0, step / max(rise, 1), (settings.steps - step) / max(fall, 1)))


def batches(examples: Sequence[Group], settings: TrainingSettings) -> Iterator[list[Group]]:
    """Batches without end, of about `settings.batch` windows of like length, those of one question together; each pass
    in another order, the same for the same seed."""
    turn = 0
    while True:
        chance = random.Random(settings.seed * 1000 + turn)  # noqa: S311 - nothing here is secret
        order = list(range(len(examples)))
        chance.shuffle(order)
        pool = POOL_BATCHES * settings.batch
        for at in range(0, len(order), pool):
            part = sorted((examples[place] for place in order[at : at + pool]), key=_longest)
            full = list(_fill_batches(part, settings.batch))
            chance.shuffle(full)
            yield from full
        turn += 1


def _longest(group: Group) -> int:
    return max(len(window.ids) for window in group)


def _fill_batches(groups: Sequence[Group], windows: int) -> Iterator[list[Group]]:
    batch: list[Group] = []
    for group in groups:
        batch.append(group)
        if sum(map(len, batch)) >= windows:
            yield batch
            batch = []
    if batch:
        yield batch


def _tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _list_trained(model: Any) -> list[Any]:
    """The parameters that are trained: all but the embeddings, which are frozen."""
    for parameter in model.base_model.embeddings.parameters():
        parameter.requires_grad = False
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def _save(masters: Sequence[Any], start: Path, folder: Path) -> None:
    """Write the masters, which are finer than what was computed with, and the embeddings of the start."""
    import torch
    from transformers import AutoModelForQuestionAnswering

    model = AutoModelForQuestionAnswering.from_pretrained(start, dtype=torch.float32)
    with torch.no_grad():
        for master, weight in zip(masters, _list_trained(model), strict=True):
            weight.copy_(master)
    folder.mkdir(parents=True, exist_ok=True)
    model.to(torch.float16).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        if (start / name).exists():
            shutil.copyfile(start / name, folder / name)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command's own output


def _log(output: Path, step: int, loss: float, share: float, speed: float) -> None:
    line = {"step": step, "loss": round(loss, 4), "rate": round(share, 4), "examples_per_second": round(speed, 1)}
    with (output / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.train", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the reading sets")
    parser.add_argument("--start", type=Path, required=True, help="transformers folder to start from")
    parser.add_argument("--output", type=Path, required=True, help="folder for checkpoints, log and model")
    parser.add_argument("--teacher", type=Path, action="append", default=[], help="folder of an exported reader")
    for name, value in {**asdict(TrainingSettings()), **asdict(Mixture())}.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    chosen = vars(parser.parse_args())
    data, start, output, teachers = (chosen.pop(name) for name in ("data", "start", "output", "teacher"))
    mixture = Mixture(**{name: chosen.pop(name) for name in asdict(Mixture())})
    train(data, start, output, TrainingSettings(**chosen), mixture, teachers)


if __name__ == "__main__":
    main()
