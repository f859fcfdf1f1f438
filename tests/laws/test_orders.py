"""Orders: the panel's needs are the model's needs, told one by one, and telling them changes nothing."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from simulator import engine
from simulator.engine import Results, content
from simulator.engine.local import estimated_bytes
from simulator.errors import UsageError
from simulator.model import MarketEntryModel
from simulator.views import ORDER, STAGES
from tests.laws.worlds import PARCELS, STOCK, STRATEGIES, Watched, scenario

PEOPLE = 400
BOUGHT = ["offer", "price_usd", "promised_days", "delivery_days", "returned", "repeat"]
"""Known of every need that bought something."""
SLIGHT_DAYS = 3.0
OFTEN = {
    "category": {"key": "sports_earbuds", "frequency_per_year": 12.0, "conversion_at_parity": 0.3,
                 "reference_seller_share": 0.03, "loyalty": 0.4, "quality": {"defect_share": 0.0}},
    "behaviour": {"organic_reference_share": 0.3, "organic_floor_share": 0.25, "contact_stick_share": 1.0,
                  "web_share": 0.4, "review_rate_share": 1.0},
    "seller": {"cash_usd": 1e9, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2},
    "uncertainties": {},
}  # fmt: skip
"""People who need something every month, find the entrant, review everything, and never get a broken one."""


def question(**changed):
    """Return the scenario that most runs of this file play."""
    return scenario(**{"consumers": PEOPLE, "weeks": 40, **OFTEN, **changed})


@cache
def played(demand: str = "expected") -> Results:
    results = engine.run(question(demand=demand, replications=6), orders=PEOPLE)
    assert not len(results.failures), results.failures
    return results


@cache
def orders(demand: str = "expected") -> pd.DataFrame:
    return played(demand).orders


# -------------------------------------------------------------------------------------------- nothing else
@cache
def plain() -> Results:
    return engine.run(scenario(weeks=40, consumers=600, replications=5), workers=1, batch=5, orders=150)


def digests(results: Results) -> dict[str, str]:
    assert not len(results.failures), results.failures
    return {name: table["sha256"] for name, table in results.digests().items()}


def test_without_orders_every_table_is_the_same():
    without = digests(engine.run(scenario(weeks=40, consumers=600, replications=5), workers=2))
    told = digests(plain())
    assert len(plain().orders) > 1000
    assert told.pop("orders") and told == without


@pytest.mark.parametrize(("workers", "batch"), [(2, 2), (1, 1)])
def test_threads_and_batches_change_no_order(workers, batch):
    again = engine.run(
        scenario(weeks=40, consumers=600, replications=5), workers=workers, batch=batch, orders=150
    )  # fmt: skip
    assert digests(again) == digests(plain())


def test_a_strategy_alone_has_the_same_orders():
    alone = engine.run(
        scenario(weeks=40, consumers=600, replications=5, strategies={"mixed": STRATEGIES["mixed"]}), orders=150
    )
    among = plain().orders.query("strategy == 'mixed'").reset_index(drop=True)
    assert content.digest(among.astype({"strategy": str})) == content.digest(alone.orders.astype({"strategy": str}))


def test_a_larger_panel_begins_with_the_smaller_one():
    few = engine.run(scenario(weeks=40, consumers=600, replications=5), orders=40).orders
    many = plain().orders
    assert content.digest(few) == content.digest(many[many["consumer"] < 40].reset_index(drop=True))


def test_a_folder_keeps_the_orders_and_loads_them(tmp_path):
    folder = plain().save(tmp_path)
    loaded = Results.load(folder)
    assert content.digest(loaded.orders) == content.digest(plain().orders)
    assert loaded.manifest["orders"] == 150
    assert loaded.manifest["tables"]["orders"]["sha256"] == content.digest(plain().orders)
    assert list(loaded.orders.columns) == [
        "strategy", "replication", "market", "week", "consumer", "segment", "device", "payment", "seller", "offer",
        "stage", "price_usd", "promised_days", "delivery_days", "stars", "returned", "repeat",
    ]  # fmt: skip
    without = engine.run(scenario(weeks=8, consumers=200, replications=1, strategies={"stock": STOCK}), out=tmp_path)
    assert without.orders is None and Results.load(without.folder).orders is None
    assert not (without.folder / "orders.parquet").exists()


def test_a_resumed_run_has_the_same_orders(tmp_path):
    def stop(progress: engine.Progress) -> None:
        raise KeyboardInterrupt

    asked = scenario(weeks=40, consumers=600, replications=5)
    with pytest.raises(KeyboardInterrupt):
        engine.run(asked, workers=1, batch=2, out=tmp_path, progress=stop, orders=150)
    (run,) = engine.unfinished(tmp_path)
    resumed = engine.resume(run, workers=2)
    assert resumed.manifest["resumed"][0]["kept_units"] > 0
    assert digests(resumed) == digests(plain())


@pytest.mark.parametrize("count", [-1, 601])
def test_a_panel_larger_than_the_market_is_refused(count):
    with pytest.raises(UsageError, match=f"orders is {count}; allowed: 0 to 600"):
        engine.run(scenario(consumers=600), orders=count)


# --------------------------------------------------------------------------------------- the model's needs
def test_a_panel_of_everybody_is_the_market_where_demand_is_sampled():
    """Without a limit of stock the units of the model are the choices of its consumers, one by one."""
    results = engine.run(question(demand="sampled", mechanisms={"stock": False}, replications=2), orders=PEOPLE)
    found = results.orders.astype(dict.fromkeys(("strategy", "market", "seller"), str))
    weekly = results.weekly.astype(dict.fromkeys(("strategy", "market", "seller"), str))
    key = ["strategy", "replication", "market", "seller", "week"]
    expected = weekly[weekly["market"].ne("ALL") & weekly["strategy"].ne("no_entry")].set_index(key)["units"]
    counted = found[found["offer"].notna()].groupby(key).size().reindex(expected.index, fill_value=0)
    assert counted.equals(expected.astype(np.int64).rename(None))
    assert counted.xs("entrant", level="seller").sum() > 100


def test_stages_are_as_frequent_as_in_the_funnel():
    """Needs of one shopper are alike, so the error of a share comes from the scatter between shoppers."""
    funnel = played().funnel.groupby(["strategy", "market", "stage"], observed=True)["needs"].sum()
    seen, checked = orders().dropna(subset=["stage"]), set()
    for (strategy, market), rows in seen.groupby(["strategy", "market"], observed=True):
        expected = funnel[strategy, market] / funnel[strategy, market].sum()
        per_shopper = rows.groupby("consumer").size()
        for stage in STAGES:
            hits = (rows["stage"] == stage).groupby(rows["consumer"]).sum()
            share = hits.sum() / per_shopper.sum()
            error = np.sqrt(((hits - share * per_shopper) ** 2).sum()) / per_shopper.sum()
            assert abs(share - expected[stage]) < 4.0 * error + 2e-4, (strategy, market, stage, share, expected[stage])
            checked |= {stage} if hits.sum() >= 20 else set()
    assert checked >= {"unaware", "payment", "language", "price", "habit", "outside", "sale", "stock"}, checked


def test_stages_begin_and_end_with_the_funnel():
    """A need has a stage in the weeks in which the entrant's needs are counted, and only then."""
    model = MarketEntryModel(question(), "stock", 0, orders=PEOPLE)
    listed = []
    while model.week < model.weeks:
        model.step()
        listed.append(model.entrant.listed()[0])
    rows = model.records.orders
    assert np.array_equal(rows["stage"] >= 0, np.array(listed)[rows["week"], rows["market"]])
    assert 0 < (rows["stage"] >= 0).sum() < len(rows)


