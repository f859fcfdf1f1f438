"""The order of overrides: files, `--set`, heirs, markets; and the resolved scenario."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from simulator import facts
from simulator.errors import ScenarioError, UsageError
from simulator.scenario import json_schema, load_scenario, parse_scenario, scenario_of

EXAMPLES = Path("scenarios")

BASE = """\
title: {en: Base, zh: 基准}
category: {key: sports_earbuds, frequency_per_year: 0.5}
markets: [US, DE, ID]
seller: {cash_usd: 1000, unit_cost_usd: 18, weight_kg: 0.25, volume_l: 1.2}
outcomes: [units, roi]
strategies:
  first:
    title: {en: First}
    entry: {US: 0, DE: 4}
    price: {position: 0.9, rule: global}
    payments: [card, paypal]
    markets: {ID: {price: {position: 0.7}}}
  second:
    extends: first
    price: {position: 1.1}
"""


@pytest.fixture
def files(tmp_path: Path):
    """Return a function that writes files and gives the last one's path."""

    def write(**texts: str) -> Path:
        for name, text in texts.items():
            path = tmp_path / f"{name}.yaml"
            path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_file_merges_into_the_one_that_it_extends(files):
    own = """\
extends: base.yaml
title: {en: Own}
markets: {ID: {mobile_share: 0.8}, DE: null, BR: {}}
outcomes: [profit_usd]
category: {loyalty: 0.2}
strategies:
  first: {entry: {DE: null, BR: 3}, price: {position: null}, payments: local}
"""
    scenario = load_scenario(files(base=BASE, own=own))
    assert (scenario.title.en, scenario.title.zh) == ("Own", "基准")
    assert set(scenario.markets) == {"US", "ID", "BR"}
    assert scenario.market("ID").mobile_share == 0.8
    assert scenario.outcomes == ("profit_usd",)
    assert scenario.category_profile.frequency_per_year == 0.5
    assert scenario.category_profile.loyalty == 0.2
    first = scenario.strategy("first")
    assert first.entry == {"US": 0, "BR": 3}
    assert first.price.position == 1.0  # null removed 0.9, so the default holds
    assert first.price.rule == "global"
    assert first.payments == ("local",)


def test_a_list_of_markets_adds_to_the_base_and_a_setting_replaces(files):
    path = files(base=BASE, own="extends: base.yaml\nmarkets: [BR]\n")
    assert set(load_scenario(path).markets) == {"US", "DE", "ID", "BR"}
    assert list(load_scenario(path, ["markets=[ID, DE, US]"]).markets) == ["ID", "DE", "US"]


def test_another_category_takes_none_of_the_numbers_of_the_base(files):
    with pytest.raises(ScenarioError, match="did you mean 'sports_earbuds'"):
        load_scenario(files(base=BASE, own="extends: base.yaml\ncategory: sports_earbud\n"))


def test_settings_come_before_heirs_and_the_last_one_wins(files):
    path = files(base=BASE)
    scenario = load_scenario(
        path,
        [
            "strategies.first.price.rule=fixed",
            "strategies.first.price.position=2",
            "strategies.first.price.position=0.8",
            "strategies.first.payments=[card]",
            "weeks=52",
        ],
        weeks=26,
    )
    assert scenario.weeks == 26
    first, second = scenario.strategy("first"), scenario.strategy("second")
    assert (first.price.position, first.price.rule, first.payments) == (0.8, "fixed", ("card",))
    assert (second.price.position, second.price.rule, second.payments) == (1.1, "fixed", ("card",))


def test_a_market_beats_any_general_value(files):
    scenario = load_scenario(files(base=BASE), ["strategies.second.price.position=1.3"])
    assert scenario.strategy("second").price.position == 1.3
    assert scenario.strategy("second", "US").price.position == 1.3
    assert scenario.strategy("second", "ID").price.position == 0.7
    assert scenario.strategy("second", "ID").price.rule == "global"


def test_a_title_is_not_inherited(files):
    scenario = load_scenario(files(base=BASE))
    assert scenario.strategy("first").title.en == "First"
    assert scenario.strategy("second").title is None


