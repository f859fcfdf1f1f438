"""Every kind of wrong scenario: one message each, with its place, what is allowed and the closest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.errors import Problem, ScenarioError
from simulator.scenario import load_scenario, parse_scenario

GOOD = """\
category: sports_earbuds
markets: [US, ID]
seller: {cash_usd: 1000, unit_cost_usd: 18, weight_kg: 0.25, volume_l: 1.2}
strategies:
  plain:
    entry: {US: 0}
"""


def refused(text: str | bytes, **options: object) -> tuple[Problem, ...]:
    """Return the problems of a scenario that must be refused."""
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, name="my.yaml", **options)  # type: ignore[arg-type]
    return caught.value.problems


def test_the_smallest_scenario_is_accepted():
    scenario = parse_scenario(GOOD)
    assert scenario.baseline == "plain"
    assert scenario.strategy("plain").entry == {"US": 0}


ONE_PROBLEM = [
    # what follows GOOD, line:column, path, parts of the message
    ("wheks: 3", "7:1", "wheks", ["unknown key", "did you mean 'weeks'"]),
    ("weeks: 3", "7:8", "weeks", ["read 3", "a whole number from 4 to 520"]),
    ("weeks: 52.0", "7:8", "weeks", ["read 52.0", "whole number"]),
    ('weeks: "52"', "7:8", "weeks", ['read "52"', "whole number"]),
    ("weeks: true", "7:8", "weeks", ["read true", "whole number"]),
    ("weeks: .nan", "7:8", "weeks", ["read .nan", "finite"]),
    ("discount_rate: 1e999", "7:16", "discount_rate", ["finite"]),
    ("discount_rate: yes", "7:16", "discount_rate", ['read "yes"', "a number from 0 to 1"]),
    ("mechanisms: {ads: no}", "7:19", "mechanisms.ads", ['read "no"', "true or false"]),
    ("mechanisms: {ads: 0}", "7:19", "mechanisms.ads", ["read 0", "true or false"]),
    ("mechanisms: {adds: false}", "7:14", "mechanisms.adds", ["unknown name", "did you mean 'ads'"]),
    ("replications: 10001", "7:15", "replications", ["10,000"]),
    ("consumers: 99", "7:12", "consumers", ["from 100 to 100,000,000"]),
    ("start: 2026-01-06", "7:8", "start", ["Tuesday", "2026-01-05", "2026-01-12"]),
    ("start: 2026-13-06", "7:8", "start", ["a day as YYYY-MM-DD"]),
    ("baseline: plan", "7:11", "baseline", ["no strategy", "did you mean 'plain'"]),
    ("behaviour: {ar_effect: {value: 0.1, low: 0, high: 1e300}}\nuncertainties: {behaviour.ar_effect: from_facts}",
     "8:38", "uncertainties.behaviour.ar_effect", ["the range is 0 to 1e+300; allowed: below 1e+13"]),
    ("outcomes: []", "7:1", "outcomes", ["read 0 entries; allowed: at least 1"]),
    ("outcomes: [profit]", "7:12", "outcomes.0", ["did you mean 'profit_usd'"]),
    ("demand: expect", "7:9", "demand", ["did you mean 'expected'"]),
    ("consumers_override: {taste_shapes: {entrant: 0.3, globl_brand: 1}}", "7:51",
     "consumers_override.taste_shapes.globl_brand", ["no seller of this scenario", "did you mean 'global_brand'"]),
    ("consumers_override: {taste_shapes: {entrant: 0}}", "7:46", "consumers_override.taste_shapes.entrant",
     ["read 0", "a number from 0.01 to 100"]),
    ("consumers_override: {taste_sd: 0.5, taste_shapes: {entrant: 1}}", "7:21", "consumers_override",
     ["taste_sd and taste_shapes are both given; allowed: one of them"]),
    ("period_days: 8", "7:14", "period_days", ["from 1 to 7"]),
    ("rivals: {DE: []}", "7:10", "rivals.DE", ["no market of this scenario", "ID, US"]),
    ("behaviour: {say_do: 0.3}", "7:13", "behaviour.say_do", ["did you mean 'say_do_share'"]),
    ("behaviour: {value: 3}", "7:12", "behaviour", ["read 3", "a mapping with say_do_share", "in all)"]),
    ("behaviour: {web_share: 1.2}", "7:24", "behaviour.web_share", ["read 1.2", "a number from 0 to 1"]),
    ("behaviour: {web_share: {value: 0.2, low: 0.3}}", "7:13", "behaviour.web_share", ["between low and high"]),
    ('title: "a\\e]0;b"', "7:8", "title.en", ["control character U+001B", "plain text on one line"]),
    ('title: {en: a, zh: "b\\u202Ec"}', "7:20", "title.zh", ["control character U+202E"]),
    ("summary: |\n  a\n  b", "7:10", "summary.en", ["control character U+000A"]),
    (f"title: {'a' * 501}", "7:8", "title.en", ["read 501 characters", "at most 500"]),
    ("title: {en: a, fr: b}", "7:16", "title", ["unknown key", "en, zh"]),
    ("weeks: 52\nweeks: 53", "8:1", "weeks", ["stands twice", "line 7"]),
    ("title: &t {en: x}", "7:8", "title", ["anchor"]),
    ("title: !!str x", "7:8", "title", ["tag"]),
    ("---\nweeks: 3", "7:1", "", ["second document"]),
    ("title: {en: x", None, "", ["not valid YAML"]),
    ("? [a]\n: 3", None, "", ["a key that is no plain text"]),
    ("title: " + "[" * 40 + "]" * 40, None, None, ["nested deeper"]),
    ("uncertainties: {weeks: {dist: uniform, low: 5, high: 9}}", "7:17", "uncertainties.weeks", ["whole numbers"]),
    (
        "uncertainties: {category.need_rate_shape: from_facts}",
        "7:17",
        "uncertainties.category.need_rate_shape",
        ["columns of the population"],
    ),
    (
        "uncertainties: {strategies.plain.price.rule: {dist: discrete, values: [1]}}",
        "7:17",
        "uncertainties.strategies.plain.price.rule",
        ["it is no number"],
    ),
    ("uncertainties: {behaviour.webshare: from_facts}", "7:17", None, ["did you mean 'behaviour.web_share'"]),
    ("uncertainties: {behaviour.web_share: 3}", "7:38", None, ["read 3", "triangular"]),
    ("uncertainties: {behaviour.web_share: {dist: norml}}", "7:45", None, ["did you mean 'normal'"]),
    ("uncertainties: {behaviour.web_share: {low: 1}}", "7:17", None, ["the key 'dist' is missing"]),
    ("uncertainties: {behaviour.web_share: {dist: uniform, low: 0}}", "7:17", None, ["'high' is missing"]),
    ("uncertainties: {behaviour.web_share: {dist: uniform, low: 0, high: 2}}", "7:17", None, ["reaches 0 to 2"]),
    ("uncertainties: {behaviour.web_share: {dist: normal, mean: 0.2, sd: 0.2}}", "7:17", None, ["truncate"]),
    ("uncertainties: {seller.unit_cost_usd: from_facts}", "7:39", None, ["no range"]),
    ("rivals: {US: [{key: [a], price_position: 1, rating: 4, reviews: 1}]}", None, "rivals.US.0.key", ["a list"]),
    ("events: [{kind: [tariff]}]\nuncertainties: {behaviour.web_share: from_facts}", "7:17", "events.0.kind", []),
    ("uncertainties: {behaviour.web_share: {dist: beta, mean: 0.5, sd: 0.6}}", None, None, ["sd 0.6 is too large"]),
    ("uncertainties: {behaviour.web_share: {dist: normal, mean: 0, sd: 0.001, low: 0.9, high: 1}}", None, None,
     ["almost nothing"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("addition", "place", "path", "parts"), ONE_PROBLEM, ids=[case[0][:50] for case in ONE_PROBLEM]
)
def test_one_slip_gives_one_message(addition, place, path, parts):
    (problem,) = refused(GOOD + addition + "\n")
    assert problem.file == "my.yaml"
    if place is not None:
        assert f"{problem.line}:{problem.column}" == place
    if path is not None:
        assert problem.path.startswith(path)
    for part in parts:
        assert part in problem.message


RIVAL = "{key: a, price_position: 0.9, rating: 4, reviews: 3, "
RIVALS = [
    ("rule: undrcut", ['read "undrcut"', "did you mean 'undercut'", "best_respond"]),
    ("copies: [festival]", ["allowed: child_safe, custom, green, health, safety, smart"]),
    ("copies: [green], copy_lag_weeks: 0", ["from 1 to 104"]),
    ("enter_week: -1", ["from 0 to 519"]),
    ("leave_after_weeks: 521", ["from 0 to 520"]),
    ("owner: Me", ["[a-z]"]),
]


@pytest.mark.parametrize(("number", "parts"), RIVALS, ids=[case[0] for case in RIVALS])
def test_slips_in_a_rival(number, parts):
    (problem,) = refused(f"{GOOD}rivals: {{US: [{RIVAL}{number}}}]}}\n")
    assert problem.line == 7
    assert all(part in problem.message for part in parts), problem.message


def test_a_market_is_no_place_for_nine_close_rivals():
    nine = ", ".join(f"{{key: a{k}, price_position: 0.9, rating: 4, reviews: 3}}" for k in range(9))
    (problem,) = refused(f"{GOOD}rivals: {{US: [{nine}]}}\n")
    assert (problem.line, problem.path) == (7, "rivals.US")
    assert "read 9 close rivals; allowed: at most 8" in problem.message


STRATEGY = [
    ("channel: shop", ["allowed: both, marketplace, store"]),
    ("chanel: both", ["did you mean 'channel'"]),
    ("price: {position: 20}", ["a number from 0.1 to 10"]),
    ("payments: [card, papal]", ["did you mean 'paypal'"]),
    ("payments: [local, card]", ["local alone"]),
    ("payments: [card, card]", ["more than once"]),
    ("product: {certificates: [FSK]}", ["no certificate", "did you mean 'FSC'"]),
    ("product: {green: true}", ["read true"]),
    ("ads: {rule: tacos}", ["needs `share`"]),
    ("extends: plane", ["did you mean 'plain'"]),
    ("extends: mine", ["in a circle: mine -> mine"]),
    ("entry: {DE: 0}", ["no market of this scenario; allowed: ID, US"]),
    ("entry: {US: 520}", ["from 0 to 519"]),
    ("markets: {DE: {}}", ["no market of this scenario"]),
    ("markets: {ID: {product: {tier: cheap}}}", ["allowed: premium, standard, value"]),
    ("markets: {ID: {entry: {ID: 3}}}", ["holds for the whole firm"]),
    ("markets: {ID: {channel: null}}", ["nothing to remove"]),
    ("ads: {rule: acos}", ["needs `target_share`"]),
    ("price: {promotions: [{weeks: [54], off_share: 0.2}]}", ["from 1 to 53"]),
    ("price: {promotions: [{weeks: [46], off_share: 0}]}", ["above 0 and below 1"]),
    ("b2b: {exclusive: true}", ["needs `enabled: true`"]),
    ("logistics: {mode: hub}", ["needs `hub`"]),
    ("logistics: {mode: hub, hub: VM}", ["no hub", "allowed: AE, AU, CA, MX, PA, PL, VN"]),
    ("logistics: {hub: XX}", ["no hub"]),
    ("logistics: {mode: hub, hub: PL}", ["does not serve US", "allowed there: CA, MX"]),
    ("logistics: {mode: pool, transport: air}", ["a way of local stock"]),
    ("inventory: {postponed: true}", ["read true, but no market", "logistics.mode local"]),
    ("markets: {ID: {logistics: {mode: local}, inventory: {postponed: true}}}", ["no market that is entered"]),
    ("inventory: {postponed: 1}", ["true or false"]),
    ("products: {pro: {green: 1.0}}", ["no product of the seller", "allowed: core"]),
    ("markets: {ID: {products: {pro: {green: 1.0}}}}", ["no product of the seller"]),
]


@pytest.mark.parametrize(("lever", "parts"), STRATEGY, ids=[case[0] for case in STRATEGY])
def test_slips_in_a_strategy(lever, parts):
    entry = "" if lever.startswith(("entry", "extends")) else "    entry: {US: 0}\n"
    (problem,) = refused(f"{GOOD}  mine:\n{entry}    {lever}\n")
    assert problem.line == (8 if not entry else 9)
    assert all(part in problem.message for part in parts), problem.message


@pytest.mark.parametrize("name", ["no_entry", "Mine", "9lives", "a" * 41])
def test_names_that_a_strategy_cannot_have(name):
    (problem,) = refused(f"{GOOD}  {name}: {{entry: {{US: 0}}}}\n")
    assert problem.line == 7
    assert "allowed" in problem.message


def test_all_errors_of_a_file_come_at_once_and_in_order():
    problems = refused(
        GOOD.replace("US, ID", "US, IDN").replace("weight_kg: 0.25", "weight: 1")
        + "    price: {position: 0, rule: fixt}\nweeks: 1\ncategory2: 3\n"
    )
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)
    assert {problem.path for problem in problems} == {
        "markets.IDN", "seller.weight", "seller.weight_kg", "strategies.plain.price.position",
        "strategies.plain.price.rule", "weeks", "category2",
    }  # fmt: skip


def test_heirs_do_not_repeat_what_is_wrong_in_their_parent():
    heirs = "    channel: shop\n  a: {extends: plain}\n  b: {extends: a}\n"
    (problem,) = refused(GOOD + heirs)
    assert problem.path == "strategies.plain.channel"


def test_no_market_is_no_scenario():
    problems = refused(GOOD.replace("[US, ID]", "{}"))
    assert (problems[0].path, problems[0].line) == ("markets", 2)
    assert "at least 1" in problems[0].message


def test_missing_parts_are_named():
    problems = refused("title: {en: x}\n")
    assert {problem.path for problem in problems} == {"category", "markets", "seller", "strategies"}


@pytest.mark.parametrize(
    ("category", "path", "part"),
    [
        ("sports_earbud", "category", "did you mean 'sports_earbuds'"),
        ("{penetration_share: 0.1}", "category", "'key' is missing"),
        ("{key: sports_earbuds, tiers: {value: {cost: -1}}}", "category.tiers.value.cost", "above 0"),
        ("{key: sports_earbuds, market: {XX: {}}}", "category.market.XX", "unknown market"),
        ("{key: sports_earbuds, market: {US: {duty: 0.1}}}", "category.market.US.duty", "did you mean 'duty_share'"),
        ("{key: sports_earbuds, market: {US: {duty_share: 2}}}", "category.market.US.duty_share", "from 0 to 1"),
        ("{key: sports_earbuds, archetypes: {global_brand: {share: 0.9}},"
         " market: {US: {archetype_shares: {global_brand: 0.9}}}}", "category.archetypes", "sum to"),
        ("{key: sports_earbuds, once: 1}", "category.once", "read 1; allowed: true or false"),
        ("{key: sports_earbuds, market: {US: {archetype_shares: true}}}", "category.market.US.archetype_shares",
         "allowed: a mapping"),
        ("3", "category", "allowed: a mapping"),
    ],
)  # fmt: skip
def test_slips_in_the_category(category, path, part):
    problems = refused(GOOD.replace("sports_earbuds", category))
    assert problems[0].path == path
    assert part in problems[0].message
    assert problems[0].line == 1


@pytest.mark.parametrize(
    ("own", "part"),
    [
        ("{mobile_share: 80}", "a number from 0 to 1"),
        ('{mobile_share: "0.8"}', "a number from 0 to 1"),
        ("{mobile: 0.8}", "did you mean 'mobile_share'"),
        ("{payment_mix: {card: 0.9}}", "the shares sum to"),
        ("{direct_days: {typical: -3}}", "above 0"),
    ],
)
def test_slips_in_a_market(own, part):
    problems = refused(GOOD.replace("[US, ID]", f"{{US: {own}}}"))
    assert part in problems[0].message
    assert problems[0].path.startswith("markets.US")


def test_form_of_the_file(tmp_path: Path):
    assert "empty" in refused("")[0].message
    assert "empty" in refused("# nothing\n")[0].message
    assert "allowed: a mapping" in refused("- a\n")[0].message
    (problem,) = refused(b"title: x\nseller: \xff\n")
    assert (problem.line, problem.column) == (2, 9)
    assert "UTF-8" in problem.message
    assert "256 KiB" in refused("#" * 300_000)[0].message
    large = tmp_path / "large.yaml"
    large.write_text("#" * (2 * 1024 * 1024 + 1))
    for path, part in [(large, "2,048 KiB"), (tmp_path / "none.yaml", "there is no file"), (tmp_path, "is a folder")]:
        with pytest.raises(ScenarioError, match=part):
            load_scenario(path)


def test_aliases_are_refused():
    problems = refused(GOOD + "title: &t {en: x}\nsummary: *t\n")
    assert [problem.line for problem in problems] == [7, 8]
    assert "alias" in problems[1].message


def test_too_many_strategies():
    more = "".join(f"  s{number}: {{entry: {{US: 0}}}}\n" for number in range(32))
    (problem,) = refused(GOOD + more)
    assert "read 33 strategies; allowed: up to 32" in problem.message


def test_an_upload_extends_only_what_lies_in_the_folder():
    (problem,) = refused("extends: base.yaml\n")
    assert "no extends" in problem.message
    (problem,) = refused("extends: ../pyproject.toml\n", folder=Path("scenarios"))
    assert "allowed here: " in problem.message and "base.yaml" in problem.message
    assert parse_scenario("extends: base.yaml\nweeks: 52\n", folder=Path("scenarios")).weeks == 52