def test_the_strategy_moves_no_need():
    key = ["replication", "market", "week", "consumer", "segment", "device", "payment"]
    needs = [rows[key].reset_index(drop=True) for _, rows in orders().groupby("strategy", observed=True)]
    assert len(needs) == 3 and all(each.equals(needs[0]) for each in needs)


# --------------------------------------------------------------------------------------------- what follows
def test_nothing_bought_means_nothing_known():
    rows = orders()
    bought = rows["seller"].notna()
    for column in BOUGHT:
        assert rows[column].notna().equals(bought), column
    assert not rows["stars"].notna()[~bought].any()
    assert rows[["segment", "device", "payment"]].notna().all(axis=None)
    assert (rows["offer"][bought].astype(str).str.split("/").str[0] == rows["seller"][bought].astype(str)).all()
    entrant = rows["seller"] == "entrant"
    assert entrant.equals(rows["stage"] == "sale")
    assert not bought[rows["stage"] == "outside"].any() and bought[rows["stage"] == "habit"].all()
    assert (rows["stage"] == "stock").any()


def test_prices_are_those_of_the_week():
    weekly = played().weekly.astype(dict.fromkeys(("strategy", "market", "seller"), str))
    key = ["strategy", "replication", "market", "seller", "week"]
    shown = weekly.set_index(key)["price_usd"]
    rows = orders().dropna(subset=["seller"]).astype(dict.fromkeys(("strategy", "market", "seller"), str))
    assert np.allclose(rows["price_usd"].to_numpy(), shown[list(rows[key].itertuples(index=False))].to_numpy())


