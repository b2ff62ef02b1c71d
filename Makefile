# makegood: `make demo` shows the main job, `make test` proves it; both build .venv first.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
COMPILE := $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

# Compiled files are kept where the environment says not to: without them every process compiles everything again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test check format bench crash conformance lock clean
KILLS := 5000

help: ## what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/.run ## run the main job on a month it makes, and say where the report is
	$(BIN)/makegood demo --out demo

test: check ## all tests and checks, in under five minutes
	sh .ci/components
	$(BIN)/python -m pytest -n 2 --ignore tests/crash

check: $(VENV)/.test ## style, types and import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.test ## put the sources in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.test $(VENV)/.litellm ## measure: engine, terms, book, gateway, detection, alarms, drift; three hours, needs wrk and nginx
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.weighing
	$(BIN)/python -m benchmarks.book
	$(BIN)/python -m benchmarks.detection
	$(BIN)/python -m benchmarks.alarms
	$(BIN)/python -m benchmarks.drift
	$(BIN)/python -m benchmarks.hooks
	$(BIN)/python -m benchmarks.gateway --litellm $(VENV)-litellm/bin/litellm
	$(BIN)/python -m benchmarks.gateway_memory
	$(BIN)/python -m benchmarks.gateway_faults

crash: $(VENV)/.test ## kill workers KILLS times amid a campaign, on SQLite and PostgreSQL, and find planted bugs (5,000 take over an hour)
	$(BIN)/python -m pytest tests/crash
	$(BIN)/python -m benchmarks.crash $(KILLS)

conformance: $(VENV)/.conformance ## the same SQL on the same rows in DuckDB and in Spark (needs Java 17)
	$(BIN)/python -m benchmarks.conformance $(VENV)-spark/bin/python

lock: $(UV) ## pin the dependencies again, as hashed lists without index addresses
	$(COMPILE) requirements/uv.in -o requirements/uv.txt
	$(COMPILE) pyproject.toml requirements/build.in -o requirements/run.txt
	$(COMPILE) pyproject.toml requirements/build.in --group test -o requirements/test.txt
	$(COMPILE) --group conformance -o requirements/conformance.txt
	$(COMPILE) requirements/litellm.in -o requirements/litellm.txt

clean: ## remove what was built
	rm -rf $(VENV) $(VENV)-spark $(VENV)-litellm demo dist .pytest_cache .mypy_cache .ruff_cache

$(UV): requirements/uv.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "makegood needs Python 3.11 or later")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $(UV)

$(VENV)/.run: $(UV) requirements/run.txt pyproject.toml
	$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements/run.txt
	$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.txt
	$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements/test.txt
	@touch $@

$(VENV)/.conformance: $(VENV)/.test requirements/conformance.txt
	test -x $(VENV)-spark/bin/python || $(PYTHON) -m venv $(VENV)-spark
	$(UV) pip install -q --python $(VENV)-spark/bin/python --require-hashes -r requirements/conformance.txt
	@touch $@

$(VENV)/.litellm: $(VENV)/.test requirements/litellm.txt
	test -x $(VENV)-litellm/bin/python || $(PYTHON) -m venv $(VENV)-litellm
	$(UV) pip install -q --python $(VENV)-litellm/bin/python --require-hashes -r requirements/litellm.txt
	@touch $@
