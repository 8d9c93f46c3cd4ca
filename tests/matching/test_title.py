from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobspiders.matching.title import Title, read_title, sorted_words


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Senior Data Engineer", "Sr. Data Engineer (m/w/d)"),
        ("Data Engineer", "DATA ENGINEER #01846"),
        ("Data Engineer", "Data Engineers - Remote"),
        ("Data Engineer", "Data Engineer (Job ID: R-22014)"),
        ("Data Engineer", "Data Engineer - 4417203"),
        ("Data Engineer", "Now hiring: Data Engineer"),
        ("Data Engineer", "Data Engineer (f/m/x) 80-100%"),
        ("Data Engineer", "Data Engineer $120k - $150k"),
        ("Data Engineer", "Data Engineer (all genders), full-time"),
        ("Back-End Developer", "Backend Developer"),
        ("Front End Engineer", "Frontend Engineer"),
        ("VP of Engineering", "Vice President, Engineering"),
        ("Software Engineer II", "Software Engineer 2"),
        ("Softwareentwickler", "Softwareentwickler:in (w/m/d)"),
        ("Verkäufer", "Verkäufer*in"),
        ("Développeur Full-Stack", "Developpeur Full Stack H/F - CDI"),
        ("Product Manager & Analyst", "Product Manager and Analyst"),
        ("Ingénieur", "INGE\u0301NIEUR"),
        ("Marketing Praktikum", "Marketing Intern"),
    ],
)
def test_what_boards_add_to_a_title_is_left_out(first: str, second: str) -> None:
    assert read_title(first) == read_title(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Senior Data Engineer", "Data Engineer"),
        ("Senior Data Engineer", "Staff Data Engineer"),
        ("Software Engineer II", "Software Engineer III"),
        ("Engineer I", "Engineer"),
        ("Engineering Intern", "Engineering Lead"),
        ("Head of Sales", "Sales"),
    ],
)
def test_a_rank_makes_another_title(first: str, second: str) -> None:
    assert read_title(first).ranks != read_title(second).ranks


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Account Executive, France", "Account Executive, Nordics"),
        ("Software Engineer Intern (Summer 2026)", "Software Engineer Intern (Summer 2027)"),
        ("Corporate Recruiter", "Corporate Recruiter - Contract"),
        ("Machine Operator, 1st Shift", "Machine Operator, 2nd Shift"),
        ("R&D Engineer", "D&I Engineer"),
        ("C++ Developer", "C# Developer"),
        ("백엔드 개발자", "프론트엔드 개발자"),
    ],
)
def test_what_makes_another_job_stays(first: str, second: str) -> None:
    assert read_title(first).words != read_title(second).words


def test_the_order_of_words_can_be_left_out() -> None:
    assert sorted_words(read_title("Engineer, Backend").words) == sorted_words(
        read_title("Backend Engineer").words
    )


def test_ranks_are_apart_from_words_and_sorted() -> None:
    assert read_title("Senior Staff Software Engineer") == Title("software engineer", "senior staff")


@given(st.text(max_size=200))
def test_any_title_is_read(title: str) -> None:
    read = read_title(title)
    assert read.words == " ".join(read.words.split())
