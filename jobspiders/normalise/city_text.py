"""What is given out of a city that was found: its name as written, and its region where that is clear."""

from __future__ import annotations

from .gazetteer import ALTERNATE, CURATED, City, fold, gazetteer
from .place_reading import Reading, read


def told_region(reading: Reading, country: str, city: City) -> tuple[City | None, str]:
    """The city and its region where the country has no other of the name that may as well be meant."""
    for other in reading.cities:
        if other.country == country and other.number != city.number and other.region != city.region:
            if city.kind == CURATED and other.kind != CURATED:
                continue
            if other.kind != ALTERNATE and other.population * 4 > city.population:
                return None, ""
    return city, city.region


def city_text(reading: Reading, city: City | None) -> str:
    """The name of a city as written; of a segment that only begins with it, that beginning."""
    if reading.spoken is not None and reading.spoken.city and (city is None or city.kind == CURATED):
        return reading.spoken.city
    if city is not None and reading.text.count(" ") and city not in reading.cities:
        words = reading.text.split()
        size = next(n for n in range(len(words), 0, -1) if city in read(" ".join(words[:n])).cities)
        return tidy(" ".join(words[:size]), city)
    return tidy(reading.text, city)


def tidy(text: str, city: City | None = None) -> str:
    """Shouted and whispered names in common case; everything else as written."""
    if not (text.isupper() or text.islower()):
        return text
    if city is not None:
        name = gazetteer().city_name(city.number)
        if fold(name) == fold(text):
            return name
    return " ".join("-".join(part.capitalize() for part in word.split("-")) for word in text.split())