def test_repeat_means_bought_before():
    before: set[tuple] = set()
    key = ["strategy", "replication", "market", "consumer", "offer"]
    rows = orders().dropna(subset=["seller"]).sort_values("week", kind="stable")
    for name, repeat in zip(rows[key].itertuples(index=False, name=None), rows["repeat"], strict=True):
        assert repeat == (name in before)
        before.add(name)
    entrant = rows[rows["seller"] == "entrant"]
    assert 0.1 < rows["repeat"].mean() < 0.9 and entrant["repeat"].sum() > 20


@pytest.mark.parametrize("lane", ["local", "direct"])
def test_days_are_lognormal_on_every_lane(lane):
    asked = question()
    for market in ("US", "DE", "ID"):
        days = getattr(asked.market(market), f"{lane}_days")
        sd = np.log(days.high / days.low) / (2.0 * stats.norm.ppf(0.95))
        rows = orders().query("market == @market and strategy == 'stock' and replication < 3")
        offer = "global_brand" if lane == "local" else "low_cost_cross_border"
        took = rows.loc[rows["seller"] == offer, ["promised_days", "delivery_days"]]
        z = np.log(took["delivery_days"].to_numpy() / days.typical) / sd
        assert len(z) > 300 and stats.kstest(z, "norm").pvalue > 1e-3, (market, lane)
        quantile = asked.behaviour_profile.promise_quantile_share
        assert np.allclose(took["promised_days"], days.typical * np.exp(sd * stats.norm.ppf(quantile)), rtol=1e-6)


@pytest.mark.parametrize(("strategy", "lane"), [("stock", "local"), ("parcels", "direct")])
def test_the_entrant_delivers_over_its_own_lane(strategy, lane):
    rows = orders().query("strategy == @strategy and market == 'US' and seller == 'entrant'")
    days = getattr(question().market("US"), f"{lane}_days")
    sd = np.log(days.high / days.low) / (2.0 * stats.norm.ppf(0.95))
    z = np.log(rows["delivery_days"].to_numpy() / days.typical) / sd
    assert len(z) > 50 and stats.kstest(z, "norm").pvalue > 1e-3


def delivery_class(rows: pd.DataFrame) -> np.ndarray:
    """Return 0 on time, 1 slightly late, 2 bad."""
    late = (rows["delivery_days"] - rows["promised_days"]).to_numpy()
    return np.where(late > SLIGHT_DAYS, 2, (late > 0.0) * 1)


def test_stars_are_given_as_deliveries_go():
    behaviour = question().behaviour_profile
    shares = behaviour.stars_on_time_shares, behaviour.stars_slight_shares, behaviour.stars_bad_shares
    rows = orders().query("strategy == 'parcels'").dropna(subset=["stars"])
    given = [np.bincount(rows["stars"].to_numpy(int)[delivery_class(rows) == c] - 1, minlength=5) for c in range(3)]
    for counts, expected in zip(given, shares, strict=True):
        assert counts.sum() > 100 and stats.chisquare(counts, counts.sum() * np.array(expected)).pvalue > 1e-4
    one, two, three, four, five = sum(given)
    assert five > four > three and one > two  # most are content, the others angry rather than lukewarm


def test_few_review_and_some_return():
    rows = plain().orders.dropna(subset=["seller"])
    asked = scenario()
    rate = asked.behaviour_profile.review_rate_share
    assert abs(rows["stars"].notna().mean() - rate) < 5 * np.sqrt(rate / len(rows))
    returned = rows.groupby("market", observed=True)["returned"].mean()
    assert returned["DE"] > returned["US"] > 0.0  # Germans send back more than anybody else


