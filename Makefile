# `make run` is all one needs: the first use builds .venv, installs, and plays the flagship scenario.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run app test e2e check lint types layers bench schema shipped screenshots clean

# The first of these that works and is Python 3.11 or newer; `make PYTHON=...` overrides it.
PYTHON ?= $(shell for each in python3.11 python3 python3.13 python3.12 python; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$each"; exit; }; done; echo none)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq
SCENARIO ?= scenarios/flagship.yaml
CHROMIUM ?= /usr/bin/chromium
TESTS ?= -q -n 2 --dist loadfile

export CHROMIUM
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

help:
	@echo "make run      play $(SCENARIO) and print the folder and the report"
	@echo "make app      open the app on this machine"
	@echo "make test     run the tests"
	@echo "make e2e      run the tests of the app in a browser (needs Chromium)"
	@echo "make check    format, lint, types, layers, tests"
	@echo "make bench    measure the speed"
	@echo "make schema   write the JSON Schema that editors use"
	@echo "make shipped  play examples and claims in full, for the app to open with"
	@echo "make screenshots  take pictures of all pages into screenshots/ (needs Chromium)"
	@echo "make clean    remove .venv and caches (runs/ stays)"

.venv/.made:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed. Install it, or name it: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		rm -rf .venv; \
		"$(PYTHON)" -m venv .venv || { rm -rf .venv; \
			echo "Python could not build .venv. On Debian or Ubuntu: apt-get install python3-venv; then try again." >&2; \
			exit 1; }; \
	fi
	@touch $@

.venv/.installed: .venv/.made pyproject.toml
	@echo "Installing into .venv (once) ..." >&2
	@$(PIP) -e .
	@touch $@

.venv/.installed-ui: .venv/.installed
	@echo "Installing the app (once) ..." >&2
	@$(PIP) -e '.[ui]'
	@touch $@

.venv/.installed-dev: .venv/.installed
	@echo "Installing the development tools (once) ..." >&2
	@$(PIP) -e '.[dev]'
	@touch $@

run: .venv/.installed
	@$(BIN)/market-entry run $(SCENARIO)

app: .venv/.installed-ui
	@$(BIN)/market-entry app

test: .venv/.installed-dev
	@$(BIN)/python -m pytest $(TESTS)

e2e: .chromium .venv/.installed-dev
	@$(BIN)/python -m pytest tests/e2e -q -p no:xdist

.PHONY: .chromium
.chromium:
	@[ -x "$(CHROMIUM)" ] || { \
		echo "$(CHROMIUM) is missing. On Debian or Ubuntu: apt-get install chromium fonts-noto-cjk" >&2; \
		echo "Elsewhere, name a Chromium or Chrome: make CHROMIUM=/path/to/it ..." >&2; exit 1; }

check: lint types layers test

lint: .venv/.installed-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: .venv/.installed-dev
	@$(BIN)/mypy

layers: .venv/.installed-dev
	@$(BIN)/lint-imports

bench: .venv/.installed-dev
	@$(BIN)/python -m benchmarks

schema: .venv/.installed
	@$(BIN)/market-entry schema > scenarios/scenario.schema.json.new
	@mv scenarios/scenario.schema.json.new scenarios/scenario.schema.json

shipped: .venv/.installed-dev
	@$(BIN)/python tools/make_shipped.py

screenshots: .chromium .venv/.installed-dev
	@$(BIN)/python -m tools.screenshots

clean:
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info
