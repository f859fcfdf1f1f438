"""Where units come from, on volumes made by hand; the expected figures are worked out in the comments."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulator import sources
from simulator.sources import Volumes


def volumes(name: str, own, others, lots=(0, 0), needs: int = 100) -> Volumes:
    """Return one future of one market with the variants core and pro, and the rivals champion and near."""
    array = lambda values: np.array([[values]], np.int64)  # noqa: E731
    return Volumes(
        name, (0,), ("US",), ("core", "pro"), ("champion", "near"), array(own), array(others), array(needs), array(lots)
    )


def drawn(strategy: Volumes, reference: Volumes) -> pd.DataFrame:
    return pd.DataFrame(
        sources.matrix(strategy, reference, (0,))[0, 0], ["core", "pro", sources.BUSINESS], list(strategy.sources)
    )


def test_a_new_variant_draws_from_its_sibling_and_from_others() -> None:
    # pro gains 12: core lost 5, the champion 4, the close rival 1, and 2 would have bought nothing
    found = drawn(volumes("more", (15, 12), (30, 9, 34, 0)), volumes("one", (20, 0), (34, 10, 36, 0)))
    assert found.loc["pro", ["core", "champion", "near", "outside"]].tolist() == [5, 4, 1, 2]
    assert found.loc["pro"].sum() == 12 and not found.loc["core"].any()


def test_rows_that_gain_share_every_source_in_proportion() -> None:
    # against nothing: core 30 and pro 10 out of champion 24, near 8, outside 12, less 4 that bought leaked goods
    found = drawn(volumes("two", (30, 10), (10, 12, 34, 4)), volumes("none", (0, 0), (34, 20, 46, 0)))
    assert found.loc["core", ["champion", "near", "outside", "leaked"]].tolist() == [18, 6, 9, -3]
    assert found.loc["pro", ["champion", "near", "outside", "leaked"]].tolist() == [6, 2, 3, -1]


def test_what_loses_units_gives_them_to_others() -> None:
    more, less = volumes("more", (20, 5), (30, 10, 35, 0)), volumes("less", (10, 8), (36, 11, 35, 0))
    found, back = drawn(less, more), drawn(more, less)
    # core loses 10: pro takes 3, the champion 6, the close rival 1
    assert found.loc["core", ["pro", "champion", "near", "outside"]].tolist() == [-3, -6, -1, 0]
    pd.testing.assert_frame_equal(found, -back)


def test_lots_come_from_other_bidders_or_from_nobody() -> None:
    found = drawn(
        volumes("firms", (0, 0), (40, 20, 40, 0), lots=(70, 30)), volumes("one", (0, 0), (40, 20, 40, 0), lots=(20, 0))
    )
    assert found.loc[sources.BUSINESS, ["other_bidder", "no_bidder"]].tolist() == [50, 30]
    assert not found.loc[["core", "pro"]].to_numpy().any()


def test_needs_that_others_had_met_already_are_a_source_of_their_own() -> None:
    found = drawn(volumes("one", (9, 0), (31, 20, 50, 0), needs=110), volumes("none", (0, 0), (34, 20, 46, 0)))
    assert found.loc["core", ["champion", "outside", "needs"]].tolist() == [3, -4, 10]


def test_the_table_holds_means_with_intervals_and_adds_markets_up() -> None:
    none = volumes("no_entry", (0, 0), (34, 20, 46, 0))
    one, two = volumes("one", (8, 0), (30, 20, 42, 0)), volumes("one", (4, 0), (32, 20, 44, 0))
    both = sources.joined([one, two])
    object.__setattr__(both, "replications", (0, 1))
    twice = sources.joined([none, none])
    object.__setattr__(twice, "replications", (0, 1))
    found = sources.tables([both, twice], ("no_entry", "one"))
    assert list(found.columns) == list(sources.COLUMNS)
    assert set(found["source"]) == {"champion", "outside"} and set(found["gained"]) == {"core"}
    assert found.loc[found["market"] == "US", "units"].tolist() == [3.0, 3.0]
    assert found.loc[found["market"] == sources.ALL, "units"].tolist() == [3.0, 3.0]
    assert (found["low"] < 3.0).all() and (found["high"] > 3.0).all()


def test_futures_that_one_of_both_lacks_are_left_out() -> None:
    none = volumes("no_entry", (0, 0), (34, 20, 46, 0))
    one = volumes("one", (8, 0), (30, 20, 42, 0))
    object.__setattr__(none, "replications", (5,))
    assert sources.table(one, none).empty
    with pytest.raises(ValueError, match="not in tuple"):
        sources.matrix(one, none, (0,))
