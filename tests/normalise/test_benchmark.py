from __future__ import annotations

from benchmarks.normalisation import STEPS, measure, postings


def test_every_normaliser_is_measured_on_postings_of_the_size_of_real_ones() -> None:
    found = measure(count=3, rounds=1)
    assert found.keys() == {"all", *STEPS}
    assert all(microseconds > 0 for microseconds in found.values())
    sizes = [len(item.description_html or "") for item in postings(20)]
    assert 6_000 < sum(sizes) / len(sizes) < 10_000
