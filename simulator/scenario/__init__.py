"""The frozen model of a scenario: reading, checking, replacing values, drawing futures."""

from simulator.scenario.loading import load_scenario, parse_scenario, scenario_of
from simulator.scenario.scenario import MECHANISMS, NUMBERS_VERSION, Scenario
from simulator.scenario.schema import json_schema
from simulator.scenario.strategy import Strategy

__all__ = [
    "MECHANISMS",
    "NUMBERS_VERSION",
    "Scenario",
    "Strategy",
    "json_schema",
    "load_scenario",
    "parse_scenario",
    "scenario_of",
]
