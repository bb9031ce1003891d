"""A follow-up question and its history → a question that stands by itself. Rules, no model; the result is shown.

A fragment ("and in 2014?", "what about Kazakhstan?", "why?", "no, in Osh") is put into the question before it; a word
that points back (he, its, there, then, that attack) is replaced by what it points to; a question that lacks its subject
("how much did the project cost?") gets that of the conversation; anything else stands as it is.
"""

from rag.followup.mentions import entities
from rag.followup.rewriting import Turn, standalone

__all__ = ["Turn", "entities", "standalone"]
