"""The compiled consumers agree with the reference, one Mesa agent per consumer, draw for draw.

Exactly equal: who is asked and truly needs, sampled choices, last purchase and satisfaction. Within rounding: choice
probabilities, stages, diversion and the entrant's memory. A tally adds at most two values a need and cell (one per
branch of memory), each rounded to the nearest 2^-20, so a cell is off by at most 2^-20 of the polled weight; the last
bits of float32 are lost in that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from scipy import stats

from simulator.assembly import build_world
from simulator.consumers.utilities import TASTE
from simulator.exact import exp32, log32
from simulator.model import NO_ENTRY, MarketEntryModel
from simulator.scenario import Scenario, scenario_of
from simulator.views import Shelf
from simulator.world import WARM_WEEKS, World
from tests.reference import arithmetic
from tests.reference.agents import ReferenceMarket
from tests.reference.choice import STAGES, Answers, Need

WEEKS = 26
REPLICATION = 3
WEIGHT_BITS, TALLY_BITS = 8, 28
TALLY_ERROR = 2.0**-20
"""Of the polled weight of a cell."""
MEMORY_ERROR = 1e-6

STRATEGY = {
    "entry": {"US": 0, "ID": 2},
    "channel": "both",
    "price": {"position": 1.1},
    "ads": {"rule": "fixed", "budget_usd_week": 1e8},
    "payments": ["card", "paypal"],
    "product": {"tier": "premium", "green": 0.8, "health": 0.7, "certificates": ["FSC"], "traceable": True},
    # stock in the US runs out, so memory waits for rationing; parcels to Indonesia, where marketplaces bar them
    "markets": {
        "US": {"logistics": {"mode": "local"}, "localisation": {"local_returns": True}},
        "ID": {"product": {"tier": "value"}},
    },
}
LEAVING = {"after_weeks": 20, "if_contribution_below_usd_week": 1e9, "for_weeks": 1}
"""Leave in week 20 or so, with buyers who remember."""
SCENARIO = {
    "weeks": WEEKS,
    "consumers": 500,
    "seed": 11,
    "category": {
        "key": "sports_earbuds",
        "loyalty": 0.4,
        # an entrant whom many know and one need in some chooses
        "conversion_at_parity": 0.35,
        "reference_seller_share": 0.05,
        # needs enough for the memory to move: in the US all who are asked have one, in Indonesia some of them
        "market": {
            "US": {"frequency_per_year": 10.0},
            "ID": {"frequency_per_year": 5.0, "conversion_at_parity": 0.7},
        },
    },
    "behaviour": {
        "organic_reference_share": 0.3,
        "organic_floor_share": 0.25,
        "web_share": 0.5,
        "contact_stick_share": 1.0,
    },
    # as many shoppers as there are simulated consumers
    "markets": {"US": {"shoppers": 500 / 0.12}, "ID": {"shoppers": 500 / 0.05}},
    "seller": {"cash_usd": 1e9, "moq_units": 1, "unit_cost_usd": 18.0, "weight_kg": 0.25, "volume_l": 1.2},
    "strategies": {"plan": STRATEGY, "leaving": STRATEGY | {"exit": LEAVING}},
}
SIBLING = {
    "seller": SCENARIO["seller"]
    | {"products": {"lite": {"unit_cost_usd": 12, "smart": "core", "custom": "options", "child_safe": True}}},
    "strategies": {
        "plan": STRATEGY
        | {"products": {"lite": {"price": {"position": 0.9}, "tier": "value"}}}
        | {"localisation": {"festival_edition": True}}
    },
    # a rival that copies at once, and one dearer and better than the others
    "rivals": {
        code: [
            {"key": "near", "price_position": 0.95, "rating": 4.2, "reviews": 400, "copies": ["health", "green"],
             "copy_lag_weeks": 1, "awareness": 0.1},
            {"key": "fine", "price_position": 1.2, "rating": 4.6, "reviews": 900, "quality": 0.1, "awareness": 0.1},
        ]
        for code in ("US", "ID")
    },
}  # fmt: skip
"""A second product with its own attributes, a festival edition, and rivals with attributes."""
CASES = {
    "expected": ("expected", "plan"),
    "sampled": ("sampled", "plan"),
    "leaving": ("expected", "leaving"),
    "leaving_sampled": ("sampled", "leaving"),
    "no_entry": ("expected", "no_entry"),
    "sibling": ("expected", "plan"),
    "sibling_sampled": ("sampled", "plan"),
}
"""Demand and strategy; with a sibling the listing has more than one product."""


@dataclass(frozen=True)
class Seen:
    """One week as the compiled consumers left it."""

    menu: np.ndarray
    listing: np.ndarray
    shares: np.ndarray
    stages: np.ndarray
    divert: np.ndarray
    polled: np.ndarray
    counts: np.ndarray
    last: np.ndarray
    satisfaction: np.ndarray
    own: np.ndarray
    notes: list[np.ndarray]
    """Needs of the panel by market, `columns.NOTE`; empty in a world without the entrant."""


class Watched(MarketEntryModel):
    """The product's model, which keeps what every week's consumers saw and left."""

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.seen: list[Seen] = []
        self.shelves: list[Shelf] = []
        self.wanted: list[np.ndarray] = []

    def consumers(self, week, shelf):
        super().consumers(week, shelf)
        self.shelves.append(shelf)
        t, memory = self.tallies, self.memory
        parts = self.storefront.menu, self.storefront.record, t.shares, t.stages, t.divert, t.polled, t.counts
        copies = [p.copy() for p in (*parts, memory.last, memory.satisfaction, memory.own)]
        self.seen.append(Seen(*copies, [] if self.panel is None else self.panel.notes(0)))

    def fulfilment(self, week, shelf):
        done = super().fulfilment(week, shelf)
        self.wanted.append(self.deliveries.wanted.copy())
        return done


@cache
def scenario(demand: str = "expected", sibling: bool = False) -> Scenario:
    return scenario_of(SCENARIO | {"demand": demand} | (SIBLING if sibling else {}))


@cache
def world(demand: str = "expected", sibling: bool = False) -> World:
    return build_world(scenario(demand, sibling), (REPLICATION,))


@cache
def played(case: str) -> Watched:
    demand, strategy = CASES[case]
    sibling = case.startswith("sibling")
    everybody = scenario(demand, sibling).consumers
    model = Watched(scenario(demand, sibling), strategy, (REPLICATION,), world(demand, sibling), everybody)
    model.run()
    return model


@dataclass(frozen=True)
class Told:
    """One week of one market as the reference has it."""

    answers: Answers
    last: np.ndarray
    satisfaction: np.ndarray
    memory: np.ndarray


def memory_of(market: ReferenceMarket) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return last (0 none), satisfaction and the entrant's memory of all consumers."""
    last = [0 if c.last is None else c.last + 1 for c in market.consumers]
    return (
        np.array(last, np.uint8),
        np.array([c.satisfaction for c in market.consumers], np.float32),
        np.array([c.memory for c in market.consumers]),
    )


