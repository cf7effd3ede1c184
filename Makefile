# `make run` and `make test` are all a newcomer needs; `make help` names the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin

.PHONY: help run test lint bench shots audit clean

help: ## Name the commands
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 10

run: ## Install what is missing, build the demo once, serve on ORDERDECK_BIND (127.0.0.1:8000)
	@.ci/venv requirements.txt
	@$(BIN)/flask demo --orders 10000 --seed 1
	@exec $(BIN)/flask serve

test: ## Install what the tests need and run all of them, linters and types included
	@.ci/venv requirements-dev.txt
	@.ci/system
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m compileall -q -j 0 dashboard
	@PYTHONDONTWRITEBYTECODE= PYTEST_DEBUG_TEMPROOT=$$(.ci/scratch) $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -q -rfEs

lint: ## Only the linters, the types and the other tests of the structure
	@.ci/venv requirements-dev.txt
	@$(BIN)/python -m pytest -q -rs tests/structure

bench: ## Measure against raw limits on this machine (about ten minutes)
	@.ci/venv requirements-dev.txt
	@$(BIN)/python -m tests.bench

shots: ## Take the pictures of README.md again
	@.ci/venv requirements-dev.txt
	@.ci/system
	@$(BIN)/python -m tests.browser.screenshots

audit: ## Lighthouse and the HTML checker over the demo's pages (needs npx and java)
	@.ci/venv requirements-dev.txt
	@.ci/system
	@$(BIN)/python -m tests.browser.audit

clean: ## Remove the environment and the caches; the data under instance/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
