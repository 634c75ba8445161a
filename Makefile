# `make` lists the targets. Needed: Python 3.11 or later with pip, and make; nothing else.

PYTHON ?= python3
VENV   := .venv
DATA   ?= .data
BIN    := $(VENV)/bin
STAMP  := $(VENV)/installed
MEMBERS := shared services/scoring services/practices services/survey services/gateway
SOURCES := shared/src services/scoring/src services/practices/src services/survey/src services/gateway/src deploy

.DEFAULT_GOAL := help

# Programs and editable packages in the folder hold its full path: a moved checkout installs again.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif

##@ Run

.PHONY: run
run: $(STAMP) ## Start the platform on this machine (PORT, SCORING_PORT, …, POSTGRES_PORT, DATA, MEILI_URL)
	@exec $(BIN)/python -m deploy.local run

# Does not install what is missing, for that would be told on standard output, which is the token's alone.
.PHONY: token
token: ## Print a token for a person (ROLE, SUBJECT; REGION, TTL, DATA): ROLE=expert SUBJECT=expert-1 REGION=catalonia
	@test -x $(BIN)/python || { echo "There is no $(VENV) yet: run \`make run\` first, which makes the keys, too." >&2; exit 1; }
	@exec $(BIN)/python -m deploy.local token

.PHONY: clean-data
clean-data: ## Remove everything that was stored locally (DATA, .data by default)
	@$(PYTHON) -m deploy.local.clean "$(DATA)"

##@ Check

.PHONY: test
test: lint ## Lint, then all levels of tests, with the coverage of the domain packages
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest --durations=10
	@$(BIN)/coverage combine --quiet
	@echo "Coverage of the domain packages:"
	@$(BIN)/coverage report --include='*/domain/*'
	@echo "Coverage of everything, without the processes of the end-to-end journeys:"
	@$(BIN)/coverage report --format=total

.PHONY: test-unit
test-unit: $(STAMP) ## Functions and classes, without any server
	$(BIN)/pytest tests/unit

.PHONY: test-spec
test-spec: $(STAMP) ## The rules of the methodology, as tables
	$(BIN)/pytest tests/spec

.PHONY: test-integration
test-integration: $(STAMP) ## Services against a real PostgreSQL built by the migrations
	$(BIN)/pytest tests/integration

.PHONY: test-contract
test-contract: $(STAMP) ## Promises that hold for all services, and between them
	$(BIN)/pytest tests/contract

.PHONY: test-e2e
test-e2e: $(STAMP) ## Journeys against the started platform over HTTP
	$(BIN)/pytest tests/e2e

# Programs of others are no part of the platform: they are fetched here alone, pinned, and read what it exports.
# LibreOffice is taken where the system has it.
.PHONY: judges
judges: $(STAMP) ## Let others read the exports: jsonstat-toolkit (needs npm), sdmx1 and LibreOffice
	@test -x tests/judges/venv/bin/python || $(PYTHON) -m venv --without-pip tests/judges/venv
	@$(PYTHON) -m pip --python tests/judges/venv/bin/python install --disable-pip-version-check --no-input --quiet \
		-r tests/judges/requirements.txt
	@command -v npm >/dev/null && npm ci --prefix tests/judges --no-audit --no-fund --silent \
		|| echo "Without npm nobody reads the JSON-stat." >&2
	$(BIN)/pytest -rs tests/judges

.PHONY: bench
bench: $(STAMP) ## Print measured ratios with the machine's line; repeat a run that other work disturbed
	$(BIN)/python -m tests.load.bench_uncertainty

.PHONY: lint
lint: $(STAMP) ## ruff, mypy --strict and the import contracts
	$(BIN)/ruff check .
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports

##@ Change

.PHONY: format
format: $(STAMP) ## Format the code and mend what ruff can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: openapi
openapi: $(STAMP) ## Write docs/openapi/*.json anew
	$(BIN)/python -m deploy.openapi

.PHONY: methodology
methodology: $(STAMP) ## Write docs/methodology.md anew, from the tables in tests/spec/scoring
	$(BIN)/python -m deploy.methodology

.PHONY: lock
lock: ## Resolve requirements.in into requirements.lock anew (needs uv; the lock names no index)
	UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --upgrade requirements.in --output-file requirements.lock

.PHONY: clean
clean: ## Remove the environment and the caches; data stays
	rm -rf $(VENV) tests/judges/venv tests/judges/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*

##@ Set up

.PHONY: install
install: $(STAMP) ## Make .venv with the locked packages and the five of this repository

# Debian ships Python without ensurepip, so the environment gets no pip of its own: the one of
# PYTHON installs into it. The five packages carry no hashes and come after, without their
# dependencies (the lock has them) and with the locked setuptools instead of a fetched one.
$(STAMP): requirements.lock $(MEMBERS:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed, and $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || { \
		echo "$(PYTHON) has no pip. Install the system's package python3-pip, or name another: make PYTHON=…" >&2; exit 1; }
	@echo "Making $(VENV) (packages are fetched once; about half a minute)"
	@$(PYTHON) -m venv --clear --without-pip $(VENV)
	@$(PYTHON) -m pip --python $(BIN)/python install --disable-pip-version-check --no-input --require-hashes -r requirements.lock
	@echo "Installing the five packages of this repository"
	@$(PYTHON) -m pip --python $(BIN)/python install --disable-pip-version-check --no-input --quiet --no-deps --no-build-isolation $(MEMBERS:%=-e ./%)
	@printf '%s' "$(CURDIR)" > $(STAMP)

##@ Help

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*##"; print "make TARGET"} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z][a-z0-9-]*:.*##/ {printf "  %-18s%s\n", $$1, $$2}' $(MAKEFILE_LIST)
