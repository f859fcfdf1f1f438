"""The scenario: what is asked, of which world, with which strategies. Frozen and total."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
from collections.abc import Container, Mapping, Sequence
from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PrivateAttr, ValidationError

from simulator import draws
from simulator.errors import ScenarioError, UsageError
from simulator.scenario import resolving
from simulator.scenario.behaviour import Behaviour
from simulator.scenario.category import CategoryInMarket, CategoryProfile, CloseRival
from simulator.scenario.describing import Type, describe
from simulator.scenario.events import Event
from simulator.scenario.names import MAX_STRATEGIES, FrozenDict, Map, Mechanism, Outcome, Plain, Title
from simulator.scenario.paths import closest_path, describe_all, settable
from simulator.scenario.places import Place, is_leaf
from simulator.scenario.profiles import Frozen, MarketProfile
from simulator.scenario.seller import ConsumersOverride, Seller
from simulator.scenario.strategy import Strategy
from simulator.scenario.uncertainty import Distribution, quantile
from simulator.scenario.validating import laid_over, shown, strict

NUMBERS_VERSION = "5"
"""Goes up with every change of the code that changes results ("Numbers change" in the changelog)."""


def _nothing() -> Any:
    return FrozenDict()


def _monday(day: datetime.date) -> datetime.date:
    if day.weekday() != 0:
        before = day - datetime.timedelta(days=day.weekday())
        after = before + datetime.timedelta(days=7)
        raise ValueError(f"read {day}, a {day:%A}; allowed: a Monday, the nearest are {before} and {after}")
    return day


def _in_calendar(day: datetime.date) -> datetime.date:
    if not 2000 <= day.year <= 2100:
        raise ValueError(f"read {day}; allowed: a Monday from 2000 to 2100")
    return day


Start = Annotated[datetime.date, AfterValidator(_in_calendar), AfterValidator(_monday)]
Weeks = Annotated[int, Field(ge=4, le=520)]


class Scenario(Frozen):
    """A question to the simulator.

    Read one with `load_scenario` or make one with `scenario_of`; both refuse what is not valid with all places.
    `category`, `markets` and `behaviour` hold only what the scenario replaces; the whole numbers, facts included,
    come from `category_profile`, `market` and `behaviour_profile`.
    """

    title: Title | None = None
    summary: Title | None = None
    start: Start = datetime.date(2026, 1, 5)
    weeks: Weeks = 104
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 20260105
    replications: Annotated[int, Field(ge=1, le=10_000)] = 20
    consumers: Annotated[int, Field(ge=100, le=100_000_000)] = 20_000
    """Simulated per market: precision, not population."""
    category: Plain
    markets: Annotated[Map[Plain], Field(min_length=1)]
    discount_rate: Annotated[float, Field(ge=0.0, le=1.0)] = 0.12
    """Per year."""
    baseline: str = ""
    """The strategy that the others are compared with; left out: the first one."""
    mechanisms: Annotated[Mapping[Mechanism, bool], AfterValidator(FrozenDict)] = Field(default_factory=_nothing)
    """Mechanism -> whether it is on; one left out is on."""
    seller: Seller
    rivals: Map[tuple[CloseRival, ...]] = Field(default_factory=FrozenDict)
    """Market -> close rivals; a market left out has the category's."""
    strategies: Annotated[Map[Strategy], Field(min_length=1, max_length=MAX_STRATEGIES)]
    events: tuple[Event, ...] = ()
    uncertainties: Map[Distribution] = Field(default_factory=FrozenDict)
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1)] = ("profit_usd", "npv_usd", "p_loss", "payback_week")
    behaviour: Plain = Field(default_factory=FrozenDict)
    demand: Literal["expected", "sampled"] = "expected"
    consumers_override: ConsumersOverride = ConsumersOverride()
    period_days: Annotated[int, Field(ge=1, le=7)] = 7

    _memo: dict[Any, Any] = PrivateAttr(default_factory=dict)
    _notes: tuple[str, ...] = PrivateAttr(default=())
    _name: str = PrivateAttr(default="scenario")

    # --------------------------------------------------------------------------------------- the world
    @property
    def name(self) -> str:
        """Return the name of the file that the scenario came from, without its ending."""
        return self._name

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what loading did that the user should know, such as an uncertain path that `--set` fixed."""
        return self._notes

    @property
    def category_profile(self) -> CategoryProfile:
        """Return the category with the scenario's replacements."""
        return self._kept(("category",), lambda: resolving.category_profile(self.category))

    @property
    def behaviour_profile(self) -> Behaviour:
        """Return the behaviour with the scenario's replacements."""
        return self._kept(("behaviour",), lambda: resolving.behaviour_profile(self.behaviour))

    def market(self, code: str) -> MarketProfile:
        """Return a market of the scenario with its replacements."""
        if code not in self.markets:
            raise UsageError(f"no market {code!r} in the scenario; there are {', '.join(self.markets)}")
        return self._kept(("market", code), lambda: resolving.market_profile(code, self.markets[code]))

    def category_in(self, code: str) -> CategoryInMarket:
        """Return the category's numbers in one market."""
        return self._kept(("category", code), lambda: resolving.category_in(self.category_profile, code))

    def close_rivals(self, code: str) -> tuple[CloseRival, ...]:
        """Return the close rivals in a market: the scenario's, else the category's."""
        return self.rivals.get(code, self.category_profile.close_rivals)

    def on(self, mechanism: str) -> bool:
        """Say whether a mechanism is on."""
        if mechanism not in MECHANISMS:
            raise UsageError(f"no mechanism {mechanism!r}; there are {', '.join(MECHANISMS)}")
        return self.mechanisms.get(mechanism, True)  # type: ignore[call-overload, no-any-return]

    # ---------------------------------------------------------------------------------------- the firm
    def strategy(self, name: str, market: str | None = None) -> Strategy:
        """Return a strategy, as it holds in one market if that is given."""
        if name not in self.strategies:
            raise UsageError(f"no strategy {name!r} in the scenario; there are {', '.join(self.strategies)}")
        general = self.strategies[name]
        if market is None or not general.markets.get(market):
            return general
        return self._kept(("strategy", name, market), lambda: in_market(general, market))

    def payments(self, name: str, market: str) -> tuple[str, ...]:
        """Return the payment methods that a strategy offers in a market; `local` becomes all that people use."""
        codes = self.strategy(name, market).payments
        if codes != ("local",):
            return codes
        return tuple(code for code, share in self.market(market).payment_mix.items() if share > 0.0)

    def own_budget_usd_week(self, name: str, market: str) -> float | None:
        """Return the advertising budget that a strategy gives one market alone; None: a part of the firm's."""
        ads = self.strategies[name].markets.get(market, {}).get("ads", {})
        return self.strategy(name, market).ads.budget_usd_week if "budget_usd_week" in ads else None

    # ------------------------------------------------------------------------------------- other worlds
    def settable_paths(self) -> dict[str, str]:
        """Return path -> what is allowed there, for everything that `with_values` and ``--set`` take."""
        return describe_all(self._types())

    def with_values(self, values: Mapping[str, Any]) -> Scenario:
        """Return the scenario with other values at dotted paths; an uncertain path that is set is certain.

        Strategies have already inherited from each other here: a value set on one changes that one alone (``--set``
        comes before and reaches the heirs).
        """
        return self._changed(values, Place("with_values"))

    def future(self, replication: int) -> Scenario:
        """Return the world of one replication: every uncertain number drawn, none left uncertain."""
        if not self.uncertainties:
            return self
        drawn: dict[str, float] = {}
        for path, distribution in self.uncertainties.items():
            name = draws.name_id(distribution.group or path)
            key = draws.key(self.seed, replication, draws.STREAMS["uncertainty"], 0, 0, name)
            drawn[path] = quantile(distribution, draws.unit(key, 0))
        return self._changed(drawn, Place(f"replication {replication}"))

    def with_strategies_of(self, other: Scenario) -> Scenario:
        """Return the same world with the strategies of another scenario, which have been checked there."""
        copy = self.model_copy(update={"strategies": other.strategies})
        copy._memo = self._still_made(("strategies", "types"))
        return copy

    # ---------------------------------------------------------------------------------------- identity
    def document(self) -> dict[str, Any]:
        """Return the resolved scenario as plain data: loading it gives an equal scenario."""
        return self._kept(("document",), lambda: self.model_dump(mode="json", exclude_none=True))

    def to_yaml(self) -> str:
        """Return the resolved scenario as YAML 1.2 that runs alone."""
        from ruamel.yaml import YAML

        yaml = YAML(typ="safe", pure=True)
        yaml.default_flow_style = False
        yaml.allow_unicode = True
        yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
        yaml.width = 120
        text = io.StringIO()
        yaml.dump(self.document(), text)
        return text.getvalue()

    def digest(self) -> str:
        """Return the SHA-256 that names the scenario and the version of the numbers."""
        content = {"numbers": NUMBERS_VERSION, "scenario": _canonical(self.document())}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.document() == other.document()

    def __hash__(self) -> int:
        return hash(self.digest())

    # ----------------------------------------------------------------------------------------- private
    def _kept(self, key: tuple[str, ...], make: Any) -> Any:
        """Return what was made once."""
        if key not in self._memo:
            self._memo[key] = make()
        return self._memo[key]

    def _still_made(self, changed: Container[str]) -> dict[Any, Any]:
        """Return what was made once and still holds after a change of some parts."""
        # A list at once: other threads make more meanwhile.
        return {key: made for key, made in list(self._memo.items()) if _untouched(key, changed)}

    def _types(self) -> dict[str, Type]:
        found: dict[str, Type] = self._kept(("types",), lambda: settable(Scenario, self.document()))
        return found

    def _changed(self, values: Mapping[str, Any], place: Place) -> Scenario:
        types = self._types()
        unknown = [path for path in values if path not in types]
        if unknown:
            raise ScenarioError(place.problem(path, f"unknown path; {closest_path(path, types)}") for path in unknown)
        wrong = {path: value for path, value in values.items() if not _fits(value, types[path])}
        if wrong:
            raise ScenarioError(
                place.problem(path, f"read {shown(value)}; allowed: {describe(types[path])}")
                for path, value in wrong.items()
            )
        uncertain = {path: law for path, law in self.uncertainties.items() if path not in values}
        if all(types[path].is_number for path in values):
            return self._with_numbers(values, uncertain, place)
        return self._rebuilt(values, uncertain, place)

    def _with_numbers(self, values: Mapping[str, Any], uncertain: dict[str, Any], place: Place) -> Scenario:
        """Change numbers: only the parts of the scenario that they stand in are checked again."""
        document = self.document()
        changed: dict[str, Any] = {}
        for path, value in values.items():
            head, *rest = path.split(".")
            changed[head] = replaced(changed.get(head, document.get(head, {})), rest, value)
        try:
            update = {
                head: strict(Scenario.model_fields[head].rebuild_annotation(), part) for head, part in changed.items()
            }
            if len(uncertain) < len(self.uncertainties):
                update["uncertainties"] = FrozenDict(uncertain)
            copy = self.model_copy(update=update)
            copy._memo = self._still_made(changed)
            fits = copy._make(changed)
        except ValidationError:
            fits = False
        if not fits:
            # Numbers that are fine one by one and do not fit together: the whole check finds the words for it.
            return self._rebuilt(values, uncertain, place)
        return copy

    def _make(self, changed: Container[str]) -> bool:
        """Make what depends on changed parts, so that a misfit is found here and not in a run."""
        fits = True
        if "behaviour" in changed:
            _ = self.behaviour_profile
        for code in self.markets:
            if "markets" in changed:
                fits &= resolving.is_whole(self.market(code))
            if "category" in changed:
                fits &= resolving.leaves_room(self.category_in(code))
            for name in self.strategies if "strategies" in changed else ():
                self.strategy(name, code)
        return fits

    def _rebuilt(self, values: Mapping[str, Any], uncertain: Mapping[str, Any], place: Place) -> Scenario:
        """Change anything: the scenario is checked as if it had been read."""
        from simulator.scenario.loading import scenario_of  # it makes scenarios, so it stands above this file

        document = self.document() | {
            "uncertainties": {path: law.model_dump(mode="json", exclude_none=True) for path, law in uncertain.items()}
        }
        rebuilt = scenario_of(document, name=place.file, values=values)
        rebuilt._name = self._name
        return rebuilt


