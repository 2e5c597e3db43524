# Every target makes .venv by itself and is quick when there is nothing to do.
.DEFAULT_GOAL := help
.PHONY: help app test check bench evidence pictures format clean
PYTHON ?= python3
BIN := .venv/bin

help:
	@echo "make app       install, fetch MovieLens-100K, open the dashboard"
	@echo "make test      install, run the tests"
	@echo "make check     format, lint, types, import rules"
	@echo "make bench     speed against peers, in one run"
	@echo "make evidence  the heavy proofs (NAME=one)"
	@echo "make pictures  the pictures in docs, from the real app"

.venv/.installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@

app: .venv/.installed
	$(BIN)/recscope fetch ml-100k
	$(BIN)/recscope fetch minilm
	$(BIN)/recscope app

test: .venv/.installed
	$(BIN)/recscope fetch ml-100k
	$(BIN)/recscope fetch minilm
	$(BIN)/recscope fetch open-bandit
	$(BIN)/recscope fetch open-bandit-prior
	$(BIN)/python -m pytest -n auto
	$(BIN)/python -m pytest tests/browser

check: .venv/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

format: .venv/.installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/.installed
	$(BIN)/python -m tests.benchmarks $(NAME)

evidence: .venv/.installed
	$(BIN)/python -m tests.evidence $(NAME)

pictures: .venv/.installed
	$(BIN)/python -m tests.browser.screenshot

clean:
	rm -rf .venv .bench .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
