# Each target brings the environment up to date first; that costs nothing when nothing changed.
PYTHON ?= python3
BIN := .venv/bin
SAMPLE := assets/people/sample.png

.PHONY: help setup libraries run tour test check format bench

help:
	@echo "make run     open the window on a sample (without a display: pictures of it in out/tour)"
	@echo "make test    run the tests"
	@echo "make check   formatter, linter and type checker"
	@echo "make format  let the formatter and the linter mend what they can"
	@echo "make bench   measure a drag in the real window, into out/drag.json"
	@echo "make tour    pictures of every part of the window, into out/tour"
	@echo "make setup   only make the environment"

setup:
	@$(PYTHON) tools/setup.py

libraries: setup
	@$(PYTHON) tools/system_libraries.py

run: libraries
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
		$(BIN)/python main.py $(SAMPLE); \
	else \
		echo "There is no display, so pictures of the window go to out/tour instead."; \
		$(BIN)/python main.py --tour out/tour $(SAMPLE); \
	fi

tour: libraries
	@QT_QPA_PLATFORM=offscreen $(BIN)/python main.py --tour out/tour $(SAMPLE)

test: libraries
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest

check: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyright

format: setup
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: libraries
	@mkdir -p out
	@QT_QPA_PLATFORM=offscreen $(BIN)/python main.py bench drag --json out/drag.json
