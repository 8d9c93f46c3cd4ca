# Two commands are all a newcomer needs: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LOCK := requirements.lock
# scrapydweb's pins are from 2021: it lives in an environment of its own
CONSOLE := .venv-scrapydweb
CONSOLE_STAMP := $(CONSOLE)/.installed
CONSOLE_LOCK := requirements-scrapydweb.lock
# tests run in so many processes, a file of tests in one of them
TEST_PROCESSES ?= 2

.PHONY: help install demo console up down deploy test bench soak lint types imports lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

$(STAMP): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("jobspiders needs Python 3.11 or newer; this is " + sys.version.split()[0] + " (set PYTHON=)") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

install: $(STAMP) ## the virtual environment .venv, from the lock file

demo: install ## crawl every board from recorded pages into the embedded database
	@$(BIN)/scrapy demo

$(CONSOLE_STAMP): $(CONSOLE_LOCK)
	$(PYTHON) -m venv $(CONSOLE)
	$(CONSOLE)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(CONSOLE_LOCK)
	@touch $@

console: $(CONSOLE_STAMP) ## the environment of scrapydweb, .venv-scrapydweb

up: install console ## database, Scrapyd, scrapydweb and schedules on this machine, kept running
	@$(BIN)/scrapy up

down: install ## stop what `make up` started; crawls go on with the next one
	@$(BIN)/scrapy down

deploy: install ## this code, built and checked, becomes what Scrapyd runs
	@$(BIN)/scrapy deploy

lint: install ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install ## mypy --strict
	$(BIN)/mypy

imports: install ## import-linter: data flows one way
	$(BIN)/lint-imports

test: lint types imports ## everything CI checks
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(TEST_PROCESSES) --dist loadfile
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: install ## how fast, how much memory, beside bare Scrapy and python-jobspy; FULL=1: with a million postings
	@$(BIN)/python -m benchmarks $(if $(FULL),--full)

soak: install ## what takes minutes: duplicates in shuffled orders, three Scrapyd nodes of which one dies, simulated years
	$(BIN)/pytest -m soak -s

lock: install ## renew requirements.lock: names, versions and hashes, no registry addresses
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras --generate-hashes \
		--no-header --no-emit-index-url --no-annotate --output-file $(LOCK) pyproject.toml
	printf 'scrapydweb==1.6.0\nlogparser==0.8.4\nsetuptools<81\n' | $(BIN)/uv pip compile --quiet --upgrade --universal \
		--python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate \
		--output-file $(CONSOLE_LOCK) -

clean: ## remove what the build leaves behind; data in .jobspiders stays
	rm -rf $(VENV) $(CONSOLE) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage* .hypothesis
