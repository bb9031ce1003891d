"""What belongs to a country tells of it; only its names are it."""

from __future__ import annotations

import pytest

from rag.english.countries import country_told_by, is_country, is_state


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Dutch", "netherlands"),
        ("the Netherlands", "netherlands"),
        ("South Koreans", "south korea"),
        ("U.S.", "united states"),
        ("Britain’s", "united kingdom"),
        ("Türkiye", "turkey"),
        ("Timor-Leste", "east timor"),
        ("Osh", None),
        ("", None),
    ],
)
def test_words_tell_of_a_country(text: str, country: str | None) -> None:
    assert country_told_by(text) == country


@pytest.mark.parametrize("text", ["Britain", "the UK", "U.S.", "Netherlands", "Burma", "Timor-Leste", "Costa Rica"])
def test_other_names_are_the_country_too(text: str) -> None:
    assert is_country(text)


@pytest.mark.parametrize("text", ["British", "Dutch", "Russians", "Osh", "northern Luzon", ""])
def test_a_people_is_not_the_country(text: str) -> None:
    assert not is_country(text)


def test_states_are_told_from_cities() -> None:
    assert is_state("West Virginia")
    assert not is_state("Chicago")
