"""Places of which nothing in the text says the country: a city's name or a code alone."""

from __future__ import annotations

from .city_text import city_text, told_region
from .gazetteer import ALTERNATE, CURATED, City, gazetteer
from .place import Place
from .place_reading import Reading

#: A code alone is the country's where that has so many times the people of the US state, and the state's where
#: that has so many times the people of the country; else it is unclear.
_OUTNUMBERED = 20
_STATE_MILLIONS = {
    **{"AL": 5.0, "AR": 3.0, "AZ": 7.3, "CA": 39.0, "CO": 5.8, "DE": 1.0, "GA": 10.8, "ID": 1.9, "IL": 12.6},
    **{"IN": 6.8, "KY": 4.5, "LA": 4.6, "MA": 7.0, "MD": 6.2, "ME": 1.4, "MN": 5.7, "MO": 6.2, "MS": 2.9},
    **{"MT": 1.1, "NC": 10.6, "NE": 2.0, "PA": 13.0, "SC": 5.3, "VA": 8.7},
}
#: Where the country is certain, a smaller city of another is not what is meant.
_KNOWN_ABROAD = 200_000


def lone_code(reading: Reading) -> Place | None:
    """A code that is all of a text."""
    if not reading.code_country:
        return None
    if any(state.startswith("US-") for state in reading.states):
        country = gazetteer().country_populations.get(reading.code_country, 0)
        state = _STATE_MILLIONS.get(reading.code, 0) * 1_000_000
        if state > country * _OUTNUMBERED:
            return Place(None, f"US-{reading.code}", "US", None)
        if not state or country < state * _OUTNUMBERED:
            return Place(None, "", "", None, -1)
    return Place(None, "", reading.code_country, None)


def by_city_alone(readings: list[Reading], context: str, *, certain: bool) -> Place | None:
    """A group in which nothing tells the country but its cities."""
    named = [reading for reading in readings if reading.cities and not reading.noise and not reading.postal]
    for reading in named:
        weights = _weights(reading, context)
        ranked = sorted(weights.items(), key=lambda item: -item[1])
        if not ranked or ranked[0][1] < _least_weight(reading):
            continue
        country, weight = ranked[0]
        if certain and country != context and weight < _KNOWN_ABROAD:
            continue
        text = city_text(reading, None)
        if (
            len(ranked) > 1
            and weight < _needed_lead(weight) * ranked[1][1]
            and not (certain and country == context)
        ):
            return Place(text, "", "", None)
        found = [city for city in reading.cities if city.country == country]
        city = max(found, key=lambda other: (_weight(other), other.population))
        told, region = told_region(reading, country, city)
        return Place(city_text(reading, city), region, country, told.number if told else None, 1)
    for reading in readings:
        if reading.spoken is not None:
            return Place(reading.spoken.city or None, "", reading.spoken.country, None)
    return None


def _weight(city: City) -> float:
    if city.kind == CURATED:
        return city.population * 5.0
    return city.population * 0.25 if city.kind == ALTERNATE else float(city.population)


def _weights(reading: Reading, context: str) -> dict[str, float]:
    """How likely each country is for a name that stands alone, by the people who live in its largest city of it."""
    weights: dict[str, float] = {}
    for city in reading.cities:
        weight = _weight(city) * (20 if city.country == context else 1)
        if weight > weights.get(city.country, 0):
            weights[city.country] = weight
    return weights


def _least_weight(reading: Reading) -> float:
    """Three letters are sooner an abbreviation than a town."""
    if reading.spoken is not None or len(reading.key) > 4 or not reading.key.isascii():
        return 1_000
    if len(reading.key) == 4:
        return 1_000 if not reading.text.isupper() else 100_000
    return 100_000 if not reading.text.isupper() else 1e9


def _needed_lead(weight: float) -> float:
    """By how much the largest must lead: a name of small towns is anybody's guess sooner than that of a metropolis."""
    if weight >= 500_000:
        return 2.5
    return 4.0 if weight >= 150_000 else 5.0
