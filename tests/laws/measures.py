"""Every figure of ``bands.yaml``, measured on the real flagship; ``python -m tests.laws.measures`` prints the table.

These are the figures of this one scenario; patterns that any market shows stand in ``market-entry scorecard``.

Most figures come from one run of the flagship, the others from paired runs in the same futures: the same people
with the same luck, one lever or one week apart. "Pooled" is a ratio of sums over futures (and markets).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, fields
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML

from simulator import outcomes
from simulator.ledger import INDEX
from simulator.scorecard import choices, demand
from simulator.scorecard.futures import Futures
from simulator.sellers.books import REFUSED_HANDLING_USD
from simulator.views import Quote, Records
from tests.laws.flagship import PULSE_WEEK, Study

Figures = dict[str, float]
"""Key (a market, a strategy, ...; empty: the firm) -> measured value."""

EMERGING = ("ID", "SA", "BR")


# ------------------------------------------------------------------------------------------- price and size
def own_elasticity(study: Study) -> Figures:
    """Own-price elasticity of the average brand inside the archetypes at price position 1, at the start, by market:
    mean over futures of what the start-up solve reached."""
    return dict(demand.own_elasticity(study.card).parts)


def us_unit_share(study: Study) -> Figures:
    """Localised, the entrant's units over all niche needs in the US in all weeks, pooled."""
    r = study.flagship.records("localised")
    us = r.markets.index("US")
    return {"": float(_entrant(r)[:, :, us].sum() / r.needs[:, :, us].sum())}


def awareness_share(study: Study) -> Figures:
    """Localised, share of people who remember the listing in the last week, markets weighted by people, mean over
    futures."""
    r, people = study.flagship.records("localised"), study.flagship.world.people
    return {"": float(((r.awareness[-1] * people).sum(axis=1) / people.sum(axis=1)).mean())}


# -------------------------------------------------------------------------------------------- money and stock
def profit_usd(study: Study) -> Figures:
    """Profit of the firm over 104 weeks, mean over futures, by strategy."""
    return {name: float(study.flagship.profit(name).mean()) for name in study.strategies}


def p_loss(study: Study) -> Figures:
    """Share of futures in which the firm loses money, by strategy."""
    return {name: float((study.flagship.profit(name) < 0).mean()) for name in study.strategies}


def p_loss_inside(study: Study) -> Figures:
    """Number of strategies whose share of futures with a loss is strictly between .05 and .95."""
    return {"": float(sum(0.05 < share < 0.95 for share in p_loss(study).values()))}


def profit_staying_usd(study: Study) -> Figures:
    """Profit of the two strategies from home when the exit rule is off, mean over futures."""
    names = ("one_size_fits_all", "price_war")
    return {name: float(study.flagship.profit(f"{name}_staying").mean()) for name in names}


def last_week(study: Study) -> Figures:
    """Last week in which the strategy is listed anywhere, median over futures."""
    found = {}
    for name in study.strategies:
        listed = ~np.isnan(study.flagship.records(name).price_usd[..., 0]).all(axis=2)
        found[name] = float(np.median(len(listed) - 1 - np.argmax(listed[::-1], axis=0)))
    return found


def headquarters_revenue_share(study: Study) -> Figures:
    """Localised, the account `headquarters` over what consumers paid, pooled."""
    r = study.flagship.records("localised")
    return {"": float(r.ledger[..., INDEX["headquarters"]].sum() / 100.0 / r.revenue_usd[..., 0].sum())}


def payback_week(study: Study) -> Figures:
    """First week from which cumulated free cash of the firm stays above 0: median over the futures that have one, by
    strategy that has any."""
    found = {}
    for name in study.strategies:
        table = study.flagship.summary(name)
        weeks = table.loc[table["market"] == outcomes.ALL, "payback_week"].dropna().astype(float)
        if len(weeks):
            found[name] = float(weeks.median())
    return found


def stockout_share_stock(study: Study) -> Figures:
    """Localised (stock on the spot): units wanted and not there over units wanted, pooled."""
    return {"": _stockout(study.flagship.records("localised"))}


def stockout_share_direct(study: Study) -> Figures:
    """One size fits all (parcels from home): units wanted and not there over units wanted, pooled."""
    return {"": _stockout(study.flagship.records("one_size_fits_all"))}


