"""Training of the reader: what examples hold, that a run is the same again and goes on where it stopped; its score."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from rag.reading.reader import WEIGHTS
from rag.training.examples import (
    Example,
    Mixture,
    PreparedExample,
    cut,
    introduce,
    readings,
    training_examples,
    with_rivals,
)
from rag.training.practice import practice
from rag.training.score import ScoredReading as Score
from rag.training.score import best_threshold, report, score_at
from rag.training.train import TrainingSettings, batches, rate, train

CONTEXT = (
    "The River Alliance was founded in 1987 in Ashford. Its first leader was Ann Berg, a surgeon. In 1999 it chose Tom "
    "Iyer, who had led the miners of Dunwick."
)
SMALL = Mixture(1.0, 1.0, 1.0, 1.0, 0.5, 40)


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from tokenizers import Tokenizer

    loaded = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    loaded.no_padding()
    loaded.no_truncation()
    return loaded


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five reading sets, each with the same few questions."""
    folder = tmp_path_factory.mktemp("reading")
    other = "The Lakeside Bank lends to farmers in Ashford. Its leader has changed often since it was founded."
    rows = [
        row("Who was its first leader?", CONTEXT, "Ann Berg"),
        row("When was the River Alliance founded?", CONTEXT, "1987"),
        row("Who sold the River Alliance?", CONTEXT, ""),
        row("To whom does the Lakeside Bank lend?", other, "farmers"),
    ]
    for name in ("squad2_train", "nq_qed_train", "squadshifts_newwiki", "squadshifts_reddit", "timeqa_human_train"):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(one) + "\n" for one in rows)
    return folder


def row(question: str, context: str, answer: str) -> dict[str, Any]:
    answers = [{"text": answer, "answer_start": context.index(answer)}] if answer else []
    return {"question": question, "context": context, "answers": answers, "is_impossible": not answer}


# -- examples


def test_the_marked_tokens_are_the_answer(tokenizer: Any) -> None:
    asked = [PreparedExample("Who led it first?", CONTEXT, "Ann Berg", CONTEXT.index("Ann Berg"))]
    ((example,),) = cut(asked, tokenizer, random.Random(1))  # noqa: S311
    assert tokenizer.decode(example.ids[example.start : example.end + 1]) == "ann berg"
    assert example.begins <= example.start <= example.end < len(example.ids) - 1


def test_a_question_that_the_context_does_not_answer_points_at_the_first_token(tokenizer: Any) -> None:
    ((example,),) = cut([PreparedExample("Who sold it?", CONTEXT, "", 0)], tokenizer, random.Random(1))  # noqa: S311
    assert (example.start, example.end) == (0, 0)


def test_a_long_context_is_cut_into_windows_one_of_which_holds_the_answer(tokenizer: Any) -> None:
    text = " ".join(f"In line {at} nothing else is told of the harbour at Cape Roe." for at in range(60)) + CONTEXT
    asked = [PreparedExample("Who led it first?", text, "Ann Berg", text.index("Ann Berg"))]
    (made,) = cut(asked, tokenizer, random.Random(1))  # noqa: S311
    assert sum(example.end > 0 for example in made) == 1
    assert max(len(example.ids) for example in made) < 200


def test_a_rival_is_near_and_does_not_hold_the_answer(data: Path) -> None:
    asked = list(readings(data / "squad2_train.jsonl.gz"))
    made = with_rivals(asked, 1.0, random.Random(1))  # noqa: S311
    assert [bool(one.rival) for one in made] == [bool(one.answer) for one in asked]
    for one in made:
        assert one.rival != one.context
        assert not one.answer or one.answer.lower() not in one.rival.lower()
    assert with_rivals(asked, 0.0, random.Random(1)) == asked  # noqa: S311


def test_a_rival_stands_beside_the_window_that_holds_the_answer(tokenizer: Any) -> None:
    asked = [
        PreparedExample("Who led it first?", CONTEXT, "Ann Berg", CONTEXT.index("Ann Berg"), "Tom Iyer led the miners.")
    ]
    ((own, rival),) = cut(asked, tokenizer, random.Random(1))  # noqa: S311
    assert (own.is_rival, own.end > 0) == (False, True)
    assert (rival.is_rival, rival.start, rival.end) == (True, 0, 0)
    assert "miners" in tokenizer.decode(rival.ids)


def test_of_several_answers_the_one_given_most_often_is_taken(tmp_path: Path) -> None:
    answers = [{"text": "Tom Iyer, who had led", "answer_start": CONTEXT.index("Tom\n".strip())}]
    short = {"text": "Ann Berg", "answer_start": CONTEXT.index("Ann Berg")}
    line = {"question": "Who?", "context": CONTEXT, "answers": [*answers, short, short], "is_impossible": False}
    with gzip.open(tmp_path / "one.jsonl.gz", "wt", encoding="utf-8") as out:
        out.write(json.dumps(line))
    assert [one.answer for one in readings(tmp_path / "one.jsonl.gz")] == ["Ann Berg"]


