from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import EDUCATIONS
from jobspiders.normalise.education import parse_education

ASKED = {
    "highschool": "High school diploma or GED|HS Diploma required|GCSEs in English and Maths"
    "|Level 3 or equivalent"
    "|Abitur oder Fachhochschulreife|Abgeschlossene Berufsausbildung als Koch"
    "|Studium oder vergleichbare Ausbildung"
    "|titulaire d'un CAP cuisine|Ensino médio completo|wykształcenie średnie|MBO niveau 4",
    "associate": "Associate’s degree in weaving|Associate of Applied Science|A 2-year degree"
    "|Associate or Bachelor's degree"
    "|Associate’s or Bachelor’s Degree|Titulaire d'un BTS ou DUT|Bac +2 / Bac +3|Grado superior en informática",
    "bachelor": "Bachelor’s degree or equivalent experience|BACHELOR'S DEGREE"
    "|Bachelors in loom science|BS/MS in Weaving"
    "|BA or BS|B.S. in Weaving|B.Tech/B.E. in Weaving|BSc/MSc in Weaving|BS degree|BS, MS, or PhD in Weaving"
    "|Bachelor's or Master's degree in weaving|Bachelor of Science|a degree in weaving|A CS degree"
    "|College degree preferred"
    "|University degree|Degree educated (2:1 or above)|4-year degree|4 Year / bachelor’s degree"
    "|Law degree or Bachelor's degree"
    "|Currently pursuing a Bachelor's degree|Abgeschlossenes Studium der Informatik"
    "|Bachelor- oder Masterstudium"
    "|Diplom, Bachelor oder Master|Licenciatura en Derecho|Grado en Ingeniería"
    "|Ensino superior completo|Laurea in economia"
    "|HBO werk- en denkniveau|Wykształcenie wyższe techniczne|本科及以上学历|высшее образование|Licence en droit",
    "master": "Master's degree|Masters in Weaving|MS or PhD in Physics|MSc in Chemistry"
    "|Master or Ph.D. degree in Weaving"
    "|MBA preferred|Advanced degree in statistics|A Masters with 6 years, or a PhD with 2 or more"
    "|Nurse Practitioner degree"
    "|De formation Bac+5|diplôme d’ingénieur|Máster en Finanzas|Laurea magistrale in economia|硕士",
    "phd_md": "PhD in biology|Ph.D. required|Doctorate in weaving|MD or DO required"
    "|JD from an accredited law school"
    "|Law degree (JD)|Medical degree|Doctor of Pharmacy|Facharzt für Innere Medizin|博士"
    "|Enrolled in veterinary school",
}
NONE = """Scrum Master in Berlin|Maintain master data in SAP|Master Data Management|Master Electrician licence
Mastercard|Be the master of your own destiny|You master the loom|Master Services Agreement|Boston, MA
Bethesda, MD|MS Excel and MS Office|MS Teams|Managing Director (MD)|JD Edwards and JD.com
The hotel at Bachelor Gulch|the BA will work with looms|a high degree of autonomy|a 360-degree view
20 degrees Celsius|45+ advanced degrees across the team|No degree required|A degree is not required
experience in lieu of a formal degree|Tuition reimbursement for your Master's degree
work with high school students|Sales Associate|Associate Director|undergraduate admissions
Weaver University|promotion in the company|doctor's appointments|HBO Max|All levels welcome"""

TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too: badly decoded JSON holds them


@pytest.mark.parametrize(
    ("text", "level"), [(text, level) for level, texts in ASKED.items() for text in texts.split("|")]
)
def test_degrees_that_are_asked_for(text: str, level: str) -> None:
    assert parse_education(text) == level


@pytest.mark.parametrize("text", NONE.replace("\n", "|").split("|"))
def test_other_masters_degrees_and_associates_are_none(text: str) -> None:
    assert parse_education(text) is None


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Bachelor's required, MBA a plus", "bachelor"),
        ("High School Diploma or GED required; Bachelor’s degree preferred", "highschool"),
        ("Master's degree preferred; Bachelor's required", "bachelor"),
        ("Bachelor's degree in weaving (PhD is a plus)", "bachelor"),
        ("Bachelor’s degree in weaving.\nAdvanced degree is a plus.", "bachelor"),
        ("a degree in weaving - a Master's degree is not required", "bachelor"),
        ("Bachelor's degree in weaving or a related field.  MBA required.", "master"),
        ("Nice to have:\n- PhD\nRequirements:\n- a degree in weaving", "bachelor"),
        ("Nice to have:\n- PhD in weaving", "phd_md"),
        ("High School Diploma (preferred)", "highschool"),
        ("Ability to adapt to a high degree of change.\n- BA in Weaving or alike", "bachelor"),
    ],
)
def test_what_is_only_welcome_counts_where_nothing_is_asked_for(text: str, level: str) -> None:
    assert parse_education(text) == level


def test_nothing_gives_nothing() -> None:
    assert parse_education(None) is None
    assert parse_education("") is None


PIECES = (
    "Bachelor's|Master|or|and|,|/|degree|in|Science|MS|BS|MD|JD|PhD|pr"
    "eferred|required|not|a plus|(|)|\n|. |- |Studium|本科"
)


@given(TEXT | st.lists(st.sampled_from(PIECES.split("|")), max_size=25).map(" ".join))
def test_any_text_gives_a_known_degree_or_none(text: str) -> None:
    assert parse_education(text) in {None, *EDUCATIONS}
