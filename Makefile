# Every command of the project, for people and for .ci/run alike. Each does what it needs beforehand; `make` lists them.

PYTHON ?= python3
PRESSMARK_DATA ?= ../shared/data
ARGS ?=

venv := .venv
bin := $(venv)/bin
pip := $(bin)/python -m pip --disable-pip-version-check
pins := pyproject.toml constraints.txt
archive := $(PRESSMARK_DATA)/realtimeqa/rtqa-2022

.DEFAULT_GOAL := help
.PHONY: help chat test install develop check format lint types layers docs screenshots coverage benchmark clean

help: ## List the commands.
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

chat: install ## Serve the page at http://127.0.0.1:7860, on the sample articles at first.
	$(bin)/pressmark chat $(ARGS)

test: develop ## Run all tests.
	$(bin)/python -m pytest $(ARGS)

install: $(venv)/.installed ## Make .venv with the program in it.

develop: $(venv)/.developed ## The same, with all that the tests and the checks need.

check: lint types layers docs test ## Everything that must hold before a change goes in.

format: develop ## Lay out the code, and mend what can be mended by itself.
	$(bin)/ruff format
	$(bin)/ruff check --fix

lint: develop ## Check the layout and look for likely bugs.
	$(bin)/ruff format --check
	$(bin)/ruff check

types: develop ## Check the types.
	$(bin)/mypy

layers: develop ## Check that layers and doors are kept to.
	$(bin)/lint-imports

docs: develop ## Build the documentation site in build/docs; a broken link is an error.
	NO_MKDOCS_2_WARNING=1 $(bin)/mkdocs build --strict --quiet

screenshots: develop ## Take the pictures of the page for README and docs; needs Chromium.
	$(bin)/python -m tests.trials.screenshots

coverage: develop ## Run all tests and show which lines they leave out.
	$(bin)/python -m pytest --cov --cov-report=term-missing:skip-covered $(ARGS)

benchmark: install ## Measure the answers on the archive in $PRESSMARK_DATA; the report is build/benchmark.html.
	@test -e $(archive)-articles.jsonl.gz || { echo "No archive in $(PRESSMARK_DATA): set PRESSMARK_DATA." >&2; exit 1; }
	@mkdir -p build
	$(bin)/pressmark ingest $(archive)-articles.jsonl.gz --library build/benchmark
	$(bin)/pressmark eval $(archive)-questions.jsonl --library build/benchmark --html build/benchmark.html $(ARGS)

clean: ## Remove what these commands made; libraries stay.
	rm -rf $(venv) build dist htmlcov .coverage *.egg-info .*_cache .hypothesis .benchmarks

# The stamps say what is in the environment, so that a command whose work is done starts at once.
$(venv)/.installed: $(pins) $(venv)/.made
	$(pip) install -c constraints.txt -e .
	@touch $@

$(venv)/.developed: $(pins) $(venv)/.made
	$(pip) install -c constraints.txt -e '.[dev]'
	@touch $(venv)/.installed $@

$(venv)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Pressmark needs Python 3.11 or later; $(PYTHON) is: $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(venv)
	@touch $@