def test_practice_in_binding_offers_two_subjects_and_marks_the_right_one() -> None:
    made = list(practice(600, random.Random(1)))  # noqa: S311
    assert len(made) == 600
    assert all(one.passage[one.start : one.start + len(one.answer)] == one.answer for one in made)
    answers: dict[str, set[str]] = {}
    for one in made:
        answers.setdefault(one.passage, set()).add(one.answer)
    assert sum(len(found) > 1 for found in answers.values()) > 200
    assert 0 < sum(one.answer == "" for one in made) < 150


# -- the run


def test_the_learning_rate_rises_stays_and_falls_to_nothing() -> None:
    settings = TrainingSettings(steps=100, warmup=0.1, decay=0.5)
    assert [rate(step, settings) for step in (1, 10, 40, 75, 100)] == pytest.approx([0.1, 1.0, 1.0, 0.5, 0.0])


def test_batches_come_in_the_same_order_again_and_hold_every_example(data: Path, tokenizer: Any) -> None:
    made = training_examples(data, tokenizer, SMALL, seed=3)
    assert made == training_examples(data, tokenizer, SMALL, seed=3)
    settings, seen = TrainingSettings(batch=8), list[Any]()
    for batch, again in zip(batches(made, settings), batches(made, settings), strict=False):
        assert batch == again
        seen += batch
        assert sum(map(len, batch)) <= 8 + 2
        if len(seen) == len(made):
            break
    assert sorted(one[0].ids for one in seen) == sorted(one[0].ids for one in made)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny reader with weights of chance, as transformers keeps it."""
    import shutil

    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    folder = tmp_path_factory.mktemp("start")
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=30522, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    BertForQuestionAnswering(config).save_pretrained(folder)
    shutil.copy(WEIGHTS / "tokenizer.json", folder / "tokenizer.json")
    return folder


def weights_of(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(folder / "model" / "model.safetensors")


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(
    data: Path, start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    import rag.training.train as training

    settings, kept = TrainingSettings(steps=6, batch=8, peak_rate=1e-3, checkpoint_every=3), training.write_checkpoint

    def stop_after(*checkpoint: Any) -> None:
        kept(*checkpoint)
        raise KeyboardInterrupt

    train(data, start, tmp_path / "whole", settings, SMALL)
    monkeypatch.setattr(training, "write_checkpoint", stop_after)
    with pytest.raises(KeyboardInterrupt):
        train(data, start, tmp_path / "stopped", settings, SMALL)
    assert not (tmp_path / "stopped" / "model").exists()
    monkeypatch.setattr(training, "write_checkpoint", kept)
    train(data, start, tmp_path / "stopped", settings, SMALL)
    one, other = weights_of(tmp_path / "whole"), weights_of(tmp_path / "stopped")
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_training_changes_the_weights_and_leaves_the_embeddings(data: Path, start: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    train(data, start, tmp_path, TrainingSettings(steps=20, batch=8, peak_rate=1e-2, checkpoint_every=50), SMALL)
    before, after = load_file(start / "model.safetensors"), weights_of(tmp_path)
    changed = {name for name in before if not torch.equal(before[name].half(), after[name])}
    assert "qa_outputs.weight" in changed
    assert not any("embeddings" in name for name in changed)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert lines[-1]["step"] == 20


class FixedLogits:
    """A model that gives the logits it was told of, as leaves, so that their gradients can be looked at."""

    def __init__(self, start: Any, end: Any) -> None:
        self.start_logits, self.end_logits = start, end

    def __call__(self, **inputs: Any) -> FixedLogits:
        return self


@pytest.mark.parametrize(("rival", "kept"), [(0.0, True), (9.0, False)])
def test_a_rival_costs_as_much_as_it_is_believed(rival: float, kept: bool) -> None:
    """Five tokens a window, of which the third and fourth are text; the answer is the third of the first window."""
    import torch

    from rag.training.losses import batch_of, train_on

    held, other = Example((0, 1, 2, 3, 4), 2, 2, 2), Example((0, 1, 2, 3, 4), 2, 0, 0, is_rival=True)

    def logits() -> Any:
        given = torch.zeros(2, 8)
        given[0, 2], given[1, 3] = 5.0, rival
        return given.requires_grad_()

    beside = FixedLogits(logits(), logits())
    own = FixedLogits(
        beside.start_logits.detach()[:1].requires_grad_(), beside.end_logits.detach()[:1].requires_grad_()
    )
    costs = train_on(beside, batch_of([(held, other)], 0)), train_on(own, batch_of([(held,)], 0))
    assert (costs[0] - costs[1] < 0.1) is kept
    assert beside.start_logits.grad[1, 3] > 0 > beside.start_logits.grad[1, 0]
    assert beside.start_logits.grad[0, 2] < 0


class Teacher:
    """A compiled reader that holds the same places likely whatever it reads."""

    def __init__(self, logits: Any) -> None:
        self.logits = logits

    def run(self, inputs: Any) -> list[Any]:
        assert set(inputs) == {"input_ids", "attention_mask", "token_type_ids"}
        return [self.logits, self.logits]


@pytest.mark.parametrize("taught", [0.0, 0.9])
def test_a_teacher_draws_the_answer_to_where_it_sees_it(taught: float) -> None:
    """The set gives the third token; the teacher holds the fourth likely, and cares little for "no answer"."""
    import numpy as np
    import torch

    from rag.training.losses import batch_of, train_on

    given = FixedLogits(torch.zeros(1, 8).requires_grad_(), torch.zeros(1, 8).requires_grad_())
    seen = np.array([[-5, 0, 0, 5, 0, 0, 0, 0]], np.float32)
    train_on(given, batch_of([(Example((0, 1, 2, 3, 4), 2, 2, 2),)], 0), [Teacher(seen), Teacher(seen)], taught)
    wanted = given.start_logits.grad[0].argmin().item()
    assert wanted == (3 if taught else 2)


def test_a_share_to_be_taught_needs_a_teacher(tmp_path) -> None:
    with pytest.raises(ValueError, match="--teacher"):
        train(tmp_path, tmp_path, tmp_path, TrainingSettings(taught=0.5), Mixture())


def test_a_question_may_begin_with_a_sentence_that_does_not_answer_it() -> None:
    context = "The old bridge fell on a windy night. It was built in 1901 by two brothers. Nobody was hurt that night."
    asked = [PreparedExample("When was it built?", context, "1901", context.index("1901"))] * 40
    questions = {one.question for one in introduce(asked, 0.5, random.Random(3))}  # noqa: S311
    assert questions == {
        "When was it built?",
        "The old bridge fell on a windy night. When was it built?",
        "Nobody was hurt that night. When was it built?",
    }


# -- the score


def a_score(answerable: bool, score: float, right: float, context: str = "a") -> Score:
    return Score(context, answerable, score, right, right)


def test_the_threshold_decides_what_counts_as_no_answer() -> None:
    found = [a_score(True, 5.0, 1.0), a_score(True, 1.0, 0.0), a_score(False, 2.0, 0.0), a_score(False, -3.0, 0.0)]
    assert score_at(found, float("-inf")) == (25.0, 25.0)
    assert score_at(found, 3.0) == (75.0, 75.0)
    assert score_at(found, best_threshold(found))[1] == 75.0


def test_a_half_is_judged_by_the_threshold_of_the_other() -> None:
    contexts = [f"context {at}" for at in range(40)]
    found = [a_score(True, 5.0, 1.0, context) for context in contexts]
    found += [a_score(False, -5.0, 0.0, context) for context in contexts]
    figures = report(found)
    assert (figures["questions"], figures["f1"], figures["best_f1"], figures["answerable_f1"]) == (80, 100, 100, 100)


# -- from the shipped files back to what can be trained


def test_the_shipped_files_unpacked_give_the_same_logits(tmp_path: Path, tokenizer: Any) -> None:
    import numpy as np
    import torch
    from transformers import AutoModelForQuestionAnswering

    from corpus.embedding.compiled import CompiledModel
    from rag.training.unpack import unpack

    unpack(tmp_path)
    model = AutoModelForQuestionAnswering.from_pretrained(tmp_path).eval()
    encoding = tokenizer.encode("Who was its first leader?", CONTEXT)
    ids, kinds = np.array([encoding.ids]), np.array([encoding.type_ids])
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": kinds}
    with torch.no_grad():
        output = model(**{name: torch.from_numpy(values) for name, values in inputs.items()})
    for logits, shipped in zip(
        (output.start_logits, output.end_logits), CompiledModel(WEIGHTS / "reader.xml").run(inputs), strict=True
    ):
        # The shipped files may be run in bfloat16, which has three digits.
        assert np.corrcoef(logits.numpy().ravel(), shipped.ravel())[0, 1] > 0.999
        assert (logits.numpy().argmax(1) == shipped.argmax(1)).all()


def test_what_is_shipped_is_the_mean_of_its_trainings(tmp_path: Path) -> None:
    import torch

    from rag.training.export import average_readers
    from rag.training.unpack import unpack

    unpack(tmp_path / "one")
    reader = average_readers([tmp_path / "one"])
    before = {name: value.clone() for name, value in reader.state_dict().items()}
    with torch.no_grad():
        reader.qa_outputs.weight += 1.0
    reader.save_pretrained(tmp_path / "other")
    mean = average_readers([tmp_path / "one", tmp_path / "other"]).state_dict()
    assert torch.allclose(mean["qa_outputs.weight"], before["qa_outputs.weight"] + 0.5)
    assert all(torch.equal(mean[name], before[name]) for name in before if "qa_outputs" not in name)
