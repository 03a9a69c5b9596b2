# The four commands: make run, make test, make check, make bench. `make setup` alone makes the virtual environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PRODUCT := bot catalog data handlers locales reports storage surveys web
CHECKS := check-lint check-format check-types check-imports check-locks check-tests

.PHONY: help run setup test-setup test check $(CHECKS) bench lock format clean

help: ## Show the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

run: setup ## Serve at http://127.0.0.1:8080 with sample data if the database is empty
	@$(BIN)/motcua run --demo

setup: $(VENV)/.run ## Make the virtual environment from the lock file

test-setup: $(VENV)/.test

# Each process loads everything, and more of them than processors take each other's caches: as many as processors.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(os.cpu_count() or 1)')

# Programs that tests start load their modules from bytecode.
test: export PYTHONDONTWRITEBYTECODE :=
test: test-setup ## Run every test, and those of days and weeks at awkward moments too
	@$(BIN)/python -m pytest -q --numprocesses $(WORKERS) --dist loadscope --max-worker-restart 0 --moment calendar

check: test-setup ## Lint, types, import contracts, lock files current, tests that can be read
	@$(MAKE) --no-print-directory --jobs --keep-going --output-sync $(CHECKS)

check-lint:
	@$(BIN)/ruff check .

check-format:
	@$(BIN)/ruff format --check .

check-types:
	@$(BIN)/mypy

check-imports:
	@$(BIN)/lint-imports --no-cache

check-locks:
	@$(BIN)/python -m tests.lock_is_current

# What takes longest to read, the tests' own modules, is written as bytecode while the types take one processor alone.
check-tests: export PYTHONDONTWRITEBYTECODE :=
check-tests:
	@found=$$($(BIN)/python -m pytest -q --collect-only --moment calendar) || { echo "$$found"; exit 1; }

# A start reads its modules from bytecode, as an installed server's does.
bench: export PYTHONDONTWRITEBYTECODE :=
bench: test-setup ## Run the benchmarks
	@$(BIN)/python -m benchmarks

lock: test-setup ## Write the lock files anew from pyproject.toml
	@$(BIN)/python -m tests.lock_is_current --write

format: test-setup ## Format the code
	@$(BIN)/ruff check --fix-only -q . ; $(BIN)/ruff format -q .

clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q $(PRODUCT)  # who runs the server may be allowed to write none
	@touch $@

# The tests' lock file holds all of the other's too. uv, which is in it, takes a tenth of pip's processor time for the rest;
# where only pip is told of the registry to use, pip takes them.
$(VENV)/.test: requirements-test.lock pyproject.toml | $(BIN)/python
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-test.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-test.lock \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements-test.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q $(PRODUCT)
	@./tests/install_tools.sh
	@touch $(VENV)/.run $@
