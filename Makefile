# Every command of the house. `make` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?=
UV := .boot/bin/uv
BIN := .venv/bin
WEB_SOURCES := $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
STATIC := src/guildhall/static/index.html

.PHONY: help serve dev check test lint types web clients e2e bench openapi migrate docs screenshots lock opencode clean

help: ## list the commands
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

serve: .venv/.run $(STATIC) ## set up everything and serve on http://127.0.0.1:8000
	@[ -e $(BIN)/opencode ] || echo "Sessions may have opencode as their engine too: make opencode (185 MB)"
	@exec $(BIN)/guildhall serve

dev: .venv/.dev web/node_modules/.stamp ## server with reload, web app with hot reload
	@scripts/dev.sh

check: .venv/.dev web/node_modules/.stamp ## lint, types, floors, sizes, fast tests (about 1½ minutes)
	@scripts/check.sh

test: .venv/.dev .clients/.stamp $(STATIC) ## everything, with real PostgreSQL, Redis and Chromium
	@scripts/test.sh

lint: .venv/.dev web/node_modules/.stamp ## ruff, floors, sizes, Biome
	$(BIN)/ruff format --check -q . && $(BIN)/ruff check -q .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python scripts/check_sizes.py
	cd web && npm run --silent lint

types: .venv/.dev web/node_modules/.stamp ## mypy strict, tsc
	$(BIN)/mypy
	cd web && npm run --silent types

web: $(STATIC) ## build the web app

clients: .venv/.dev .clients/.stamp ## real clients against the gateway; writes docs/reference/compatibility.md
	$(BIN)/python -m pytest --mode embedded tests/clients/test_clients.py --record-clients
	$(BIN)/python -m scripts.write_reference

e2e: .venv/.dev $(STATIC) ## browser journeys in headless Chromium
	@scripts/e2e.sh

bench: .venv/.dev ## performance figures, as ratios against named peers
	$(BIN)/python -m bench

openapi: .venv/.dev web/node_modules/.stamp ## write docs/reference/openapi.json and the browser's types
	$(BIN)/guildhall openapi > docs/reference/.openapi.json && mv docs/reference/.openapi.json docs/reference/openapi.json
	cd web && npm run --silent openapi

migrate: .venv/.run ## bring the database to this version's schema
	$(BIN)/guildhall migrate

docs: .venv/.dev ## write the generated reference pages and .env.example
	$(BIN)/python -m scripts.write_reference

screenshots: .venv/.dev $(STATIC) ## write docs/images from the running product
	@scripts/screenshots.sh

lock: $(UV) ## resolve the Python lock files anew
	scripts/lock.sh

opencode: .venv/.run ## install opencode, another engine of sessions (185 MB)
	@scripts/opencode.sh

clean: ## remove everything that was built or installed here (data/ stays)
	rm -rf .boot .venv .clients .opencode web/node_modules src/guildhall/static bench/.venv-*

$(UV):
	@PYTHON="$(PYTHON)" scripts/bootstrap.sh python
	@touch $@

.venv/.run: $(UV) requirements/run.lock pyproject.toml
	@scripts/install.sh run
	@touch $@

.venv/.dev: $(UV) .venv/.run requirements/dev.lock
	@scripts/install.sh dev
	@touch $@

.clients/.stamp: $(UV) requirements/clients.lock tests/clients/node/package-lock.json scripts/clients.sh
	@scripts/clients.sh
	@touch $@

web/node_modules/.stamp: web/package.json web/package-lock.json
	@scripts/bootstrap.sh node
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STATIC): web/node_modules/.stamp $(WEB_SOURCES)
	@cd web && npm run --silent build
	@touch $@
