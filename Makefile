# A door, not a wall: each target is a line or two that README.md also gives without make.

# The first Python on the path that is new enough.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

BIN := .venv/bin

.PHONY: demo test check docs audit fuzz lock clean

demo: .venv/installed ## Slack in the browser, a small social web, and Vigie between them
	@$(BIN)/vigie demo

test: .venv/installed-test ## every test
	@$(BIN)/pytest

check: test ## what the gate checks besides
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The pages are laid out as they are in the repository, so that their links stay as they are written.
docs: .venv/installed-docs ## the docs as a site, in build/site; a broken link is an error
	@rm -rf build/pages build/site && mkdir -p build/pages/benchmarks
	@cp -R README.md CHANGELOG.md LICENSE manifest.yaml docs build/pages
	@cp benchmarks/README.md build/pages/benchmarks && mv build/pages/docs/zensical.toml build
	@$(BIN)/zensical build --strict --clean -f build/zensical.toml
	@echo "Open build/site/index.html. To search it too: $(BIN)/python -m http.server -d build/site"

audit: .venv/installed ## known holes in what is installed, and risky lines in what is ours
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit bandit
	$(BIN)/bandit --quiet --recursive --severity-level medium -c pyproject.toml bot handlers
	$(BIN)/pip-audit --skip-editable --progress-spinner off

fuzz: .venv/installed-test ## what reads strangers' text and bytes, a minute each (Linux)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check atheris
	@for target in query feed journal text; do \
		$(BIN)/python -m tests.fuzz $$target --seconds $(or $(SECONDS_EACH),60) || exit 1; done

lock: .venv/installed ## the exact versions, with hashes, that the container installs
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --quiet --upgrade --output-file docs/deploy/requirements.lock

clean: ## remove what was installed and cached, but no data
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/installed: .venv/bin/python pyproject.toml
	@echo "Installing Vigie into .venv (once; the next start takes a second) …"
	@$(BIN)/python -m pip install --disable-pip-version-check -e .
	@touch $@

.venv/installed-test: .venv/bin/python pyproject.toml
	@echo "Installing Vigie and its test tools into .venv (once) …"
	@$(BIN)/python -m pip install --disable-pip-version-check -e '.[test]'
	@touch $@ .venv/installed

.venv/installed-docs: .venv/bin/python pyproject.toml
	@echo "Installing what makes a site of the docs into .venv (once) …"
	@$(BIN)/python -m pip install --disable-pip-version-check -e '.[docs]'
	@touch $@ .venv/installed

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Vigie needs Python 3.11 or newer, and none is on the path." \
		"Install one from https://www.python.org/downloads/ or run: uv run vigie demo"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "$(PYTHON) cannot make a virtual environment." \
		"On Debian or Ubuntu: apt install python3-venv. Or run: uv run vigie demo"; exit 1; }
