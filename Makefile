PYTHON ?= python3
BIN := .venv/bin
SYNCED := .venv/.synced
UV := $(BIN)/uv

.DEFAULT_GOAL := help
.PHONY: help serve test check format golden bench clean

help: ## what each target does
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

$(SYNCED): pyproject.toml uv.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(UV) || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(UV) sync --locked --inexact --quiet
	touch $@

serve: $(SYNCED) ## set everything up and serve on http://127.0.0.1:8000
	exec $(BIN)/mitigap serve

test: $(SYNCED) ## set everything up and run every test, with its own Redis and PostgreSQL
	tests/need-chromium
	$(BIN)/pytest -n auto --dist loadgroup

check: $(SYNCED) ## format, lint, types, import contracts, dependencies, then every test
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(MAKE) test

format: $(SYNCED) ## format and mend what can be mended by itself
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

golden: $(SYNCED) ## write the golden files of the reports anew; look at the difference before you commit it
	MITIGAP_GOLDEN=write $(BIN)/pytest -q tests/reports

bench: $(SYNCED) ## measure, as ratios against a peer or a floor in the same run
	$(BIN)/python -m benchmarks

clean: ## remove what the targets above have made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