MECHANISMS: tuple[str, ...] = Mechanism.__args__  # type: ignore[attr-defined]
"""Every mechanism, in the order of the week."""


def in_market(general: Strategy, market: str) -> Strategy:
    """Return a strategy with its levers for one market over the general ones."""
    plain = general.model_dump(mode="json", exclude_none=True)
    merged: Strategy = strict(Strategy, laid_over(plain, plain["markets"][market]))
    return merged


def replaced(plain: Any, path: Sequence[str], value: Any) -> Any:
    """Return plain data with another value at a path; what is not on the path is shared."""
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(plain, list):
        position = int(head)
        return [*plain[:position], replaced(plain[position], rest, value), *plain[position + 1 :]]
    own = {} if is_leaf(plain) or not isinstance(plain, dict) else plain
    return own | {head: replaced(own.get(head, {}), rest, value)}


def _fits(value: Any, kind: Type) -> bool:
    """Say whether a value may stand where a number does; other kinds are left to the whole check."""
    if not kind.is_number or (value is None and kind.optional):
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value) and kind.holds(value)


def _untouched(key: tuple[str, ...], changed: Container[str]) -> bool:
    """Say whether something made once still holds after a change of some parts."""
    sections = {"market": "markets", "strategy": "strategies"}
    return key[0] != "document" and sections.get(key[0], key[0]) not in changed


def _canonical(value: Any) -> Any:
    """Write equal numbers equally: 1 and 1.0 are one number."""
    if isinstance(value, dict):
        return {key: _canonical(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(child) for child in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