@cache
def told(case: str, m: int) -> tuple[tuple[np.ndarray, ...], list[Told]]:
    """Return the reference's memory after the warm start of a market, and its weeks."""
    model = played(case)
    entering = model.strategy != NO_ENTRY
    market = ReferenceMarket(model.world, 0, m, entering=entering, sampled=model.sampled)
    start = model.seen[0]
    market.warm_up(model.world.menu[0, m], start.listing[0, m], WARM_WEEKS)
    warm = memory_of(market)
    weeks = []
    for week, seen in enumerate(model.seen):
        answers = market.play(week, seen.menu[0, m], seen.listing[0, m])
        weeks.append(Told(answers, *memory_of(market)))
    return warm, weeks


def events(polls: World, m: int, week: int) -> list[tuple[int, Need]]:
    """Return the product's polled needs of a week by row; a week is a whole number of runs of events."""
    offsets = polls.offsets[0, m]
    runs = (offsets.size - 1) // (WARM_WEEKS + WEEKS)
    first = (WARM_WEEKS + week) * runs
    part = slice(offsets[first], offsets[first + runs])
    return sorted(
        (int(e) & (1 << 28) - 1, Need(int(w), bool(e >> 28 & 1), bool(e >> 29 & 1), bool(e >> 30 & 1)))
        for e, w in zip(polls.events[part], polls.weights[part], strict=True)
    )


