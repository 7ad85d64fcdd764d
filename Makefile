# Needs only Python 3.11 or newer and Node.js 20 or newer; everything else is set up here.

PYTHON ?= python3
BIN := .venv/bin
FRONTEND := web/frontend
# One more than cores: a test waits for its browser or its database a good part of the time.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(8, (os.cpu_count() or 1) + 1))')
DIAGRAMS = $(shell find bpmn -name '*.bpmn' 2>/dev/null | sort)
PACKS = $(sort $(patsubst %/,%,$(wildcard bpmn/base/ bpmn/counties/*/)))
FRONTEND_SOURCES = $(shell find $(FRONTEND)/src $(FRONTEND)/*.mjs -type f 2>/dev/null)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test quick check bench

help:
	@echo "make run      准备好一切，建立示范城市，然后启动（浏览器打开 http://localhost:8000）"
	@echo "make test     准备好一切，运行本机能运行的全部测试"
	@echo "make quick    只运行快的测试（不含浏览器、PostgreSQL、Redis、断电、泄密），两核机器上几分钟"
	@echo "make check    格式、代码检查、类型、导入方向、流程图、县区规则包、前端"
	@echo "make bench    性能测试，结果为比值"
	@echo "make setup    只做准备"

setup: $(BIN)/.ready web/static/dist/manifest.json

run: setup
	$(BIN)/smallworks setup --demo
	exec $(BIN)/smallworks serve

test: setup
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

quick: setup
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not slow"

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(if $(DIAGRAMS),$(BIN)/smallworks flow lint $(DIAGRAMS))
	$(foreach pack,$(PACKS),$(BIN)/smallworks pack check $(pack) &&) true
	cd $(FRONTEND) && npm run --silent build && npm test --silent

bench: setup
	$(BIN)/python -m benchmarks

# A stamp beside what it stands for: a second run has nothing to do.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更新的版本；可用 make PYTHON=python3.12 指定。"; exit 1; }
	$(PYTHON) -m venv .venv

$(BIN)/.ready: requirements/dev.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(FRONTEND)/node_modules/.ready: $(FRONTEND)/package-lock.json
	@node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' || \
	  { echo "需要 Node.js 20 或更新的版本。"; exit 1; }
	cd $(FRONTEND) && npm ci --silent
	@touch $@

web/static/dist/manifest.json: $(FRONTEND)/node_modules/.ready $(FRONTEND_SOURCES)
	cd $(FRONTEND) && npm run --silent build
	@touch $@
