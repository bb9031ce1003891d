"""Who held what when: the holders of a role as a table, and who came before or after one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from corpus import Article
from rag.answer import MAX_ANSWER_WORDS, Answer, TableRow
from rag.english.time_expressions import time_expressions
from rag.forms.answers import form_answer
from rag.forms.holders import HoldersFound, Tenure, holders_of, tenures_of
from rag.forms.organisations import Organisation
from rag.forms.people import is_called, short_names
from rag.forms.quotations import Quotations, counted, marks, spoken_day
from rag.forms.request import FormRequest
from rag.forms.role_questions import RoleQuestion, role_question
from rag.forms.roles import role_named
from rag.forms.sentences import ArticleSentence
from rag.forms.successions import Succession
from rag.forms.tellings import Tellings, tellings_of
from rag.retrieval.retrieve import retrieve

PASSAGES = 60
"""Passages that each wording of the question brings."""
SLICES = 4
"""Stretches of time in each of which the question is asked, so that early holders are found beside the latest."""
SURE, MEETING, NEXT = 0.9, 0.8, 0.55
"""Confidence where the articles tell who came after whom, where the times meet, and where one is only the next told."""
INCOMPLETE = "The articles may not name every one of them."


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found about a role: the articles read, what they tell, and the times of its holders in order."""

    articles: Sequence[Article]
    told: Tellings
    found: HoldersFound
    tenures: Sequence[Tenure]


def answer_table(request: FormRequest) -> Answer | None:
    """The answer to a question about the holders of a role, None for any other and where too few are told."""
    asked = role_question(request.query.text)
    if asked is None or (
        asked.place == "all" and not asked.org and not (asked.role and _is_department(asked.role.name))
    ):
        return None
    gathered = _gather(request, asked)
    if asked.place == "all":
        return _all(request, asked, gathered) if len(gathered.tenures) > 1 else None
    if asked.place == "during":
        return _during(request, asked, gathered)
    return _beside(request, asked, gathered)


def _is_department(role: str) -> bool:
    return role.endswith(" minister") and role != "prime minister"


def _gather(request: FormRequest, asked: RoleQuestion) -> Gathered:
    role = asked.role or role_named("leader")
    articles = _articles(request, asked)
    org = Organisation.called(asked.org, [article.text for article in articles]) if asked.org else None
    if org and org.country:
        articles = [article for article in articles if org.is_named(f"{article.title} {article.text}")]
    told = tellings_of(articles, role, request.asked_on)
    found = holders_of(told, role, org, asked.qualifiers)
    return Gathered(articles, told, found, tenures_of(found, told.turns))


