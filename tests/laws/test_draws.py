"""Named draws: published vectors, one key per name, and compiled twins that agree."""

from __future__ import annotations

import numpy as np
import pytest

from simulator import draws, exact

SPLITMIX64 = 6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821
"""First numbers of SplitMix64 from the seed 1234567 (the reference implementation of S. Vigna, prng.di.unimi.it)."""
NAME = {"seed": 7, "replication": 3, "stream": 21, "market": draws.name_id("US"), "week": 5, "identity": 11}
EDGES = (0, 1, 2**31, 2**63 - 1, 2**63, 2**64 - 1)


def test_rows_walk_the_published_sequence() -> None:
    assert tuple(draws.draw(1234567, row) for row in range(len(SPLITMIX64))) == SPLITMIX64


def test_names_are_the_head_of_a_published_hash() -> None:
    assert draws.name_id("abc") == 0xBA7816BF8F01CFEA  # FIPS 180-2, appendix B.1
    assert draws.name_id("") == 0xE3B0C44298FC1C14


def test_a_key_grows_from_its_prefix() -> None:
    start = draws.prefix(NAME["seed"], NAME["replication"], NAME["stream"], NAME["market"])
    assert draws.key(**NAME) == draws.extend(start, NAME["week"], NAME["identity"])


@pytest.mark.parametrize("part", NAME)
def test_every_part_of_a_name_counts(part: str) -> None:
    keys = {draws.key(**NAME | {part: value}) for value in range(2000)}
    assert len(keys) == 2000
    if part == "week":  # the warm start
        assert draws.key(**NAME | {"week": -1}) not in keys


def test_the_parts_of_a_name_are_not_interchangeable() -> None:
    values = [3, 5, 8, 13, 21, 34]
    keys = {draws.key(*values[i:], *values[:i]) for i in range(6)} | {draws.key(*values[::-1])}
    assert len(keys) == 7


def test_streams_have_their_own_numbers() -> None:
    assert sorted(draws.STREAMS.values()) == list(range(1, len(draws.STREAMS) + 1))
    assert (draws.STREAMS["uncertainty"], draws.STREAMS["choice"], draws.STREAMS["exposure"]) == (1, 23, 36)


def test_uniforms_stay_inside_the_unit_interval() -> None:
    keys = [draws.key(**NAME | {"week": week}) for week in range(50)]
    for unit, grid in ((draws.unit, 2.0**53), (draws.unit32, 2.0**24)):
        values = np.array([unit(key, row) for key in keys for row in range(40)])
        assert values.min() > 0.0 and values.max() < 1.0
        assert (values * grid % 1.0 == 0.0).all()
    np.testing.assert_array_equal(values, values.astype(np.float32))
    assert exact.unit64_of(np.uint64(0)) > 0.0 and exact.unit64_of(np.uint64(draws.MASK)) < 1.0
    assert exact.unit32_of(np.uint64(0)) > 0.0 and exact.unit32_of(np.uint64(draws.MASK)) < 1.0


@pytest.mark.parametrize(
    "names",
    [
        [NAME | {"stream": stream} for stream in range(1, 17)],
        [NAME | {"market": draws.name_id(code)} for code in ("US", "DE", "ID", "SA", "BR")],
        [NAME | {"week": week} for week in range(-8, 8)],
        [NAME | {"replication": replication} for replication in range(16)],
        [NAME | {"seed": seed} for seed in range(16)],
        [NAME | {"identity": draws.name_id(f"offer/{k}")} for k in range(16)],
    ],
    ids=["streams", "markets", "weeks", "replications", "seeds", "offers"],
)
def test_neighbouring_names_are_uncorrelated(names) -> None:
    rows = 4000
    sample = np.array([[draws.unit(draws.key(**name), row) for row in range(rows)] for name in names])
    correlations = np.corrcoef(sample)[np.triu_indices(len(names), 1)]
    assert np.abs(correlations).max() < 5.0 / np.sqrt(rows)
    along = [np.corrcoef(line[:-1], line[1:])[0, 1] for line in sample]
    assert np.abs(along).max() < 5.0 / np.sqrt(rows)
    counts = np.array([np.histogram(line, 64, (0.0, 1.0))[0] for line in sample])
    chi_squared = ((counts - rows / 64) ** 2 / (rows / 64)).sum(axis=1)
    assert (np.abs(chi_squared - 63) < 5.0 * np.sqrt(2 * 63)).all()


def test_the_compiled_twins_agree() -> None:
    values = [*EDGES, *(draws.draw(99, row) for row in range(200))]
    for value in values:
        word = np.uint64(value)
        assert int(exact.mix64(word)) == draws.mix(value)
        for row in (0, 1, 77, 2**28 - 1):
            bits = draws.draw(value, row)
            assert int(exact.hash_at(word, row)) == bits
            assert exact.unit64_of(np.uint64(bits)) == draws.unit(value, row)
            assert exact.unit32_of(np.uint64(bits)) == draws.unit32(value, row)
        for week in (-26, -1, 0, 1, 519):
            for identity in (0, 1, value):
                compiled = exact.key_of(word, np.int64(week), np.uint64(identity))
                assert int(compiled) == draws.extend(value, week, identity)
