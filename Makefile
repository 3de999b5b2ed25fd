# Each target does all of its own set-up: a machine needs git, make and Python 3.11 to 3.13.
.PHONY: setup demo serve screenshots test check bench soak train docs clean
# Python may keep what it compiled: without that every start compiles some thousand files again.
unexport PYTHONDONTWRITEBYTECODE
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# uv as it is installed, else through pip into a directory of its own.
UV := $(shell command -v uv || echo local/uv/bin/uv)
RUN := .venv/bin
DEMO := sqlite:local/demo/twintown.sqlite

help:
	@echo "make setup   the environment in .venv, exactly as uv.lock says"
	@echo "make demo    a store with what ships, served at http://127.0.0.1:8000/"
	@echo "make serve   the pages and the API over that store"
	@echo "make screenshots   pictures of the pages into docs/images"
	@echo "make test    every test"
	@echo "make check   format, lint, types, imports and the fast tests, in less than a minute"
	@echo "make bench   what is measured, as tables"
	@echo "make soak    the long durability tests"
	@echo "make train   train the shipped classifiers again"
	@echo "make docs    write the generated pages of docs/ again"

local/uv/bin/uv:
	python3 -m venv local/uv || { echo "Python's venv is missing; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	local/uv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"

# TORCH=cpu leaves out the CUDA libraries (some 4 GB) and takes the CPU build of the locked version from PyTorch's index.
GPU := torch $(shell sed -n 's/^name = "\(\(nvidia\|cuda\)-[^"]*\)"/\1/p' uv.lock)
TORCH_VERSION := $(shell sed -n '/^name = "torch"$$/{n;s/^version = "\(.*\)"/\1/p;}' uv.lock)

# The stamp is newer than what it was made from; a changed lock file sets up again.
.venv/.twintown: pyproject.toml uv.lock | $(UV)
ifeq ($(TORCH),cpu)
	$(UV) sync --locked $(addprefix --no-install-package ,$(GPU))
	$(UV) pip install "torch==$(TORCH_VERSION)" --index-url https://download.pytorch.org/whl/cpu
else
	$(UV) sync --locked
endif
	@touch $@

setup: .venv/.twintown

# SEED=../shared/seed (or any path of your own) is read beside what ships; PORT=8001 where 8000 is taken.
PORT ?= 8000
demo: setup
	$(RUN)/twintown demo $(SEED) --store $(DEMO) --cache local/cache --port $(PORT)

serve: setup
	$(RUN)/twintown serve --store $(DEMO) --cache local/cache

screenshots: setup
	$(RUN)/python -m bench.screenshots $(DEMO) docs/images

test: setup
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/pytest -n 2 --dist loadfile

check: setup
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/lint-imports
	$(RUN)/mypy
	$(RUN)/pytest -q -n 2 --dist loadfile -m "not slow and not model and not shared and not soak"

bench: setup
	$(RUN)/python -m bench

soak: setup
	$(RUN)/pytest -m soak

train: setup
	$(RUN)/python -m ingest.name_training
	$(RUN)/python -m ingest.classify train

docs: setup
	$(RUN)/python -m api.docs

clean:
	rm -rf .venv local dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