def contribution_share_stock(study: Study) -> Figures:
    """From stock, first week's terms, uncertain numbers at their central values: contribution of a unit at the
    reference price before advertising, over that price, tax included (the base of the band's 19.0 of 65 USD)."""
    return _contribution(study.central, "stock")[0]


def contribution_share_parcel(study: Study) -> Figures:
    """The same for parcels from home; not where the law bars them."""
    return _contribution(study.central, "parcels")[0]


def contribution_net_share(study: Study) -> Figures:
    """The same contributions over the price net of tax: the margin of the seller's own revenue."""
    runs = {name: _contribution(study.central, name)[1] for name in ("stock", "parcels")}
    return {f"{name} {code}": value for name, shares in runs.items() for code, value in shares.items()}


def stars(study: Study) -> Figures:
    """Stars shown in the last listed week, weighted by deliveries, mean over futures, by strategy."""
    found = {}
    for name in study.strategies:
        table = study.flagship.summary(name)
        found[name] = float(table.loc[table["market"] == outcomes.ALL, "rating"].mean())
    return found


# ------------------------------------------------------------------------------------- claims and localisation
def health_demand_revealed(study: Study) -> Figures:
    """Localised in the US, its first week on the shelf: expected demand of a health product with certificate at +20 %
    over the plain product at +0, where people do .35 of what they say; pooled over futures."""
    return {"": _health(study.central, _first_week(study.central, "localised", "US"))}


def health_demand_face_value(study: Study) -> Figures:
    """The same where people do what they say."""
    return {"": _health(study.face_value, _first_week(study.face_value, "localised", "US"))}


def health_demand_trusted(study: Study) -> Figures:
    """The same two in week 60, when reviews have made the certificate's trust superfluous."""
    return {"revealed": _health(study.central, PULSE_WEEK), "face value": _health(study.face_value, PULSE_WEEK)}


def localisation_multiple(study: Study) -> Figures:
    """Demand of the localised strategy over 104 weeks against the same without language, team, local returns, local
    payments and mobile storefront, by market and channel; without festival editions, firms and exits, pooled over
    futures."""
    return _multiples(study, slice(None))


def localisation_multiple_at_start(study: Study) -> Figures:
    """The same in a listing's first 8 weeks on the shelf: the barriers alone, before rank and memory build on them."""
    return _multiples(study, slice(0, 8))


def paired_sd_ratio(study: Study) -> Figures:
    """Standard deviation of the paired difference of two strategies' profits over that of independent runs,
    sqrt(var a + var b), by pair."""
    found = {}
    for a, b in combinations(study.strategies, 2):
        one, other = study.flagship.profit(a), study.flagship.profit(b)
        unpaired = np.sqrt(one.var(ddof=1) + other.var(ddof=1))
        found[f"{a} / {b}"] = float((one - other).std(ddof=1) / unpaired)
    return found


# --------------------------------------------------------------------------------------------------- helpers
def _entrant(records: Records) -> NDArray[np.int64]:
    return records.units[..., 0]


def _stockout(records: Records) -> float:
    return float(1.0 - _entrant(records).sum() / records.demand.sum())


def _contribution(futures: Futures, strategy: str) -> tuple[Figures, Figures]:
    """Return net revenue kept less goods, freight, duty, fees, handling, returns and refusals: over the price, and
    over net revenue."""
    model, batch, r = futures.model(strategy), futures.world.batch, futures.records(strategy)
    lanes, variants = model.lanes, model.entrant.levers.variants
    cells = lanes.quote(0, np.repeat(futures.world.reference_price, variants, axis=1))
    unit = model.entrant.unit_cost()
    landed = (unit + lanes.inbound_freight(0)) * (1.0 + lanes.terms.duty_share[0])
    # The core product stands first among the variants of each market.
    quote = Quote(**{part.name: getattr(cells, part.name)[:, ::variants] for part in fields(cells)})
    goods = np.where(lanes.local, landed, unit)[:, ::variants]
    local = model.entrant.levers.local_stock
    served = local | model.entrant.levers.local_returns
    shipped = np.maximum(_entrant(r).sum(axis=0), 1)
    kept, returned = r.delivered / shipped, r.returned / shipped
    resold = batch.behaviour("stock_return_resold_share") * returned * served + (1.0 - kept) * local
    given = (1.0 - batch.behaviour("commission_kept_on_return_share")) * returned
    contribution = (
        quote.net * (kept - returned) - goods * (1.0 - resold) - quote.freight - quote.duty - quote.handling
        - quote.packaging - quote.carbon_border
        - quote.commission * (kept - given) - quote.payment_fee * kept
        - batch.behaviour("return_handling_usd") * returned * served
        - (quote.freight + REFUSED_HANDLING_USD) * (1.0 - kept)
    )  # fmt: skip
    sold = np.flatnonzero(r.delivered.sum(axis=0))
    shares = ((contribution / base).mean(axis=0) for base in (quote.price, quote.net))
    of_price, of_net = ({batch.codes[m]: float(share[m]) for m in sold} for share in shares)
    return of_price, of_net


