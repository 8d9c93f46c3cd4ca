from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobspiders.normalise.language import detect_language

SENTENCES = {
    "en": "We are looking for a baker who will join our team in the city and work with us.",
    "de": "Wir suchen für unser Team eine Bäckerin, die mit uns arbeiten möchte und gerne früh aufsteht.",
    "fr": "Nous recherchons pour notre équipe un boulanger qui aime le travail et les clients.",
    "es": "Buscamos un panadero para nuestro equipo que quiera trabajar con nosotros en la ciudad.",
    "pt": "Procuramos um padeiro para a nossa equipe que queira trabalhar na cidade e não se atrase.",
    "it": "Cerchiamo un panettiere per il nostro team che voglia lavorare con noi nella città.",
    "nl": "Wij zoeken een bakker voor ons team die met ons in de stad wil werken.",
    "pl": "Szukamy piekarza do naszego zespołu, który chce z nami pracować w mieście i lubi się uczyć.",
    "sv": "Vi söker en bagare som vill arbeta med oss i staden och som är van vid att gå upp tidigt.",
    "da": "Vi søger en bager som vil arbejde hos os i byen og som ikke har noget imod at stå tidligt op.",
    "no": "Vi søker en baker som vil jobbe hos oss i byen og som ikke har noe imot å stå opp tidlig.",
    "fi": "Etsimme leipuria, joka on valmis työskentelemään kanssamme ja joka osaa myös leipoa.",
    "cs": "Hledáme pekaře, který se chce přidat do týmu a je ochotný vstávat brzy na práci v noci.",
    "hu": "Péket keresünk, aki a csapat tagja lesz és nem bánja, hogy egy éjszaka is dolgozni kell.",
    "ro": "Căutăm un brutar care să lucreze cu noi în echipa din oraș și să nu se supere.",
    "tr": "Ekibimiz için bir fırıncı arıyoruz ve bu iş çok güzel olarak bilinir.",
    "ru": "Мы ищем пекаря, который будет работать с нами в городе и не опаздывать.",
    "uk": "Ми шукаємо пекаря, який буде працювати з нами у місті та не спізнюватися, є їжа.",
    "el": "Ψάχνουμε για έναν αρτοποιό για την ομάδα μας.",
    "ja": "パンを焼くのが好きな人を探しています。",
    "zh": "我们正在寻找一位面包师加入我们的团队。",
    "ko": "우리는 제빵사를 찾고 있습니다. 함께 일해요.",
    "ar": "نحن نبحث عن خباز لفريقنا في المدينة",
    "th": "เรากำลังมองหาคนทำขนมปังมาร่วมทีม",
}

TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too: badly decoded JSON holds them


@pytest.mark.parametrize(("language", "sentence"), SENTENCES.items())
def test_one_sentence_is_enough(language: str, sentence: str) -> None:
    assert detect_language(sentence) == language


def test_curly_quotes_and_foreign_names_do_not_disturb() -> None:
    text = (
        "You’ll join “Łódź Bakers” and “東京パン”. We’re a team that works with the best flour of the world."
    )
    assert detect_language(text) == "en"


def test_most_of_a_long_text_decides_not_its_beginning() -> None:
    assert detect_language(SENTENCES["en"] + " " + SENTENCES["de"] * 60) == "de"


TOO_LITTLE = [None, "", "Baker", "Senior Software Engineer", "Loom Java SQL Yarn", "12345 €", "a" * 9999]


@pytest.mark.parametrize("text", TOO_LITTLE)
def test_too_little_says_nothing(text: str | None) -> None:
    assert detect_language(text) is None


def test_what_little_words_cannot_tell_the_model_may() -> None:
    text = "Beth yw eich barn am y bara newydd sydd ar werth yng nghanol tref Caerdydd heddiw, gyfeillion?"
    assert detect_language(text) == "cy"


@settings(deadline=None)
@given(TEXT)
def test_any_text_gives_a_code_or_none(text: str) -> None:
    language = detect_language(text)
    assert language is None or (len(language) == 2 and language.isalpha() and language.islower())
