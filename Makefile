# Each target calls a real tool. `make lab` and `make test` set up all they need in .venv;
# a second call starts at once. On Windows: see README, "The same by hand".
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
LESSONS ?=
TRAINING := 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21

# Test workers share the cores: one BLAS thread each is faster than two that wait. Three fill two
# cores, since a test often waits for a page or a kernel; each takes up to 3 GB of memory.
WORKERS ?= 3
export OPENBLAS_NUM_THREADS ?= 1
test: export TF_NUM_INTRAOP_THREADS ?= 1
test: export TF_NUM_INTEROP_THREADS ?= 1

.PHONY: lab test lint run short notebooks bench site clean

lab: $(VENV)/.installed  ## open the lessons in JupyterLab
	$(RUN)/medtutor lab

test: lint  ## unit tests, every notebook, the browser, the docs' commands
	$(RUN)/python -m pytest --nbval --nbval-cell-timeout=300 -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=20

lint: $(VENV)/.installed-test
	$(RUN)/ruff check . && $(RUN)/ruff format --check . && $(RUN)/mypy

run: $(VENV)/.installed  ## run lessons on their own: make run LESSONS="02 07"
	$(RUN)/medtutor run $(LESSONS)

short: $(VENV)/.installed  ## all cells of the training lessons with the smallest parameters
	$(RUN)/medtutor run $(or $(LESSONS),$(TRAINING)) -p epochs 1 -p n_train 64 --jobs 2

site: $(VENV)/.installed-site  ## the lessons as a web site in the folder site
	$(RUN)/medtutor site $(LESSONS)

notebooks: $(VENV)/.installed  ## execute the committed lessons anew, in place, and the course map
	$(RUN)/jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False notebooks/*.ipynb
	$(RUN)/python -m medtutor.course.course_map README.md

bench: $(VENV)/.installed-test  ## speed and memory, as tables
	for script in benchmarks/bench_*.py; do $(RUN)/python $$script || exit 1; done

clean:  ## remove the environment and what tools leave behind; lessons in my-lessons stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" || \
	  { echo "$(PYTHON) is $$($(PYTHON) --version 2>&1); medtutor needs Python 3.11 to 3.13. If you have one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up medtutor in $(VENV): about 700 MB to download, once."
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-site: $(VENV)/.installed
	$(RUN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[site]"
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "Adding what the tests need."
	$(RUN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test]"
	@touch $@
