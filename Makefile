# Needs python3 (3.11 or newer) and make; everything else is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

# What decides what is said, and when: every branch of it is tested.
WHOLE := src/weekly/models.py,src/weekly/weeks.py,src/weekly/claims/*,src/weekly/select/*,src/weekly/formats/*,src/weekly/checks/*

.DEFAULT_GOAL := help
.PHONY: help setup demo test coverage lint bench mutate fuzz year rehearsal server clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(INSTALLED)  ## .venv with weekly, its flows and its tools in it

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "weekly needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 setup" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "python3 -m venv failed: on Debian, apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv
	@# What the distribution was called once: the two together would bring every part twice.
	@$(BIN)/uv pip uninstall --quiet --python $(BIN)/python weekly 2>/dev/null || true
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --constraint constraints.txt --group dev --editable '.[flows,postgres,learn,dkim,repository]'
	$(BIN)/python -m compileall -q src flows
	@touch $@

demo: setup  ## the whole job, offline, into demo/
	$(BIN)/weekly demo demo

test: setup  ## the test suite, with a sample of what runs in many variants
	$(BIN)/python -m pytest -n auto

coverage: setup  ## the test suite with every variant, measured: fails where the tests leave too much of the program out
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto --every-variant
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=97
	$(BIN)/coverage report --fail-under=100 --include='$(WHOLE)'

lint: setup  ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

server: setup  ## Prefect on this machine: the flows on their schedules, and a page to look at; Ctrl-C ends it
	@exec $(BIN)/python -m flows.server $(WORKSPACE)

bench: setup  ## timings, as ratios taken in one run on one machine
	$(BIN)/python -m bench

mutate: setup  ## small changes to the modules that decide, each of which some test has to notice
	$(BIN)/python -m bench.mutate

fuzz: setup  ## what strangers send, broken at random: MINUTES=10, or SAMPLES="pictures=50000 pages=20000"
	$(BIN)/python -m bench.fuzz $(SAMPLES)

year: setup  ## 53 weeks that run by themselves, with a clock of their own: about seven minutes
	WEEKLY_YEAR_WEEKS=53 $(BIN)/python -m pytest -n 0 tests/test_year.py

rehearsal: setup  ## four weeks of a newsletter in a repository, on this machine: every step of its workflows
	WEEKLY_REHEARSAL_WEEKS=4 $(BIN)/python -m pytest -n 0 tests/repository/test_rehearsal.py -k every_reader

clean:  ## removes what the other targets made
	rm -rf .venv demo .coverage* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
