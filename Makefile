# The first Python that is new enough and can make a virtual environment; PYTHON=… names another.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
  "$$each" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)
BIN := .venv/bin
UV := $(BIN)/uv
SYNC := UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never $(UV) sync --locked --inexact --quiet

.DEFAULT_GOAL := help
.PHONY: help serve test check format golden bench pictures clean

help: ## what each target does
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

$(UV):
	@test -n "$(PYTHON)" || { echo "Mitigap needs Python 3.11 or newer with its venv module (Debian: apt-get install python3-venv), or PYTHON=/path/to/python3." >&2; exit 1; }
	@echo "Setting up .venv, once: a minute or two ..." >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

.venv/.serves: pyproject.toml uv.lock | $(UV)
	@$(SYNC) --no-default-groups
	@touch $@

.venv/.synced: pyproject.toml uv.lock | $(UV)
	@$(SYNC) --all-extras
	@touch $@ .venv/.serves

serve: .venv/.serves ## set everything up and serve on http://127.0.0.1:8000
	@exec $(BIN)/mitigap serve

test: .venv/.synced ## set everything up and run every test, with its own Redis and PostgreSQL
	tests/need-chromium
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadgroup

check: .venv/.synced ## format, lint, types, import contracts, dependencies, then every test
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(MAKE) test

format: .venv/.synced ## format and mend what can be mended by itself
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

golden: .venv/.synced ## write the golden files of the reports anew; look at the difference before you commit it
	MITIGAP_GOLDEN=write $(BIN)/pytest -q tests/reports

chaos: .venv/.synced ## kill everything again and again while 500 jobs run, in both modes, and count what is lost or doubled
	PYTHONPATH=tests $(BIN)/python -m chaos $(CHAOS)

bench: .venv/.synced ## measure, as ratios against a peer or a floor in the same run
	$(BIN)/python -m benchmarks

pictures: .venv/.synced ## take the pictures of the documents anew, from the running product
	$(BIN)/python docs/take_pictures.py

clean: ## remove what the targets above have made
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis dist