def test_shoppers_remember_what_they_ordered():
    """Last purchases and satisfaction follow from the orders, delivery by delivery."""
    model = MarketEntryModel(question(), "stock", 0, orders=PEOPLE)
    model.run()
    records, world, panel = model.records, model.world, model.panel
    last, satisfaction = world.last[0].copy(), world.satisfaction[0].copy()
    response, variants = world.response[0], len(world.variants)
    unsettled = np.zeros(last.shape, bool)  # refused in the last week: nobody has told the shopper yet
    for row in records.orders:
        m, i, k = row["market"], row["consumer"], row["offer"] - variants
        unsettled[m, i] |= row["week"] == model.weeks - 1 and row["stage"] == STAGES.index("stock")
        if k < 0:
            continue
        late = row["delivery_days"] - row["promised_days"]
        x = np.float32(1.0) if late <= 0 else response[m]["slight"] if late <= SLIGHT_DAYS else response[m]["bad"]
        carry = response[m]["carry"]
        again = carry * satisfaction[m, i] + (np.float32(1.0) - carry) * x
        satisfaction[m, i] = again if last[m, i] == k + 1 else x
        last[m, i] = k + 1
    assert unsettled.mean() < 0.05
    assert np.array_equal(last[~unsettled], panel.memory.last[0][~unsettled])
    assert np.array_equal(satisfaction[~unsettled], panel.memory.satisfaction[0][~unsettled])
    assert (records.orders["stage"] == STAGES.index("stock")).sum() > 10


def test_a_sibling_takes_over_what_a_variant_lacks():
    """Orders of a variant follow what was sold of it, not what was wanted."""
    seller = OFTEN["seller"] | {"products": {"core": {"moq_units": 1}, "lite": {"unit_cost_usd": 12, "moq_units": 1}}}
    model = Watched(question(seller=seller), "stock", list(range(6)), orders=PEOPLE)
    sold, wanted = [], []
    while model.week < model.weeks:
        model.step()
        sold.append(model.sales.sold.reshape(6, 3, 2))
        wanted.append(model.sales.demand.reshape(6, 3, 2))
    rows = model.records.orders
    count = np.zeros((model.weeks, 6, 3, 2), np.int64)
    own = rows[(rows["offer"] >= 0) & (rows["offer"] < 2)]
    np.add.at(count, (own["week"], own["future"], own["market"], own["offer"]), 1)
    got, asked = np.array(sold), np.array(wanted)
    lending = (got > asked).any(axis=-1)
    orders_then, share = count[lending], got[lending][:, 0] / got[lending].sum(axis=-1)
    n = orders_then.sum(axis=-1)
    error = np.sqrt((n * share * (1.0 - share)).sum())
    assert n.sum() > 50 and abs(orders_then[:, 0].sum() - (n * share).sum()) < 4.0 * error
    by_wish = n * asked[lending][:, 0] / asked[lending].sum(axis=-1)
    off_sold = np.abs(orders_then[:, 0] - n * share).sum()
    assert off_sold < np.abs(orders_then[:, 0] - by_wish).sum()
    assert not count[(got == 0) & (asked > 0)].any()


def test_what_is_paid_at_the_door_is_refused_there_more_often():
    rows = orders().query("market == 'ID'").dropna(subset=["seller"])
    cash = rows["payment"] == "cash_on_delivery"
    assert rows.loc[cash, "returned"].mean() > rows.loc[~cash, "returned"].mean() + 0.02
    assert rows["stars"].notna()[~cash].all() and 0.0 < rows["stars"].isna()[cash].mean() < 0.3


def test_a_twin_orders_the_same():
    strategies = {"parcels": PARCELS, "twin": {"extends": "parcels"}}
    twins = engine.run(scenario(weeks=30, consumers=300, replications=2, strategies=strategies), orders=300).orders
    one, other = (twins[twins["strategy"] == name].drop(columns="strategy").reset_index(drop=True)
                  for name in strategies)  # fmt: skip
    assert len(one) and one.equals(other)


def test_the_memory_of_orders_is_estimated():
    asked = question(replications=6)
    estimate = estimated_bytes(asked, 4, 3, 2, PEOPLE) - estimated_bytes(asked, 4, 3, 2)
    rows = orders()
    taken = len(rows) * ORDER.itemsize + rows.memory_usage(deep=True).sum()
    assert taken < estimate < 5 * taken
