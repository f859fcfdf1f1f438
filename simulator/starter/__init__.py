"""A scenario to start from: what is asked about one's own product and markets, and the text that the answers make."""

from simulator.starter.answers import Answers, answered
from simulator.starter.questions import Question, questions
from simulator.starter.writing import scenario_text

__all__ = ["Answers", "Question", "answered", "questions", "scenario_text"]
