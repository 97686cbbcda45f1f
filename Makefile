# `make demo` runs the program on made-up data, `make test` runs all tests, `make check` is what CI adds.
PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
DEMO = .demo

.PHONY: demo app test check docs snapshots dist audit lock clean

demo: $(VENV)/app.done
	@test -t 0 && test -t 1 && exec $(BIN)/partnertui --dir $(DEMO) demo || $(BIN)/partnertui --dir $(DEMO) demo --no-open

app: $(VENV)/app.done

$(VENV)/app.done: requirements/app.txt pyproject.toml requirements/venv.sh
	sh requirements/venv.sh $(PYTHON) $(VENV) requirements/app.txt
	@touch $@

$(VENV)/dev.done: requirements/dev.txt pyproject.toml requirements/venv.sh
	sh requirements/venv.sh $(PYTHON) $(VENV) requirements/dev.txt
	@touch $@ $(VENV)/app.done

test: $(VENV)/dev.done
	sh tests/install.sh
	$(BIN)/python -m pytest -n 5 --dist loadgroup

check: $(VENV)/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check src tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/house.py
	$(BIN)/python tests/dead_code.py
	$(BIN)/deptry src
	$(BIN)/python tests/check_models.py
	$(BIN)/partnertui screens --check
	$(BIN)/python tests/check_documents.py
	$(BIN)/python tests/check_recipes.py
	$(BIN)/python tests/shell_files.py --check
	$(BIN)/partnertui keymap --check docs/keys.md
	$(BIN)/partnertui verdicts --check docs/trace.md
	$(BIN)/partnertui guide --check -o docs/guide

docs: $(VENV)/dev.done
	$(BIN)/partnertui keymap -o docs/keys.md
	$(BIN)/partnertui verdicts -o docs/trace.md
	$(BIN)/partnertui guide -o docs/guide
	$(BIN)/python tests/shell_files.py

snapshots: $(VENV)/dev.done
	$(BIN)/python -m pytest -n 2 -k look --snapshot-update tests/screens

dist: $(VENV)/dev.done
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m build --no-isolation
	$(BIN)/python requirements/release.py bom dist/partnertui.cdx.json
	$(BIN)/python requirements/release.py licences dist/licences.txt

audit: $(VENV)/dev.done
	$(BIN)/python requirements/release.py audit

lock:
	sh requirements/lock.sh

clean:
	rm -rf $(VENV) $(DEMO) dist