in_each_market = pytest.mark.parametrize("m", [0, 1], ids=["US", "ID"])
in_each_case = pytest.mark.parametrize("case", ["expected", "sampled", "no_entry", "sibling", "sibling_sampled"])


def test_arithmetic_is_the_same_to_the_last_bit():
    x = np.linspace(-90.0, 90.0, 2001).astype(np.float32)
    u = np.append(np.exp(np.linspace(-16.0, 0.0, 2001)), [0.5, 0.75, np.sqrt(0.5)]).astype(np.float32)
    assert [arithmetic.exp32(v).tobytes() for v in x] == [np.float32(exp32(v)).tobytes() for v in x]
    assert [arithmetic.log32(v).tobytes() for v in u] == [np.float32(log32(v)).tobytes() for v in u]
    assert np.array(arithmetic.NORMAL, np.float32).tobytes() == TASTE.tobytes()


@in_each_market
def test_identities_and_keys_come_from_the_names(m):
    menu = world().menu[0, m]
    offers = ReferenceMarket(world(), 0, m).offers(menu)
    for field in ("identity", "taste_key", "consider_key"):
        assert [getattr(offer, field) for offer in offers] == [int(x) for x in menu[field]]


@in_each_market
@in_each_case
def test_the_same_people_are_asked_and_have_needs(case, m):
    behind = played(case).world
    market = ReferenceMarket(behind, 0, m)
    for week in (-WARM_WEEKS, -1):
        frequency = market.frequency_of(week)
        asked = [(c.row, need) for c in market.consumers if (need := c.need(week, frequency)) is not None]
        assert asked == events(behind, m, week)
    for week, mine in enumerate(told(case, m)[1]):
        assert mine.answers.needs == events(behind, m, week)


@in_each_market
@in_each_case
def test_sampled_choices_and_memory_are_the_same_to_the_last_bit(case, m):
    assert_same_memory(case, m)


@in_each_market
@in_each_case
def test_probabilities_and_reasons_are_the_same_up_to_rounding(case, m):
    assert_same_tallies(case, m)


@in_each_market
@pytest.mark.parametrize("case", ["sampled", "sibling_sampled"])
def test_the_panel_notes_every_need_as_the_reference_lives_it(case, m):
    """A panel of all consumers, where demand is sampled, is the market itself."""
    variants, reasons = len(played(case).world.variants), 0
    for mine, seen in zip(told(case, m)[1], played(case).seen, strict=True):
        assert sorted(seen.notes[m]["row"]) == sorted(mine.answers.notes)
        for noted in seen.notes[m]:
            note = mine.answers.notes[int(noted["row"])]
            assert noted["chosen"] == note.chosen and noted["segment"] == note.segment
            assert noted["second"] == (-1 if note.rival is None else note.rival)
            assert noted["mobile"] == note.mobile
            assert noted["stage"] == (-1 if note.stage is None else STAGES.index(note.stage))
            assert noted["chance"] == pytest.approx(note.chance, abs=2e-5)
            reasons += note.chosen >= variants and note.chance > 0.0
    assert reasons > 0


