# `make run` and `make test` do everything on a fresh Debian 12 with git, make and Python 3.11.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(BIN)/uv pip compile --universal --generate-hashes --no-header --quiet

.PHONY: run test bench lint format lock wheel clean

run: $(VENV)/.run
	@$(BIN)/rejoinder serve $(ARGS)

test: $(VENV)/.dev
	@.ci/packages postgresql chromium lynx newsboat libatomic1 etcd-server patroni python3-etcd
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python .ci/tests.py $(ARGS)

# What Rejoinder reaches, measured: make bench ARGS="--posts 1000000 --record"
bench: $(VENV)/.dev
	@.ci/packages wrk nginx
	@$(BIN)/python -m benchmarks.table $(ARGS)

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# Newer versions of what is locked: make lock ARGS=--upgrade
lock: $(VENV)/.dev
	@$(BIN)/python -c 'import uv' 2>/dev/null || $(PIP) install uv
	@$(LOCK) $(ARGS) --extra build pyproject.toml -o requirements/run.txt
	@$(LOCK) $(ARGS) --extra build --extra dev pyproject.toml -o requirements/dev.txt

wheel: $(VENV)/.dev
	@$(BIN)/hatchling build -t wheel -d dist

clean:
	rm -rf $(VENV) build dist

# Each stamp is younger than what it was made from, so that a second run starts at once.
$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Rejoinder needs into $(VENV) …"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the tests need into $(VENV) …"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.run

$(VENV)/bin/python:
	@.ci/venv $(PYTHON) $(VENV)
