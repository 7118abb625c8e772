# `make` alone prints this help: each target with what follows its ##.
VENV := .venv
PYTHON := $(VENV)/bin/python
PORT ?= 8501
PIP := $(PYTHON) -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test env data bench lint chromium postgresql office

help: ## show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.runtime ## set up and open the app on http://localhost:8501 (another port: make run PORT=8502)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
	    export STREAMLIT_SERVER_HEADLESS=false STREAMLIT_SERVER_SHOW_EMAIL_PROMPT=false; fi; \
	  exec $(PYTHON) -m utils.cli serve --port $(PORT)

test: $(VENV)/.everything chromium postgresql office lint ## set up and pass every check: style, types, tests, browser
	$(PYTHON) -m pytest -n 2 --dist loadgroup

env: $(VENV)/.everything ## create .venv with everything: to run, to test, to build the data

data: $(VENV)/.everything ## rebuild data/embedded, byte for byte
	$(PYTHON) -m data.build.municipalities
	$(PYTHON) -m data.build.neighbourhoods
	$(PYTHON) -m data.build.place_names
	$(PYTHON) -m data.build.example_groups

bench: $(VENV)/.everything chromium ## measure beside a reference app and a floor; writes docs/benchmarks.md
	$(PYTHON) -m tests.bench

lint: $(VENV)/.everything ## check style (ruff) and types (mypy)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy

chromium:
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
	  if command -v $$name >/dev/null; then exit 0; fi; done; .ci/apt chromium fonts-liberation

# Without it, and outside continuous integration, the tests say that they leave PostgreSQL out.
postgresql:
	@if ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then \
	  .ci/apt postgresql || [ -z "$$CI" ]; fi

# As PostgreSQL: to open the PowerPoint files and look at their pages.
office:
	@if ! command -v soffice >/dev/null || ! command -v pdftotext >/dev/null; then \
	  .ci/apt libreoffice-impress poppler-utils fonts-liberation || [ -z "$$CI" ]; fi

$(PYTHON):
	@python=$$(.ci/python) && $$python -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(PYTHON)
	@echo "Installing what the app needs in $(VENV)"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.everything: requirements.txt requirements-dev.txt requirements-build.txt | $(PYTHON)
	@echo "Installing everything in $(VENV)"
	@$(PIP) -r requirements.txt -r requirements-dev.txt -r requirements-build.txt
	@touch $(VENV)/.runtime $@
