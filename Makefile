# Everything here does its own set-up: a bare clone, Python 3.11+ and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test test-all check bench docs setup setup-dev setup-extras lock clean help

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: setup ## the whole chain on real data, in the folder demo/
	@$(BIN)/cloister demo --folder demo

test: setup-dev ## the fast suites
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not slow"

test-all: setup-extras ## the slow suites too: faults, tampering, browser, torch
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile

check: setup-dev ## lint, types, import contracts, docs headings; under a minute
	@$(BIN)/ruff format --check -q src tests benchmarks scripts && $(BIN)/ruff check -q src tests benchmarks scripts
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -q tests/architecture

bench: setup-dev ## NAME=phi for one benchmark; all without it
	@for name in $(or $(NAME),$(sort $(basename $(notdir $(wildcard benchmarks/[a-z]*.py))))); do \
	  echo "== $$name"; $(BIN)/python benchmarks/$$name.py || exit 1; done

docs: setup-dev ## the manual as pages, in docs/_build
	@$(BIN)/python -m sphinx -q -W -b html docs docs/_build/html && echo "docs/_build/html/index.html"

setup: $(VENV)/runtime.stamp
setup-dev: $(VENV)/dev.stamp
setup-extras: setup-dev $(VENV)/extras.stamp ## torch, XGBoost and synthetic data, for the optional parts

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Cloister needs Python 3.11 or newer. Try: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing. Try: apt-get install python3-venv"; exit 1; }

$(VENV)/runtime.stamp: src/cloister/runtime.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing (once, about a minute) ..."
	@$(BIN)/pip install -q --no-deps --require-hashes -r src/cloister/runtime.lock
	@$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@sh scripts/sandbox.sh
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the tests need (once, about a minute) ..."
	@$(BIN)/pip install -q --no-deps --require-hashes -r requirements/dev.lock
	@$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@sh scripts/sandbox.sh
	@touch $@ $(VENV)/runtime.stamp

# torch's CPU build where it is at hand; elsewhere the index's, which the gate of dependencies calls unlocked.
$(VENV)/extras.stamp: requirements/extras.lock requirements/torch.lock | $(VENV)/dev.stamp
	@echo "Installing torch, XGBoost and what synthetic data needs (once, some minutes) ..."
	@$(BIN)/pip install -q --no-deps --require-hashes -r requirements/extras.lock
	@$(BIN)/pip install -q --no-deps --require-hashes -r requirements/torch.lock 2> /dev/null || $(BIN)/pip install -q torch==2.13.0
	@touch $@

lock: ## write the lock files anew (needs uv on the PATH)
	@uv pip compile pyproject.toml requirements/build.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o src/cloister/runtime.lock
	@uv pip compile pyproject.toml requirements/build.in --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements/dev.lock -c src/cloister/runtime.lock
	@uv pip compile pyproject.toml requirements/build.in requirements/extras.in --group dev --python-platform linux --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o $(VENV)/full.lock -c requirements/dev.lock
	@$(PYTHON) scripts/extras_lock.py $(VENV)/full.lock requirements/dev.lock > requirements/extras.lock

clean: ## remove what the targets made
	@rm -rf $(VENV) docs/_build .mypy_cache .pytest_cache .ruff_cache