def _first_week(futures: Futures, strategy: str, market: str) -> int:
    model = futures.model(strategy)
    m = model.world.batch.codes.index(market)
    return int(model.entrant.levers.entry[m] + model.entrant.lead[m * model.entrant.levers.variants])


def _health(futures: Futures, week: int) -> float:
    us = futures.world.batch.codes.index("US")
    proven, plain = (
        futures.demand("localised", week, **terms)[:, us].sum() for terms in ({"price_factor": 1.2, "health": 1.0}, {})
    )
    return float(proven / plain)


def _multiples(study: Study, weeks: slice) -> Figures:
    found = choices.localisation_multiples(study.card, weeks)
    return {f"{channel} {code}": value for channel, by_market in found.items() for code, value in by_market.items()}


FIGURES: dict[str, Callable[[Study], Figures]] = {
    function.__name__: function
    for function in (
        own_elasticity, us_unit_share, profit_usd, profit_staying_usd, last_week, headquarters_revenue_share,
        payback_week, stockout_share_stock, stockout_share_direct, contribution_share_stock, contribution_share_parcel,
        contribution_net_share, stars, awareness_share, p_loss, p_loss_inside, health_demand_revealed,
        health_demand_face_value, health_demand_trusted, localisation_multiple, localisation_multiple_at_start,
        paired_sd_ratio,
    )
}  # fmt: skip


# ----------------------------------------------------------------------------------------------------- bands
@dataclass(frozen=True)
class Row:
    """A measured figure beside its band."""

    figure: str
    key: str
    value: float
    band: tuple[float, float] | None
    """None: no band was written for it; it stands here to explain others."""

    @property
    def name(self) -> str:
        return f"{self.figure} {self.key}".strip()

    @property
    def inside(self) -> bool:
        return self.band is None or self.band[0] <= self.value <= self.band[1]


def bands() -> dict[str, Any]:
    """Return the file of bands."""
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(Path(__file__).with_name("bands.yaml"))
    return found


def band_of(figure: str, key: str, written: dict[str, Any]) -> tuple[float, float] | None:
    """Return the band of a figure's key; a channel before the market is not part of the band."""
    spec = written.get(figure, {})
    if figure == "p_loss_inside":
        return spec["strategies"], np.inf
    if "low" not in spec:
        market = key.split()[-1] if key else key
        spec = spec.get("emerging" if market in EMERGING and "emerging" in spec else market)
    if spec is None:
        return None
    return (spec["low"], spec["high"]) if isinstance(spec, dict) else (spec[0], spec[1])


def rows(study: Study, figure: str) -> list[Row]:
    """Measure a figure and put its bands beside it."""
    written = bands()
    return [Row(figure, key, value, band_of(figure, key, written)) for key, value in FIGURES[figure](study).items()]


def markdown(table: list[Row], explained: dict[str, str]) -> str:
    """Return the table of figures."""
    lines = ["| figure | band | measured | inside? | why not |", "| --- | --- | --- | --- | --- |"]
    for row in table:
        band = "–" if row.band is None else f"{row.band[0]:,.9g} … {row.band[1]:,.9g}"
        inside = "–" if row.band is None else "yes" if row.inside else "no"
        why = "" if row.inside else explained.get(row.name, "")
        value = f"{row.value:,.0f}" if abs(row.value) >= 1_000 else f"{row.value:.4g}"
        lines.append(f"| {row.name} | {band} | {value} | {inside} | {why} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    from tests.laws.test_bands import EXPLAINED

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--consumers", type=int, default=20_000)
    study = Study(parser.parse_args().consumers)
    reasons = {name: why for name, (_, _, why) in EXPLAINED.items()}
    print(markdown([row for figure in FIGURES for row in rows(study, figure)], reasons))


if __name__ == "__main__":
    main()
