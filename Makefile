# Everything a contributor or CI types. Commands run from .venv by `python -m`, so that a moved
# checkout and a path with spaces work.
PYTHON ?= python3
PY := .venv/bin/python
EMBEDDED := $(PY) -m labelhub.embedded
TESTS ?=
BENCH ?= labeling imports_exports agreement live_agreement resolution aggregation overview quality_pages
BENCH_ARGS ?=
PYTEST_ARGS ?=
ROUNDS ?= 10
# All tests run in two processes, each with a database of its own; the tests of a file stay together.
PARALLEL ?= -n 2 --dist loadfile --no-loadscope-reorder

# Dozens of processes are started, and each would compile all modules for itself: two thirds of the
# time until Django is there. Images and build machines like to set this for single programs.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run test explore browser check fix bench demo-reset lock backup restore shell messages clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -e 's/:.*## /\t/' | expand -t 16

install: .venv/.run ## Make .venv with what labelhub needs to run

.venv/.run: requirements.lock tools/environment.py
	@$(PYTHON) tools/environment.py requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	@$(PYTHON) tools/environment.py requirements-dev.lock
	@touch $@

.venv/.bench: requirements-bench.lock .venv/.dev
	@$(PYTHON) tools/environment.py requirements-bench.lock
	@touch $@

.venv/.messages: .venv/.run $(wildcard tools/messages.py locale/*/LC_MESSAGES/*.po)
	@if [ -f tools/messages.py ]; then $(PY) -m tools.messages compile; fi
	@touch $@

messages: .venv/.messages ## Compile the translations

run: .venv/.run .venv/.messages ## Start everything and print the address (PORT=8000)
	@exec $(EMBEDDED) run

test: .venv/.dev .venv/.messages browser ## Run all tests (TESTS=tests/unit, PYTEST_ARGS="-k name")
	@exec $(PY) -m pytest $(if $(TESTS),,$(PARALLEL)) $(PYTEST_ARGS) $(TESTS)

explore: .venv/.dev .venv/.messages ## Look for counterexamples of properties anew (ROUNDS=10)
	@for round in $$(seq $(ROUNDS)); do \
	  $(PY) -m pytest -q -n 2 -m hypothesis --hypothesis-profile=explore tests/unit || exit 1; \
	done

browser: ## Make sure of a Chromium for the browser tests
	@$(PYTHON) tools/browser.py

check: .venv/.dev .venv/.messages ## Lint, format, types, layers, migrations, OpenAPI, templates
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -c "from importlinter.cli import lint_imports_command as run; run()"
	$(PY) -m tools.django_checks
	@git ls-files -z -co --exclude-standard -- '*.html' | xargs -0 .venv/bin/djade --check --target-version 5.2
	@if [ -f tools/messages.py ]; then $(PY) -m tools.messages check; fi

fix: .venv/.dev ## Let the tools repair what they can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	@git ls-files -z -co --exclude-standard -- '*.html' | xargs -0 .venv/bin/djade --target-version 5.2

bench: .venv/.bench .venv/.messages ## Measure against baselines in the same run (BENCH=labeling)
	@for name in $(BENCH); do echo "== $$name"; $(PY) -m bench.$$name $(BENCH_ARGS) || exit 1; done

demo-reset: .venv/.run ## Put the demo project back to how it came
	@exec $(EMBEDDED) with -- $(PY) manage.py demo_reset

backup: .venv/.run ## Write a dump of the database and its media files into var/backups
	@exec $(EMBEDDED) with -- $(PY) -m labelhub.embedded backup

restore: .venv/.run ## Put a dump and its files into an empty database (FILE=var/backups/...)
	@exec $(EMBEDDED) with -- $(PY) -m labelhub.embedded restore "$(FILE)"

shell: .venv/.run ## Python with Django, on the embedded servers
	@exec $(EMBEDDED) with -- $(PY) manage.py shell

lock: .venv/.dev ## Resolve the dependencies again (UPGRADE=--upgrade for newer ones)
	$(PY) -m pip install --quiet "uv==0.13.8"
	$(PY) -m uv pip compile $(LOCK) pyproject.toml -o requirements.lock
	$(PY) -m uv pip compile $(LOCK) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(PY) -m uv pip compile $(LOCK) --extra bench -c requirements.lock pyproject.toml -o requirements-bench.lock

LOCK = --quiet --universal --generate-hashes --no-header --no-annotate $(UPGRADE)

clean: ## Remove caches and .venv; never the data in var/
	rm -rf .venv staticfiles .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis htmlcov
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
