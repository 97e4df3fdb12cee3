# One door for everyone: `make demo` and `make test` set up what they need by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test check docs bench build lock clean
help:
	@echo "make demo   a synthetic network: returns, submissions, a receipt, the region's status"
	@echo "make test   all tests"
	@echo "make check  style, types, layers of imports, drift of generated pages"
	@echo "make docs   write the generated pages anew"
	@echo "make bench  speed and memory beside other tools (long)"
	@echo "make build  wheel and source distribution"

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: $(READY)
	rm -rf demo
	$(BIN)/mds demo demo

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m mds.docs --check

docs: $(READY)
	$(BIN)/python -m mds.docs

bench: $(READY)
	$(BIN)/python bench/run.py

build: $(READY)
	rm -rf dist
	$(BIN)/python -m hatchling build

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--group dev pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV) demo dist bench/.venv bench/work
