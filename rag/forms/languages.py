"""The language of a question, by its small words: what is not English is told so, and still looked up."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.question.query import Query

SMALL_WORDS = {
    "German": (
        "wer was wann wo wie warum welche welcher welches ist sind war waren der die das den dem ein "
        "eine von und wurde wurden hat haben heißt heisst viele nicht auf für mit über im am des zum zur"
    ),
    "French": (
        "qui que quoi quand où comment pourquoi quel quelle quels quelles est sont était le la les un "
        "une des du de et a été combien dans pour avec sur au aux ce cette"
    ),
    "Spanish": (
        "quién quien qué que cuándo cuando dónde donde cómo como cuál cual cuántas cuántos cuantas es "
        "son era fue el la los las un una de del y en para con por murió hay está"
    ),
    "Italian": (
        "chi che cosa quando dove come perché quale quali quanti quante è sono era fu il lo la gli le un "
        "una di del della e in per con si ha anni aveva"
    ),
    "Portuguese": (
        "quem que quando onde como porque qual quais quantos quantas é são era foi o a os as um uma de "
        "do da e em para com por"
    ),
    "Dutch": (
        "wie wat wanneer waar hoe waarom welke is zijn was waren de het een van en werd heeft hebben "
        "hoeveel niet op voor met over"
    ),
    "Polish": (
        "kto co kiedy gdzie jak dlaczego jaki jaka jakie który która jest są był była ile lat ma w na i z do od czy"
    ),
}
ENGLISH = frozenset(
    "who what when where which how why is are was were the a an of and in on for with to did does do has have many "
    "much by from about tell me".split()
)
ENOUGH = 2
CYRILLIC = re.compile(r"[а-яёА-ЯЁ]")
LETTER = re.compile(r"[^\W\d_]")


def language_of(text: str) -> str | None:
    """The language that a question is in, by name; None for English and where that cannot be told."""
    letters = LETTER.findall(text)
    if letters and 2 * len(CYRILLIC.findall(text)) > len(letters):
        return "Russian"
    words = [word.lower() for word in re.findall(r"[^\W\d_]+", text)]
    english = sum(word in ENGLISH for word in words)
    counted = {name: sum(word in small.split() for word in words) for name, small in SMALL_WORDS.items()}
    best = max(counted, key=lambda name: counted[name])
    return best if counted[best] >= ENOUGH and counted[best] > english else None


def tell_language(query: Query) -> Query:
    """A query with a note when its question is in another language than English."""
    language = language_of(query.question)
    if language is None:
        return query
    note = (
        f"This question seems to be in {language}. Its names and figures were looked up as they stand: "
        "for a full answer, ask in English."
    )
    return replace(query, notes=(*query.notes, note))
