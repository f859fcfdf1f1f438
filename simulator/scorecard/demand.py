"""Answers to prices and to advertising, and what advertising costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator import outcomes
from simulator.scorecard.pattern import Estimate
from simulator.scorecard.study import Study

Floats = NDArray[np.float64]

TERCILES = ("low", "middle", "high")
CHEAP, DEAR = 0.99, 1.01
MORE_ADS = 1.1
SECOND_YEAR = slice(52, 104)


# --------------------------------------------------------------------------------------------------- price
def own_elasticity(study: Study) -> Estimate:
    """Return the own-price elasticity of the average brand inside the archetypes at price position 1, at the start:
    what the start-up solve reached, mean over markets; by future, and its mean by market."""
    solved = study.main.world.solved
    codes = study.main.world.batch.codes
    by_market = {code: np.array([s.elasticity for s in solved if s.market == code]) for code in codes}
    means = {code: float(each.mean()) for code, each in by_market.items()}
    return Estimate.of(np.mean(list(by_market.values()), axis=0), means)


def entrant_elasticity(study: Study) -> Estimate:
    """Return the entrant's own-price elasticity in one week (1 % cheaper against 1 % dearer), pooled; by tercile of
    income."""
    cheap, dear = _price_pulses(study)
    by_tercile = {
        name: float(_elasticity(cheap[:, :, t].sum(), dear[:, :, t].sum())) for t, name in enumerate(TERCILES)
    }
    return Estimate.pooled(_elasticity, cheap.sum(axis=(1, 2)), dear.sum(axis=(1, 2)), parts=by_tercile)


def poorer_people(study: Study) -> Estimate:
    """Return how many times as much the low tercile of income answers to the entrant's price as the high one."""
    cheap, dear = _price_pulses(study)
    sums = [each[:, :, t].sum(axis=1) for t in (0, 2) for each in (cheap, dear)]
    return Estimate.pooled(lambda a, b, c, d: _elasticity(a, b) / _elasticity(c, d), *sums)


def poorer_markets(study: Study) -> Estimate:
    """Return the rank correlation, over markets, of how much people answer to a brand's price with their income."""
    answers = own_elasticity(study).parts
    if len(answers) < 3:
        return Estimate(np.nan)
    income = [study.scenario.market(code).gdp_per_head_ppp_usd for code in answers]
    return Estimate(rank_correlation(-np.array(list(answers.values())), np.array(income)), parts=answers)


def _price_pulses(study: Study) -> tuple[Floats, Floats]:
    """Return demand of the week at the lower and at the higher price, float64[F, M, 3 terciles]."""
    pulses = (study.main.demand(study.focus, study.pulse_week, price_factor=f) for f in (CHEAP, DEAR))
    cheap, dear = (each.reshape(*each.shape[:2], 3, 2).sum(axis=3) for each in pulses)
    return cheap, dear


def _elasticity(cheap: Floats, dear: Floats) -> Floats:
    with np.errstate(all="ignore"):
        answer: Floats = np.log(dear / cheap) / np.log(DEAR / CHEAP)
    return answer


# --------------------------------------------------------------------------------------------- advertising
def ad_elasticity_short(study: Study) -> Estimate:
    """Return ln of the ratio of one week's expected demand over ln 1.1, with 10 % more advertising in that week, the
    markets together; mean over futures."""
    more, base = (
        study.main.demand(study.focus, study.pulse_week, **terms).sum(axis=(1, 2))
        for terms in ({"ads_factor": MORE_ADS}, {})
    )
    live = study.main.records(study.focus).ad_usd[study.pulse_week].sum(axis=1) > 0
    with np.errstate(all="ignore"):
        return Estimate.of((np.log(more / base) / np.log(MORE_ADS))[live])


def ad_elasticity_long(study: Study) -> Estimate:
    """Return ln of the ratio of units over ln of the ratio of what was spent, with 10 % more budget in all weeks
    (caps bind in some), without editions, firms and exits; pooled."""
    more, base = (study.main.records(study.named(name)) for name in ("more_ads", "staying"))
    sums = [each for r in (more, base) for each in (r.units[..., 0].sum(axis=(0, 2)), r.ad_usd.sum(axis=(0, 2)))]
    return Estimate.pooled(lambda a, b, c, d: np.log(a / c) / np.log(b / d), *sums)


def acos(study: Study) -> Estimate:
    """Return advertising over the revenue credited to it in all weeks, pooled; by market."""
    r = study.main.records(study.focus)
    spent, credited = r.ad_usd.sum(axis=0), r.ad_attributed.sum(axis=0)
    return Estimate.pooled(_over, spent.sum(axis=1), credited.sum(axis=1), parts=_by_market(study, spent, credited))


def ads_share(study: Study) -> Estimate:
    """Return advertising over what consumers paid in the second year, pooled; by market."""
    r = study.main.records(study.focus)
    spent, paid = r.ad_usd[SECOND_YEAR].sum(axis=0), r.revenue_usd[SECOND_YEAR, :, :, 0].sum(axis=0)
    return Estimate.pooled(_over, spent.sum(axis=1), paid.sum(axis=1), parts=_by_market(study, spent, paid))


def margin(study: Study) -> Estimate:
    """Return the contribution after advertising over what consumers paid, mean over futures; by market."""
    means = {code: float(np.nanmean(study.main.outcome(study.focus, "margin_share", code))) for code in study.markets}
    return Estimate.of(study.main.outcome(study.focus, "margin_share", outcomes.ALL), means)


def _over(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole)


def _by_market(study: Study, part: NDArray, whole: NDArray) -> dict[str, float]:
    """Return the pooled ratio by market of [F, M]."""
    codes = study.main.records(study.focus).markets
    sums = zip(codes, part.sum(axis=0), whole.sum(axis=0), strict=True)
    return {code: float(a / b) for code, a, b in sums if b > 0}


def rank_correlation(one: Floats, other: Floats) -> float:
    """Return Spearman's rank correlation; nan where one side is constant."""
    from scipy.stats import rankdata

    a, b = (rankdata(each) for each in (one, other))
    if len(a) < 3 or a.std() == 0.0 or b.std() == 0.0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])