@pytest.mark.parametrize(
    ("setting", "part"),
    [
        ("week=3", "did you mean 'weeks'"),
        ("strategies.first.price.pos=3", "did you mean 'strategies.first.price.position'"),
        ("strategies.third.price.position=3", "unknown path"),
        ("weeks", "read no '='"),
        ("weeks=abc", 'read "abc"'),
        ("strategies.first.price.position= ", "read no value"),
        ("weeks=[", "not valid YAML"),
        ("strategies.first.price.position=20", "from 0.1 to 10"),
        ("strategies.first.inventory.forecast=ml", "allowed: ai, mean, plan, smoothing"),
        ("extends=other.yaml", "unknown path"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_own_place(files, setting, part):
    with pytest.raises(ScenarioError) as caught:
        load_scenario(files(base=BASE), [setting])
    (problem,) = caught.value.problems
    assert problem.file == f"--set {setting}"
    assert part in problem.message


def test_a_bad_value_is_named_in_the_file_that_has_it(files):
    path = files(base=BASE.replace("0.9", "20"), own="extends: base.yaml\nweeks: 1\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    places = [(Path(problem.file).name, problem.line) for problem in caught.value.problems]
    assert places == [("own.yaml", 2), ("base.yaml", 10)]


@pytest.mark.parametrize(
    ("texts", "part"),
    [
        ({"own": "extends: own.yaml\n"}, "in a circle: own.yaml -> own.yaml"),
        ({"base": "extends: own.yaml\n", "own": "extends: base.yaml\n"}, "own.yaml -> base.yaml -> own.yaml"),
        ({"own": "extends: other.yaml\n"}, "there is no file"),
        ({"own": "extends: 3\n"}, "allowed: a file, relative"),
        ({"own": "extends: /etc/hosts\n"}, "allowed: a file, relative"),
    ],
)
def test_files_that_cannot_be_extended(files, texts, part):
    with pytest.raises(ScenarioError, match=part) as caught:
        load_scenario(files(**texts))
    assert caught.value.problems[0].path == "extends"


def test_strategies_that_extend_each_other(files):
    circle = BASE.replace("    title: {en: First}\n", "    extends: second\n")
    with pytest.raises(ScenarioError, match="in a circle"):
        load_scenario(files(base=circle))


def test_the_flagship_has_its_strategies_and_uncertainties():
    scenario = load_scenario(EXAMPLES / "flagship.yaml")
    assert list(scenario.strategies) == ["one_size_fits_all", "localised", "green_premium", "ai_driven", "price_war"]
    assert len(scenario.uncertainties) >= 8
    assert any(path.startswith("behaviour.ai_") for path in scenario.uncertainties)
    assert {event.kind for event in scenario.events} >= {"tariff", "freight", "platform_fee"}
    driven = scenario.strategy("ai_driven")
    assert all(getattr(driven.ai, name) for name in type(driven.ai).model_fields)
    assert (driven.inventory.forecast, driven.logistics.mode) == ("ai", "local")
    assert scenario.strategy("localised").b2b.enabled and scenario.strategy("localised").localisation.festival_edition
    assert dict(scenario.strategy("green_premium").entry) == {"US": 0, "DE": 0, "BR": 26}
    assert scenario.strategy("localised", "ID").product.tier == "value"
    assert scenario.strategy("localised", "US").product.tier == "standard"
    supports = [
        scenario.category_profile.certificates[code].supports
        for code in scenario.strategy("green_premium").product.certificates
    ]
    assert {claim for claims in supports for claim in claims} >= {"health", "green"}


def test_the_resolved_scenario_runs_alone(tmp_path):
    scenario = load_scenario(EXAMPLES / "flagship.yaml", ["markets.ID.mobile_share={value: 0.7, low: 0.6, high: 0.8}"])
    text = scenario.to_yaml()
    assert "extends" not in text
    path = tmp_path / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    again = load_scenario(path)
    assert again == scenario
    assert hash(again) == hash(scenario)
    assert again.digest() == scenario.digest()
    assert again.to_yaml() == text
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert scenario_of(scenario.document()) == scenario


def test_the_digest_names_the_content():
    one = parse_scenario(BASE)
    assert one.digest() == parse_scenario(BASE.replace("cash_usd: 1000", "cash_usd: 1000.0")).digest()
    assert one.digest() == parse_scenario("# a comment\n" + BASE).digest()
    assert one.digest() != parse_scenario(BASE.replace("cash_usd: 1000", "cash_usd: 1001")).digest()


def test_the_schema_beside_the_examples_is_current_and_accepts_them():
    jsonschema = pytest.importorskip("jsonschema")
    schema = json_schema()
    assert json.loads((EXAMPLES / "scenario.schema.json").read_text(encoding="utf-8")) == schema
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    from simulator.scenario.places import plain
    from simulator.scenario.reading import parse

    for path in EXAMPLES.glob("*.yaml"):
        validator.validate(plain(parse(path.read_text(encoding="utf-8"), path.name)))
    for wrong in (
        {"weeks": 3},
        {"wheks": 52},
        {"markets": {"US": {"mobile_share": 80}}},
        {"strategies": {"no_entry": {}}},
    ):
        assert not validator.is_valid(wrong)
    assert validator.is_valid({"markets": {"US": {"mobile_share": {"value": 0.8, "low": 0.7}}}})


def test_facts_stand_under_what_the_scenario_replaces():
    scenario = parse_scenario(
        BASE.replace("[US, DE, ID]", "{US: , DE: , ID: {direct_days: {typical: 9}, mobile_share: 0.8}}")
    )
    known = facts.load("markets", "ID").values
    market = scenario.market("ID")
    assert market.mobile_share == 0.8
    assert market.direct_days.typical == 9
    assert market.direct_days.low == known["direct_days"]["low"]
    assert scenario.market("US").mobile_share == facts.load("markets", "US").values["mobile_share"]
    assert scenario.behaviour_profile.say_do_share == facts.load("behaviour").values["say_do_share"]
    with pytest.raises(UsageError, match="DE, ID"):
        scenario.market("SA")


def test_a_number_of_the_whole_category_holds_in_every_market():
    own = BASE.replace("frequency_per_year: 0.5", "penetration_share: 0.2, market: {ID: {penetration_share: 0.03}}")
    scenario = parse_scenario(own)
    assert [scenario.category_in(code).penetration_share for code in ("US", "DE", "ID")] == [0.2, 0.2, 0.03]
    data = parse_scenario(BASE).category_in("DE")
    assert (
        data.penetration_share == facts.load("categories", "sports_earbuds").values["market"]["DE"]["penetration_share"]
    )
    assert not data.reference_price_given


def test_what_a_market_says_of_the_category():
    own = BASE.replace(
        "frequency_per_year: 0.5", "market: {ID: {reference_price_usd: 40, archetype_shares: {global_brand: 0.2}}}"
    )
    numbers = parse_scenario(own).category_in("ID")
    data = parse_scenario(BASE).category_in("ID")
    assert (numbers.reference_price_usd, numbers.reference_price_given) == (40, True)
    assert numbers.archetype_shares == data.archetype_shares | {"global_brand": 0.2}


def test_rivals_are_the_categorys_unless_given():
    given = BASE + "rivals: {ID: [], DE: [{key: close, price_position: 0.9, rating: 4.0, reviews: 50}]}\n"
    scenario = parse_scenario(given)
    assert scenario.close_rivals("ID") == ()
    assert [rival.key for rival in scenario.close_rivals("DE")] == ["close"]
    assert scenario.close_rivals("US") == scenario.category_profile.close_rivals
    assert parse_scenario(BASE + "rivals: default\n") == parse_scenario(BASE)


def test_one_number_of_a_rival_may_change(files):
    scenario = load_scenario(files(base=BASE), ["category.close_rivals.0.price_position=0.8"])
    (rival,) = scenario.close_rivals("US")
    (default,) = parse_scenario(BASE).close_rivals("US")
    assert rival == default.model_copy(update={"price_position": 0.8})


def test_mechanisms_are_on_unless_switched_off():
    scenario = parse_scenario(BASE + "mechanisms: {ads: false}\n")
    assert not scenario.on("ads")
    assert scenario.on("organic")
    assert scenario.on("contagion")
    with pytest.raises(UsageError, match="organic"):
        scenario.on("organics")


def test_local_payments_and_budgets_of_one_market():
    own = "  third: {extends: second, payments: local, markets: {US: {ads: {budget_usd_week: 500}}}}\n"
    scenario = parse_scenario(BASE + own)
    assert set(scenario.payments("third", "ID")) == {
        code for code, share in scenario.market("ID").payment_mix.items() if share > 0
    }
    assert scenario.payments("second", "ID") == ("card", "paypal")
    assert scenario.own_budget_usd_week("third", "US") == 500
    assert scenario.own_budget_usd_week("third", "DE") is None


def test_one_product_may_be_written_as_the_variant_core():
    core = BASE.replace("volume_l: 1.2", "volume_l: 1.2, products: {core: {unit_cost_usd: 12, moq_units: 300}}")
    seller = parse_scenario(core).seller
    assert (seller.unit_cost_usd, seller.moq_units, dict(seller.products)) == (12, 300, {})


def test_a_scenario_is_frozen():
    scenario = parse_scenario(BASE)
    with pytest.raises(ValueError, match="frozen"):
        scenario.weeks = 3
    with pytest.raises(TypeError, match="with_values"):
        scenario.markets["BR"] = {}


def test_checking_a_scenario_loads_nothing_heavy():
    code = (
        "import sys; from simulator.scenario import load_scenario; load_scenario('scenarios/flagship.yaml');"
        "print(sorted({'numba', 'mesa', 'pandas', 'altair', 'scipy', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
