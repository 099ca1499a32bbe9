# `make` alone lists what there is. Everything lives in .venv/ and instance/; both may be thrown away.
.DEFAULT_GOAL := help
.PHONY: help setup run test journeys e2e lint format check screenshots bench requirements translations
BIN := .venv/bin
PYTEST := $(BIN)/pytest -q
UV_COMPILE := $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

help: ## List these targets
	@sed -nE 's/^([a-z0-9]+):.*## (.*)/  make \1 \2/p' $(MAKEFILE_LIST) | awk '{ name = $$2; $$1 = $$2 = ""; printf "  make %-14s%s\n", name, $$0 }'

setup: ## Make the environment in .venv/ (quick when nothing changed)
	@scripts/setup.sh

run: ## Serve on http://localhost:8000 with demo data, the scheduler and a local mailbox (PORT=8001 for another port)
	@scripts/setup.sh production
	@$(BIN)/python -m scripts.run

test: setup ## Run every test on SQLite and on PostgreSQL, then the journeys in a browser
	@scripts/chromium.sh
	$(PYTEST) -n 2 -m "not journey and not office"
	$(PYTEST) -n 2 -m "not journey and not office" --database=postgresql
	$(PYTEST) -m journey

journeys: setup ## Run only the journeys in a browser
	@scripts/chromium.sh
	$(PYTEST) -m journey

e2e: setup ## Run what needs other programs: LibreOffice opens the questionnaires and saves them again
	@scripts/office.sh
	$(PYTEST) -m office

lint: setup ## Check style, types, import directions, templates, and that the migrations match the models
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint templates
	@scripts/check_migrations.sh

format: setup ## Put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: lint ## Run what a commit needs: lint and the quick tests on SQLite
	$(PYTEST) -n 2 -m "not journey and not office and not processes"

screenshots: setup ## Take the pictures in docs/screenshots/ from the running application
	@scripts/chromium.sh
	$(BIN)/python -m scripts.screenshots

bench: setup ## Measure how fast the pages come with the demo data and two workers
	@$(BIN)/python -m scripts.bench

requirements: setup ## Compile requirements/*.in into pins with hashes
	$(UV_COMPILE) requirements/bootstrap.in -o requirements/bootstrap.txt
	$(UV_COMPILE) requirements/production.in -o requirements/production.txt
	$(UV_COMPILE) requirements/development.in -o requirements/development.txt

translations: setup ## Gather the texts that people read into translations/messages.pot
	@mkdir -p translations
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext --project="Commitment Tracker" --version=0.1.0 --copyright-holder="NATC SEE Commitment Tracker contributors" --msgid-bugs-address="" -o translations/messages.pot .
