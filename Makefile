# Everything here is a short name for scripts/setup.py; `make help` tells what there is.
PYTHON ?= python3
PORT ?= 8000
SETUP = $(PYTHON) -E scripts/setup.py

.DEFAULT_GOAL := help
.PHONY: help install run test bench pictures lock fmt clean

help: ## What there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

install: ## The environment, the packages, both front ends; afterwards .venv/bin/overture is there
	@$(SETUP) install

run: ## Install what is missing, then the demo with its shop: make run PORT=8000
	@$(SETUP) run --port '$(PORT)'

test: ## Every check and every test, in a real browser and on both databases
	@$(SETUP) test

bench: ## Measures beside the bare limit
	@$(SETUP) bench

pictures: ## The pictures of the documentation, made from the running product
	@$(SETUP) pictures

lock: ## Write requirements/*.txt again from pyproject.toml and requirements/*.in
	@$(SETUP) lock

fmt: ## Format and mend what can be mended by itself
	@$(SETUP) fmt

clean: ## Remove what these commands made; data stays
	@$(SETUP) clean
