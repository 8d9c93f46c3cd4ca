from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.items import SENIORITIES
from jobspiders.normalise.seniority import parse_seniority

TITLES = {
    "intern": "Software Engineering Intern|Marketing Internship|Maintenance Trainee|Data Science Co-op|Optics Student"
    "|Student Audit Assistant|Werkstudent Einkauf (m/w/d)|Praktikant*in Controlling|Auszubildende zum Koch"
    "|Stagiaire Communication|Alternance - Développeur web|Becario de Finanzas|Estágio em Marketing|Stagiair HR"
    "|Staż w dziale IT|Стажер|前端开发实习生|Apprentice Electrician",
    "entry": "Entry-Level Analyst|Software Engineer, New Grad|Graduate Engineer|Technician I|Analyst 1"
    "|Associate Chemist"
    "|Licensing Associate|Sales Development Representative|Assistant Buyer|Développeur débutant"
    "|Associate Product Manager",
    "junior": "Junior Developer|Jr. Accountant|Młodszy Specjalista|Junior Fellow|Desenvolvedor Júnior",
    "mid": "Engineer II|SDE 2|SWE2|Solution Architect L2|Designer, Level 2|Mid-level Backend Engineer|Instructor-II"
    "|Product Manager|Technical Program Manager|Chef de projet H/F|Jefe de Proyecto|Projektleiter Bau"
    "|Développeur Java confirmé|Analista Semi Senior|Desenvolvedor Pleno|Medior Tester|产品经理|Mid/Senior Engineer",
    "senior": "Senior Baker|Sr. Baker|Baker, Sr|Baker (Senior)|Engineer III|Engineer IV|SWE 3|Senior Product Manager"
    "|Senior Associate|Senior & Principal Engineer|Senior or Staff Engineer|Senior/Lead Data Engineer"
    "|Senior Softwareentwickler (w/m/d)|Starszy Programista|Старший разработчик|高级软件工程师|Radiographer Adv",
    "staff": "Staff Engineer|Senior Staff Engineer|Systems Architect Staff|Software Engineer, Staff|Staff GIS Analyst"
    "|Staff Customer Success Manager",
    "principal": "Principal Engineer|Senior Principal Scientist|Principal Product Manager|Princ Safety Engineer",
    "lead": "Lead Developer|Marketing Lead|Team Lead, Support|Tech Lead|Teamleiter Logistik (m/w/d)|Head Chef"
    "|Chef d'équipe logistique|Lead Product Manager|Senior Team Lead|Teamleider",
    "manager": "Engineering Manager|Senior Manager, Privacy|Sr. Manager, Sales|Store Manager"
    "|General Manager|Operations Mgr"
    "|Senior Engineering Manager|Team Lead, Manager, Claims|Abteilungsleiter*in Einkauf|Leiter/in Finanzen"
    "|Responsable Marketing (F/H)|Gerente de Calidad|Responsabile Vendite|Kierownik sklepu|Engineering Manager II",
    "director": "Director of Nursing|Senior Director, Sales|Associate Director"
    "|Director Solutions Manager|Associate Dean"
    "|Bereichsleiterin IT|Directeur Commercial|Diretor Financeiro|Dyrektor Finansowy",
    "executive": "Vice President|SVP, Sales|Assistant Vice President, Legal|Head of Turbines"
    "|Chief Technology Officer|CTO"
    "|Interim CFO|Managing Director|Regional Operations - Vice President - Austin|Geschäftsführer (m/w/d)"
    "|Directrice générale|Global Head of Talent",
}
NONE = """Software Engineer|Software Engineer (m/w/d)|Lead Generation Specialist
Inbound Leads Handler|Head Start Teacher
Account Executive|Executive Assistant to the CEO|Executive Assistant, VP Office|Assistant to the Director|Case Manager
Assistant Manager|Staff Nurse|Staff Accountant|Member of Technical Staff|Kitchen Staff|School Principal|Chief of Staff
Crew Chief|Sous Chef|Senior Living Advisor|Senior Care Aide|Mid-Market Account Executive|Data Entry Clerk
Student Engagement Coordinator|Internal Auditor|International Sales Rep|Associate Professor|Patient Care Associate
Associate Degree Tutor|Administrative Assistant I/II/III|Engineer/Sr Engineer|3rd Shift Operator|Shift 2 Operator
Class 1 Driver|Software Developer (Job Code: 1098)|Python 3 Developer|Configurator - L4|Engineer 1-3|Advanced Planner
Recruiter, Early Careers|Office of the CEO - Analyst|Assistenz der Geschäftsführung (m/w/d)
Vice President's Office Clerk
Pharmacy Technician (7pm-7am)|Educator (20-40 hours)|Tier 2 Support Engineer|Consultant|Aberdeen, Scotland"""

TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too: badly decoded JSON holds them


@pytest.mark.parametrize(
    ("title", "level"), [(title, level) for level, titles in TITLES.items() for title in titles.split("|")]
)
def test_titles_that_name_a_level(title: str, level: str) -> None:
    assert parse_seniority(title) == level


@pytest.mark.parametrize("title", NONE.replace("\n", "|").split("|"))
def test_titles_that_name_none(title: str) -> None:
    assert parse_seniority(title) is None


def test_nothing_gives_nothing() -> None:
    assert parse_seniority(None) is None
    assert parse_seniority("") is None


def test_case_and_odd_marks_do_not_matter() -> None:
    assert parse_seniority("SENIOR LOAN OFFICER") == parse_seniority("senior loan officer") == "senior"
    assert parse_seniority("(Senior) Engineer - [Remote]") == "senior"


PIECES = "Senior|Sr.|/|-|(|)|II|3|Manager|Lead|Head|of|Student|Associate|Staff|Chief|经理|Leiter:in|(m/w/d)|Engineer|L2"


@given(TEXT | st.lists(st.sampled_from(PIECES.split("|"))).map(" ".join))
def test_any_title_gives_a_known_level_or_none(title: str) -> None:
    assert parse_seniority(title) in {None, *SENIORITIES}
