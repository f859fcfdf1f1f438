"""Consumers as columns: birth, polls, the compiled week, and the start-up solve."""
