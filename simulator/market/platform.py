"""A marketplace's rules: ranking, badges, ratings, and what people come to remember and to trust."""

from __future__ import annotations

from simulator.compiled import rule
from simulator.exact import exp, power

NEUTRAL_STARS = 4.3
"""The rating at which stars neither help nor hurt (MODEL 5.4)."""


# ---------------------------------------------------------------------------------------------- visibility
@rule
def rank_share(rank: float, units: float, needs: float, weeks: float) -> float:
    """Return u, the listing's average share of needs, a week later (DEFAULTS eq. 5).

    An exponential average over about six weeks: ``u ← u + (units / needs − u) / weeks``.
    """
    sold = units / needs if needs > 0.0 else 0.0
    return rank + (sold - rank) / weeks


@rule
def badges(
    green: float, fast: float, voice: float, green_factor: float, fast_factor: float, voice_factor: float
) -> float:
    """Return the factor of a listing's badges on visibility; `green`, `fast`, `voice` are 0 or 1 (DEFAULTS eq. 7)."""
    factor = (green_factor if green else 1.0) * (fast_factor if fast else 1.0)
    return factor * (voice_factor if voice else 1.0)


@rule
def organic_visibility(
    rank: float,
    reference_share: float,
    age_weeks: float,
    stars: float,
    badge_factor: float,
    reference_visibility: float,
    exponent: float,
    floor: float,
    new_boost: float,
    new_weeks: float,
    star_visibility: float,
    cap: float,
) -> float:
    """Return v, the share of needs that meet the listing in organic search (DEFAULTS eq. 5).

    ``min(v_max, max(v_0 + v_new, v_ref · (u / s_ref)^α) · exp(.25 · (stars − 4.3)) · badges)``; v_new only in the
    first `new_weeks` of a listing. α < 1 gives one fixed point.
    """
    lowest = floor + (new_boost if age_weeks < new_weeks else 0.0)
    earned = reference_visibility * power(rank / reference_share, exponent)
    return min(cap, max(lowest, earned) * exp(star_visibility * (stars - NEUTRAL_STARS)) * badge_factor)


@rule
def rival_awareness(awareness: float, stars: float, badge_factor: float, star_visibility: float) -> float:
    """Return the share of consumers that consider a close rival: ``awareness · exp(.25 · (stars − 4.3)) · badges``."""
    return min(1.0, awareness * exp(star_visibility * (stars - NEUTRAL_STARS)) * badge_factor)


@rule
def consideration(visibility: float, reach: float, awareness: float, contagion: float) -> float:
    """Return c, the share of needs that consider the listing: ``1 − (1 − v)(1 − a)(1 − A)(1 − B)`` (MODEL 5.2)."""
    return 1.0 - (1.0 - visibility) * (1.0 - reach) * (1.0 - awareness) * (1.0 - contagion)


@rule
def contagion(owners: float, imitation: float) -> float:
    """Return B, the chance that a need was caught from an owner: ``1 − exp(−q F / f)`` (MODEL 5.2).

    `owners` is F, satisfied owners as a share of people; `imitation` q / f, both per year.
    """
    return 1.0 - exp(-imitation * owners)


# -------------------------------------------------------------------------------------------------- memory
@rule
def memory(
    hazard: float,
    contacts: float,
    found: float,
    satisfied_adopters: float,
    people: float,
    fade: float,
    stick: float,
    informed_per_year: float,
) -> float:
    """Return H, the cumulated memory hazard, a week later (DEFAULTS eq. 6).

    ``H ← (1 − fade) · H + [stick · (contacts + found) + w / 52 · adopters] / people``

    Parameters
    ----------
    contacts, found : contacts bought, and needs that met the listing in organic search (``v · M``), this week
    satisfied_adopters : real units delivered and kept in the last cycle × share satisfied
    people : ``shoppers · penetration``
    fade, stick, informed_per_year : per week; share of contacts remembered; people told by an adopter a year
    """
    gained = (stick * (contacts + found) + informed_per_year / 52.0 * satisfied_adopters) / people
    return (1.0 - fade) * hazard + gained


@rule
def awareness(hazard: float) -> float:
    """Return A, the share of people who remember the listing: ``1 − exp(−H)``."""
    return 1.0 - exp(-hazard)


# ----------------------------------------------------------------------------------------- trust and stars
@rule
def trust(
    reviews: float,
    local: float,
    certificate: float,
    local_returns: float,
    store: float,
    base: float,
    local_gain: float,
    certificate_gain: float,
    returns_gain: float,
    store_loss: float,
    reviews_to_trust: float,
) -> float:
    """Return T, the trust in the listing, in [0, 1] (DEFAULTS section 2).

    ``1 − (1 − base − .25·local − .15·certificate) · exp(−reviews / 5) + .05·returns − .10·store``; local is a team
    or stock in the market; flags are 0 or 1, `store` may be the share of needs that meet the store.
    """
    unknown = max(1.0 - base - local_gain * local - certificate_gain * certificate, 0.0)
    value = 1.0 - unknown * exp(-reviews / reviews_to_trust) + returns_gain * local_returns - store_loss * store
    return min(max(value, 0.0), 1.0)


@rule
def shown_stars(stars_sum: float, reviews: float, prior_stars: float, prior_reviews: float) -> float:
    """Return the rating shown: ``(10 · 4.2 + Σ stars) / (10 + n)`` (MODEL 5.5)."""
    return (prior_reviews * prior_stars + stars_sum) / (prior_reviews + reviews)


@rule
def star_premium(stars: float, star_effect: float) -> float:
    """Return R, the effect of the rating on utility, in WTP shares: ``star_effect · (stars − 4.3)`` (MODEL 5.4)."""
    return star_effect * (stars - NEUTRAL_STARS)