@pytest.mark.parametrize("compare", ["memory", "tallies"])
@pytest.mark.parametrize("case", ["leaving", "leaving_sampled"])
def test_a_seller_that_has_left_is_still_remembered(case, compare):
    {"memory": assert_same_memory, "tallies": assert_same_tallies}[compare](case, 0)


def assert_same_memory(case: str, m: int) -> None:
    warm, weeks = told(case, m)
    model = played(case)
    assert np.array_equal(warm[0], model.world.last[0, m])
    assert warm[1].tobytes() == model.world.satisfaction[0, m].tobytes()
    for mine, seen in zip(weeks, model.seen, strict=True):
        assert np.array_equal(mine.last, seen.last[0, m])
        assert mine.satisfaction.tobytes() == seen.satisfaction[0, m].tobytes()
        assert np.array_equal(mine.answers.counts, seen.counts[0, m])
        if model.sampled:
            assert np.array_equal(mine.memory, seen.own[0, m])
        else:
            assert np.abs(mine.memory - seen.own[0, m]).max() <= MEMORY_ERROR


def assert_same_tallies(case: str, m: int) -> None:
    for mine, seen in zip(told(case, m)[1], played(case).seen, strict=True):
        asked = mine.answers.polled
        assert seen.polled[0, m] == asked.sum() * 2**WEIGHT_BITS
        for name, weight in (("shares", asked), ("stages", asked[:, None]), ("divert", asked.sum())):
            error = np.abs(getattr(seen, name)[0, m] / 2**TALLY_BITS - getattr(mine.answers, name))
            assert (error <= TALLY_ERROR * weight).all(), name


def test_real_demand_is_the_poisson_quantile_of_the_expected_share():
    model, behind = played("expected"), world()
    sd = behind.batch.categories[0].season.listing_noise_sd
    variant = arithmetic.name_id("entrant/core")
    for m, code in enumerate(behind.batch.codes):
        for week, mine in enumerate(told("expected", m)[1]):
            share = mine.answers.shares[0].sum() / mine.answers.polled.sum()
            u, z = (
                arithmetic.uniform64(arithmetic.key(SCENARIO["seed"], REPLICATION, stream, code, week, variant))
                for stream in ("units", "listing_noise")
            )
            mean = behind.needs[week, 0, m] * share * np.exp(sd * stats.norm.ppf(z) - 0.5 * sd * sd)
            assert model.wanted[week][0, m, 0] == stats.poisson.ppf(u, mean)


def test_the_scenario_moves_everything_that_is_compared():
    seen = played("expected").seen
    stages = sum(week.stages for week in seen)[0].sum(axis=(0, 1))
    assert {name for name, part in zip(STAGES, stages, strict=True) if part == 0} == {"stock"}
    sold = np.array([week.listing["sold_share"][0, 0] for week in seen])
    assert ((sold > 0.05) & (sold < 0.95)).any()
    assert seen[-1].own[0].max(axis=1).min() > 0.05
    weights = np.array([need.weight for _, need in told("expected", 0)[1][-1].answers.needs])
    assert weights.min() == 256 < weights.max()
    for m in (0, 1):
        sampled = sum(week.counts[0, m] for week in played("sampled").seen)
        assert sampled[0] > 0 and (sampled > 0).sum() >= 5
    assert any((week.listing["sold_share"] < 1).any() for week in played("sampled").seen)
    counts = sum(week.counts[0].sum(axis=0) for week in played("sibling_sampled").seen)
    assert (np.delete(counts, 2) > 10).all()
    edition = {t for t, week in enumerate(played("sibling").seen) if week.shares[0, 1, 2].any()}
    assert edition and edition <= set(range(6, 11)), "it is wanted in Indonesia's season alone"
    assert any((week.menu["health"][0, :, 3:] > 0).any() for week in played("sibling").seen), "nobody copies"
    assert (sum(week.divert[0, 0, :, :2] for week in played("sibling").seen).diagonal(1) > 0).all()
