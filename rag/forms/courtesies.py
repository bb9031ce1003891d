"""Answers to what asks nothing of the articles: friendly, short, from facts about the library."""

from __future__ import annotations

from rag.answer import Answer
from rag.forms.answers import form_answer
from rag.forms.library_facts import library_in_words, with_examples
from rag.forms.request import FormRequest
from rag.forms.small_talk import Courtesy, courtesy_of

WORDS: dict[Courtesy, str] = {
    "greeting": "Hello! Ask me about the articles in this library.",
    "thanks": "You are welcome. Ask on whenever you like.",
    "parting": "Goodbye!",
    "help": (
        "I answer questions about the articles in this library, in short sentences quoted word for word, each "
        "with its "
        "outlet and date. Ask who, what, when, where, why or how many; ask for the latest on something, a list, a "
        "timeline or a count of articles. When the articles do not say, I tell you so."
    ),
}
SHORT: dict[Courtesy, str] = {
    "greeting": "Hello!",
    "thanks": "You are welcome.",
    "parting": "Goodbye!",
    "help": "I answer questions about the articles in this library.",
}


def answer_courtesy(request: FormRequest) -> Answer | None:
    """The answer to a greeting, thanks or a call for help; None when a message asks something."""
    courtesy = courtesy_of(request.query.question)
    if courtesy is None:
        return None
    words = WORDS[courtesy]
    if courtesy in ("greeting", "help"):
        words = with_examples(request, f"{words} {library_in_words(request)}")
    return form_answer(request, "help", words, SHORT[courtesy])
