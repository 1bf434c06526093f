# Needs python3 (3.11 or newer), python3-venv and make, nothing else. Another Python: make PYTHON=python3.13 test
PYTHON ?= python3
ARGS ?=

# One environment to run Turnwire, one to work on it: whoever only tries the demo installs no test tools.
RUN := .venv-run
DEV := .venv
BENCH := .venv-bench
INSTALLED := .installed

PIP_INSTALL = -m pip install --quiet --quiet --disable-pip-version-check
COMPILE = $(DEV)/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --extra postgres --extra redis --extra http --extra metrics --extra crypto --extra mail

# Bytecode is kept whatever the caller's environment says: a run starts some hundred Pythons, and compiling everything
# again in each of them takes minutes of processor time.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo check test storm storm-hooks storm-order matrix bench curves profile lint format requirements clean docs

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUN)/$(INSTALLED) ## send a hundred shipped messages to a sandbox and show the answers
	@$(RUN)/bin/turnwire demo $(ARGS)

# `--dist loadgroup` hands tests out one by one to whoever is free; pytest 9.2 no longer reads the groups' marks.
check: lint ## what one runs while working: the linters and tests/unit, three minutes at most
	@$(DEV)/bin/python -m pytest -q -n auto --dist loadgroup $(ARGS) tests/unit

test: $(DEV)/$(INSTALLED) ## run all tests; one of them: make test ARGS="-k name"
	@$(DEV)/bin/python -m pytest -q -n auto --dist loadgroup $(ARGS)

storm: $(DEV)/$(INSTALLED) ## kill workers under 2,000 turns on each broker, and count; one of them: make storm ARGS="--broker amqp"
	@$(DEV)/bin/python -m tests.storm $(ARGS)

storm-hooks: $(DEV)/$(INSTALLED) ## 10,000 signed deliveries, each up to three times, through the front door and a worker
	@$(DEV)/bin/python -m tests.storm.hooks $(ARGS)

storm-order: $(DEV)/$(INSTALLED) ## one program, a task a message, workers killed six times on each broker, and each conversation's order
	@$(DEV)/bin/python -m tests.storm.order $(ARGS)

matrix: $(DEV)/$(INSTALLED) ## play the fault matrix and write docs/evidence/fault-matrix.md from what was seen
	@rm -rf build/matrix
	@$(DEV)/bin/python -m pytest -q -n auto --dist loadgroup $(ARGS) \
		$$(grep -rl --include='test_*.py' 'matrix.row(' tests) tests/matrix/test_rows.py
	@$(DEV)/bin/python -m tests.kit.matrix.table

bench: $(BENCH)/$(INSTALLED) ## measure it beside bounds and peers, 15 minutes; three runs: make bench ARGS="--runs 3"
	@$(BENCH)/bin/python -m benchmarks $(ARGS)

curves: $(BENCH)/$(INSTALLED) ## measure and draw docs/images: throughput, CPU and claims as the load grows
	@$(BENCH)/bin/python -m benchmarks.curves $(ARGS)

profile: $(BENCH)/$(INSTALLED) ## show where a worker's time goes, with py-spy, as root; another: make profile ARGS=intake-sqlite
	@$(BENCH)/bin/python -m benchmarks.profiles $(ARGS)

lint: $(DEV)/$(INSTALLED) ## check style, types and the direction of imports
	@failed=; for check in "ruff check" "ruff format --check" "mypy" "lint-imports"; do \
		echo "== $$check"; $(DEV)/bin/$$check || failed="$$failed [$$check]"; \
	done; test -z "$$failed" || { echo "failed:$$failed" >&2; exit 1; }

format: $(DEV)/$(INSTALLED) ## put the code into the house style
	@$(DEV)/bin/ruff check --fix-only --quiet
	@$(DEV)/bin/ruff format

docs: $(DEV)/$(INSTALLED) ## write the tables of retries into the pages, from the policy
	@$(DEV)/bin/python -m tests.kit.retry_table

requirements: $(DEV)/$(INSTALLED) ## pin the dependencies anew; newest versions: make requirements ARGS=--upgrade
	@$(COMPILE) $(ARGS) --group build --output-file requirements/run.txt >/dev/null
	@$(COMPILE) $(ARGS) --group dev --constraint requirements/run.txt --output-file requirements/dev.txt >/dev/null
	@$(COMPILE) $(ARGS) benchmarks/requirements.in --group build --constraint requirements/run.txt \
		--output-file benchmarks/requirements.txt >/dev/null
	@for file in requirements/run requirements/dev benchmarks/requirements; do \
		printf '%s\n' "# Made from pyproject.toml by \`make requirements\`; do not edit." \
			| cat - $$file.txt > $$file.new && mv $$file.new $$file.txt; \
	done

clean: ## remove the environments and everything built; the demo's folder stays
	rm -rf $(RUN) $(DEV) $(BENCH) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find connector tasks migrations tests -name __pycache__ -prune -exec rm -rf {} +

$(RUN)/$(INSTALLED): requirements/run.txt pyproject.toml
	@$(call install,$(RUN),requirements/run.txt)

$(DEV)/$(INSTALLED): requirements/dev.txt pyproject.toml
	@$(call install,$(DEV),requirements/dev.txt)

$(BENCH)/$(INSTALLED): benchmarks/requirements.txt pyproject.toml
	@$(call install,$(BENCH),benchmarks/requirements.txt)

# install FOLDER,FILE: what the file pins, checked against its hashes, then Turnwire itself, built with the pinned
# setuptools rather than one fetched for the occasion.
define install
	command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON) here. Debian, Ubuntu: apt install python3 python3-venv" >&2; exit 1; }; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Turnwire needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
			"Name a newer one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make environments. Debian, Ubuntu: apt install python3-venv" >&2; exit 1; }; \
	echo "Installing what $(2) names into $(1), about a minute ..."; \
	$(PYTHON) -m venv $(1) && \
	$(1)/bin/python $(PIP_INSTALL) --require-hashes -r $(2) && \
	$(1)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation -e . && \
	touch $(1)/$(INSTALLED)
endef