def _articles(request: FormRequest, asked: RoleQuestion) -> list[Article]:
    """The articles that may tell of a role, found by several wordings and in several stretches of time."""
    role = asked.role.name if asked.role else "leader"
    of = f" of {asked.org}" if asked.org else ""
    wordings = [f"{role}{of}", f"new {role}{of} named, elected, sworn in", f"former {role}{of} resigned or died"]
    if asked.name:
        wordings += [f"{asked.name} {role}{of}", f"successor of {asked.name}", f"{asked.name} succeeded, replaced"]
    settings = replace(request.settings.retrieval, per_article=1)
    ids: dict[str, None] = {}
    for wording in wordings:
        query = replace(request.query, text=wording, events=())
        ids |= dict.fromkeys(p.found.passage.article_id for p in retrieve(request.library, query, PASSAGES, settings))
    for since, until in _slices(request):
        query = replace(request.query, text=wordings[0], events=(), since=since, until=until)
        found = retrieve(request.library, query, PASSAGES // SLICES, settings)
        ids |= dict.fromkeys(passage.found.passage.article_id for passage in found)
    return [request.library.get(article_id) for article_id in ids]


def _slices(request: FormRequest) -> list[tuple[date, date]]:
    """The time of the library, within the filters, in equal stretches."""
    stats, query = request.library.stats(), request.query
    if not stats.first_published or not stats.last_published:
        return []
    first = max(filter(None, (date.fromisoformat(stats.first_published[:10]), query.since)))
    last = min(filter(None, (date.fromisoformat(stats.last_published[:10]), query.until, query.as_of)))
    length = (last - first).days // SLICES
    if length < 1:
        return []
    return [(first + timedelta(length * at), first + timedelta(length * (at + 1))) for at in range(SLICES)]


def _all(request: FormRequest, asked: RoleQuestion, gathered: Gathered) -> Answer:
    quotations = Quotations(request.library)
    rows = _rows(gathered.tenures, quotations)
    title = _title(asked, gathered)
    text = "\n\n".join((f"{title}:", _lines(rows), INCOMPLETE, _quotes(quotations)))
    note = f"From {counted(len(gathered.articles), 'article')} that may tell of it. {INCOMPLETE}"
    names = ", ".join(row.value for row in rows)
    short = names if len(names.split()) <= MAX_ANSWER_WORDS else ", ".join(short_names([row.value for row in rows]))
    return form_answer(request, "table", text, short, quotations, 0.85, table=rows, notes=(note,))


def _title(asked: RoleQuestion, gathered: Gathered) -> str:
    role = asked.role.plural if asked.role else "those"
    acting = f" and {' and '.join(sorted(asked.qualifiers))} {role}" if asked.qualifiers else ""
    org = gathered.found.org
    name = asked.org.title() if org and org.country and asked.org.islower() else asked.org
    of = f" of {name}" if asked.org else ""
    return f"{role[:1].upper()}{role[1:]}{acting}{of} that the articles name"


def _rows(tenures: Sequence[Tenure], quotations: Quotations) -> tuple[TableRow, ...]:
    last = tenures[-1]
    return tuple(
        TableRow(
            value=tenure.name,
            since=tenure.since,
            until=tenure.until,
            ongoing=tenure is last and not tenure.is_over,
            told=tenure.told if tenure.told[0] else None,
            citations=tuple(dict.fromkeys(quotations.cite_sentence(sentence) for sentence in tenure.sentences)),
        )
        for tenure in tenures
    )


def _lines(rows: Sequence[TableRow]) -> str:
    return "\n".join(
        f"{at}. {row.value} – {_period(row)} {marks(row.citations)}" for at, row in enumerate(rows, start=1)
    )


def _period(row: TableRow) -> str:
    """The time of a row in words; when it was told of, where no article says more."""
    since, until = _spoken(row.since), _spoken(row.until)
    if since and until:
        return f"{since} to {until}"
    if since or until:
        return f"since {since}" if row.ongoing else f"from {since}" if since else f"until {until}"
    if row.told is None:
        return "at a time that is not told"
    first, last = (spoken_day(day) for day in row.told)
    return f"told of on {first}" if first == last else f"told of from {first} to {last}"


def _spoken(day: str | None) -> str:
    """A day, a month or a year for people."""
    if not day:
        return ""
    parts = day.split("-")
    if len(parts) == 1:
        return day
    month = f"{date(2000, int(parts[1]), 1):%B} {parts[0]}"
    return f"{int(parts[2])} {month}" if len(parts) == 3 else month


def _quotes(quotations: Quotations) -> str:
    return "\n\n".join(quotations.line(citation.n) for citation in quotations.citations)


def _during(request: FormRequest, asked: RoleQuestion, gathered: Gathered) -> Answer | None:
    """Who held a role when something happened: the time is asked for by itself, the holder read from the table."""
    dated = request.answer(asked.event)
    times = time_expressions(f"in {dated.answer}", request.asked_on) if dated.status == "answered" else []
    day = next((time.first.isoformat() for time in times if time.first), None)
    holders = [tenure for tenure in gathered.tenures if day and tenure.covers(day)]
    if len(holders) != 1:
        return None
    quotations = Quotations(request.library)
    cited = [quotations.cite_sentence(sentence) for sentence in holders[0].sentences]
    for citation in dated.citations[:1]:
        cited.append(quotations.cite(request.library.get(citation.article_id), citation.start, citation.end))
    quotes = "\n\n".join(quotations.line(n) for n in cited)
    text = f"{holders[0].name} {marks(cited)}\n\n{quotes}"
    return form_answer(request, "span", text, holders[0].name, quotations, min(MEETING, dated.confidence))


def _beside(request: FormRequest, asked: RoleQuestion, gathered: Gathered) -> Answer | None:
    """Who came before or after somebody: as a sentence tells it, or as the times of the holders do."""
    if told := _told_beside(asked, gathered):
        return _answer_beside(request, gathered, told[0], [told[1].sentence], SURE)
    if asked.role is None:
        return None
    places = [at for at, tenure in enumerate(gathered.tenures) if is_called(asked.name, tenure.name)]
    at = (places[0] - 1 if asked.place == "before" else places[-1] + 1) if places else -1
    if not 0 <= at < len(gathered.tenures):
        return None
    tenure, named = gathered.tenures[at], gathered.tenures[places[0]]
    earlier, later = (tenure, named) if asked.place == "before" else (named, tenure)
    confidence = MEETING if _meet(earlier, later) else NEXT
    return _answer_beside(request, gathered, tenure.name, tenure.sentences, confidence)


def _told_beside(asked: RoleQuestion, gathered: Gathered) -> tuple[str, Succession] | None:
    """Who is told to have come straight before or after somebody, and where."""
    own = [*gathered.found.successions, *(gathered.told.successions if _may_be_any(asked) else ())]
    for succession in own:
        here, there = succession.earlier, succession.later
        if asked.place == "before":
            here, there = there, here
        if is_called(asked.name, here) and not is_called(asked.name, there):
            return there, succession
    return None


def _may_be_any(asked: RoleQuestion) -> bool:
    """Whether the question leaves open in which role somebody was followed."""
    return asked.role is None or asked.role.name in ("leader", "spokesman")


def _meet(earlier: Tenure, later: Tenure) -> bool:
    """Whether one time begins about when the other ends, or the sentences of one name the other."""
    if earlier.until and later.since and abs(int(later.since[:4]) - int(earlier.until[:4])) <= 1:
        return True
    name = earlier.name.split()[-1]
    return any(name in sentence.text for sentence in later.sentences)


def _answer_beside(
    request: FormRequest, gathered: Gathered, name: str, sentences: Sequence[ArticleSentence], confidence: float
) -> Answer:
    quotations = Quotations(request.library)
    cited = [quotations.cite_sentence(sentence) for sentence in sentences]
    opening = f"{name} {marks(cited)}"
    quotes = "\n\n".join(quotations.line(n) for n in cited)
    if len(gathered.tenures) < 3 or not any(tenure.name == name for tenure in gathered.tenures):
        return form_answer(request, "span", f"{opening}\n\n{quotes}", name, quotations, confidence)
    rows = _rows(gathered.tenures, quotations)
    further = "\n\n".join(quotations.line(c.n) for c in quotations.citations if c.n not in cited)
    text = "\n\n".join((opening, quotes, f"In order:\n{_lines(rows)}", further))
    return form_answer(request, "table", text, name, quotations, confidence, table=rows)
