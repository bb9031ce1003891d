"""Questions about the library itself: how many articles, which outlets, the oldest, the newest, from when to when."""

from __future__ import annotations

import re
from collections.abc import Callable

from corpus import CountedArticle
from rag.answer import Answer
from rag.forms.answers import form_answer, form_not_found
from rag.forms.counting import count_rows, window_of
from rag.forms.examples import example_questions
from rag.forms.quotations import Quotations, counted, spoken_day
from rag.forms.request import FormRequest
from rag.forms.sentences import is_telling, sentences_of

ARCHIVE = r"(?:archive|library|collection|database|corpus)"
ASKING = r"(?:(?:and|so|ok|please|can you|could you)\s+)*(?:tell me\s+|list\s+|show(?: me)?\s+|name\s+|give me\s+)?"
OUTLET = (
    r"(?:news\s+)?(?:outlets?|newspapers?|papers|publications?|magazines?|media(?: outlets)?|news sources?|sources)"
)
HOW_BIG = re.compile(
    rf"how (?:big|large) is (?:the|this|your) {ARCHIVE}|what is the size of (?:the|this|your) {ARCHIVE}"
    rf"|how much (?:is|do you have) in (?:the|this|your) {ARCHIVE}",
    re.I,
)
WHICH_OUTLETS = re.compile(
    rf"{ASKING}(?:(?:(?:which|what|all|all the|the|your)\s+)?{OUTLET}\s+(?:(?:do|does|are|have|is"
    rf"|can)\b\s*)?(?:you|there|it|we"
    rf"|i|in|this|the|your|that|got|have|has|know|use|contain|cover|included?|available|searched|search|from|read"
    rf"|{ARCHIVE}|of|are|do|here|listed)(?:\s+(?:you|there|in|this|the|your|have|has|got|cover|use|contain"
    rf"|include|search|read"
    rf"|know|draw on|from|of|{ARCHIVE}|here))*"
    rf"|how many {OUTLET}(?:\s+(?:do you have|are there|are in (?:the|this|your) {ARCHIVE}))?"
    rf"|where (?:are|do) (?:the|your|these) articles (?:come )?from)",
    re.I,
)
EXTREME = re.compile(
    rf"{ASKING}(?:(?:what|which)(?:['’]s|\s+is|\s+was)?\s+)?(?:the\s+|your\s+)?(?:very\s+)?"
    r"(?P<end>oldest|earliest|first|newest|latest|last|most recent)\s+"
    rf"(?:(?:news\s+)?(?:articles?|story|stories|piece|text|report|document|item|thing|entry|news item)|one)"
    rf"(?:\s+(?:you have|do you have|have you got|is there|that you have|there is))?"
    rf"(?:\s+(?:in|of|from)\s+(?:the|this|your)\s+{ARCHIVE})?(?:\s+(?:about|on|that mentions|mentioning|from"
    rf"|of)\s+(?P<words>.+))?",
    re.I,
)
REACH = re.compile(
    rf"(?:from when to when|what (?:period|time ?span|dates?|years?|time|timeframe|time range)|how far back"
    rf"|since when|until when"
    rf"|which (?:years?|period|dates?|time))\s+(?:does|do|are|is|did|can)\s+(?:you|the|this|your"
    rf"|it)(?:\s+(?:articles?|{ARCHIVE}))?"
    r"\s*(?:cover(?:ed)?|reach|go(?: back)?|extend|include|span|from|start|begin|end|have)?(?:\s+(?:back|to|in"
    r"|by it))*"
    rf"|how (?:old|recent|new|up[- ]to[- ]date|current) (?:is|are) (?:the|this|your) (?:{ARCHIVE}|articles?|data)",
    re.I,
)


def answer_library_fact(request: FormRequest) -> Answer | None:
    """The answer to a question about the library itself, None for any other question."""
    text = " ".join(request.query.text.strip(" ?!.").split())
    forms: tuple[tuple[re.Pattern[str], Callable[[FormRequest, re.Match[str]], Answer | None]], ...] = (
        (HOW_BIG, _size),
        (WHICH_OUTLETS, _outlets),
        (REACH, _reach),
        (EXTREME, _extreme),
    )
    for pattern, answered in forms:
        if found := pattern.fullmatch(text):
            return answered(request, found)
    return None


def library_in_words(request: FormRequest) -> str:
    """One sentence on how much is in the library."""
    stats = request.library.stats()
    if not stats.articles:
        return "The library is empty: add articles first."
    told = f"The library holds {counted(stats.articles, 'article')}"
    if stats.outlets:
        told += f" from {counted(len(stats.outlets), 'outlet')}"
    if stats.first_published and stats.last_published:
        told += f", published from {spoken_day(stats.first_published)} to {spoken_day(stats.last_published)}"
    return f"{told}."


def with_examples(request: FormRequest, text: str) -> str:
    """A text, followed by three questions that this library answers."""
    examples = "\n".join(f"- {question}" for question in example_questions(request.library))
    return f"{text}\n\nTry:\n{examples}" if examples else text


def _size(request: FormRequest, found: re.Match[str]) -> Answer:
    articles = request.library.articles_inside(window_of(request))
    text = with_examples(request, library_in_words(request))
    return form_answer(request, "count", text, counted(len(articles), "article"), counts=count_rows(articles))


def _outlets(request: FormRequest, found: re.Match[str]) -> Answer:
    outlets = request.library.stats().outlets
    lines = "\n".join(f"- {outlet}: {counted(number, 'article')}" for outlet, number in outlets)
    text = f"{library_in_words(request)}\n\n{lines}" if lines else library_in_words(request)
    return form_answer(request, "list", text, counted(len(outlets), "outlet"))


def _reach(request: FormRequest, found: re.Match[str]) -> Answer:
    stats = request.library.stats()
    span = f"{spoken_day(stats.first_published)} to {spoken_day(stats.last_published)}"
    return form_answer(request, "help", with_examples(request, library_in_words(request)), span)


def _extreme(request: FormRequest, found: re.Match[str]) -> Answer | None:
    """The oldest or the newest article, of all or of those that hold some words, with its first sentence."""
    words = (found["words"] or "").strip(" ?!.")
    articles = [a for a in request.library.articles_inside(window_of(request), words) if a.published]
    if not articles:
        return form_not_found(request, "overview", f"No article with a date mentions “{words}”.") if words else None
    oldest = found["end"].lower() in ("oldest", "earliest", "first")
    return _article_told(request, articles[0] if oldest else articles[-1], "oldest" if oldest else "newest", words)


def _article_told(request: FormRequest, article: CountedArticle, which: str, words: str) -> Answer:
    quotations = Quotations(request.library)
    sentences = [s for s in sentences_of(request.library.get(article.id)) if is_telling(s)]
    quoted = [quotations.line(quotations.cite_sentence(s)) for s in sentences[:1]]
    about = f" that mentions “{words}”" if words else " in the library"
    told = f"The {which} article{about} is “{article.title}” ({article.outlet or 'unknown outlet'}, "
    text = "\n\n".join((f"{told}{spoken_day(article.published)}).", *quoted))
    return form_answer(request, "overview", text, article.title, quotations)
