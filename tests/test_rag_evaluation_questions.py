"""Question files: what is read, and what a bad one is told."""

import gzip
import json
from pathlib import Path

import pytest

from rag import InvalidQuestionError, QuestionFileError
from rag.evaluation import QuestionRecord, load_questions

GOOD = {"id": "q1", "question": "Where was it?", "answers": ["Idaho"], "answerable": True}


def written(folder: Path, *records: object, name: str = "questions.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in records), "utf-8")
    return path


def test_every_documented_key_is_read(tmp_path):
    record = {
        **GOOD,
        "as_of": "2022-06-18",
        "since": "2022-06-01",
        "until": "2022-06-18",
        "outlets": ["CNN"],
        "articles": ["https://example.org/1", "a2"],
        "history": [{"question": "Who?", "answer": "Them."}],
        "choices": ["Idaho", "Ohio"],
        "tags": ["crime"],
        "source": "passed over",
    }
    assert load_questions(written(tmp_path, record)) == [
        QuestionRecord(
            id="q1",
            question="Where was it?",
            answers=("Idaho",),
            as_of="2022-06-18",
            since="2022-06-01",
            until="2022-06-18",
            outlets=("CNN",),
            articles=("https://example.org/1", "a2"),
            history=(("Who?", "Them."),),
            choices=("Idaho", "Ohio"),
            tags=("crime",),
        )
    ]


def test_packed_and_plain_files_hold_the_same_questions(tmp_path):
    plain = written(tmp_path, GOOD, "", {**GOOD, "id": "q2"})
    packed = tmp_path / "questions.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert load_questions(packed) == load_questions(plain)
    assert [record.id for record in load_questions(packed)] == ["q1", "q2"]


def test_a_line_separator_inside_a_text_does_not_end_the_line(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps({**GOOD, "question": "One\u2028two?"}, ensure_ascii=False), "utf-8")
    assert load_questions(path)[0].question == "One\u2028two?"


def test_yaml_answers_stay_as_they_are_written(tmp_path):
    path = tmp_path / "questions.yaml"
    path.write_text(
        "- id: 7\n  question: Did it pass?\n  answers: [no, 1.10, 12:30]\n  as_of: 2022-06-18\n  since: null\n"
        "- id: q2\n  question: Who won?\n  answerable: false\n",
        "utf-8",
    )
    first, second = load_questions(path)
    assert (first.id, first.answers, first.as_of, first.since) == ("7", ("no", "1.10", "12:30"), "2022-06-18", None)
    assert (second.answerable, second.answers) == (False, ())


def test_yaml_questions_may_stand_under_a_key(tmp_path):
    path = tmp_path / "questions.yml"
    path.write_text("questions:\n  - {id: a, question: Who, answers: [Ada]}\n", "utf-8")
    assert [record.id for record in load_questions(path)] == ["a"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": ""}, "'id' is missing"),
        ({"question": "  "}, "'question' is missing"),
        ({"answers": []}, "'answers' is missing"),
        ({"answers": "Idaho"}, "'answers' must be a list"),
        ({"answers": [{"text": "Idaho"}]}, "'answers' must be text"),
        ({"answerable": "perhaps"}, "'answerable' must be true or false"),
        ({"as_of": "18 June 2022"}, "write it like 2015-08-01"),
        ({"as_of": "2022-13-40"}, "'2022-13-40', which is not a date"),
        ({"as_of": "20220618"}, "write it like 2015-08-01"),
        ({"since": "2022-06-18", "until": "2022-06-01"}, "'since' (2022-06-18) is after 'until'"),
        ({"history": ["Who?"]}, "'history' must be a list of objects"),
        ({"history": [{"answer": "Them."}]}, "'history' has a turn without"),
        ({"question": "half \ud800"}, "half a character"),
    ],
)
def test_a_bad_record_is_named_with_file_line_and_remedy(tmp_path, change, said):
    path = written(tmp_path, {**GOOD, "id": "fine"}, {**GOOD, **change})
    with pytest.raises(QuestionFileError) as raised:
        load_questions(path)
    assert str(path) in str(raised.value)
    assert "line 2" in str(raised.value)
    assert said in str(raised.value)


def test_every_bad_line_is_listed(tmp_path):
    path = written(tmp_path, "{broken", GOOD, "[1]", GOOD)
    with pytest.raises(QuestionFileError) as raised:
        load_questions(path)
    message = str(raised.value)
    assert "3 questions cannot be used" in message
    assert "line 1: this is not JSON" in message
    assert "line 3: this is not an object" in message
    assert "line 4 (id 'q1'): the id is already used in line 2" in message


def test_a_long_list_of_problems_is_cut(tmp_path):
    with pytest.raises(QuestionFileError, match="and 5 more"):
        load_questions(written(tmp_path, *["{"] * 15))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("q.jsonl", b"\n", "holds no questions"),
        ("q.csv", b"id", "must end in .jsonl"),
        ("q.jsonl", b"\xff\xfe{", "not UTF-8"),
        ("q.jsonl.gz", gzip.compress(b"{}" * 99, mtime=0)[:-9], "not a whole gzip file"),
        ("q.jsonl.gz", b"{}", "not a whole gzip file"),
        ("q.yaml", b"id: [", "not YAML"),
        ("q.yaml", b"just words", "not a list"),
        ("q.yaml", b"", "holds no questions"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_what_it_should_be(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(QuestionFileError, match=said) as raised:
        load_questions(tmp_path / name)
    assert name in str(raised.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    (tmp_path / "folder.jsonl").mkdir()
    for name in ("none.jsonl", "folder.jsonl"):
        with pytest.raises(QuestionFileError, match="cannot be read"):
            load_questions(tmp_path / name)


def test_a_question_with_articles_needs_no_answers():
    assert QuestionRecord(id="a", question="Who?", articles=("x",)).answers == ()


def test_a_record_cannot_be_built_wrong():
    with pytest.raises(InvalidQuestionError):
        QuestionRecord(id="a", question="Who?")
