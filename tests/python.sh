#!/bin/sh
# Runs walk.py with the packages of requirements.txt, in a virtual environment that it makes beside them.
set -eu
cd "$(dirname "$0")"
if ! cmp -s requirements.txt .venv/requirements.txt; then
    python3 -m venv --clear .venv
    .venv/bin/pip install --quiet --no-deps --disable-pip-version-check --requirement requirements.txt
    .venv/bin/pip check --quiet --disable-pip-version-check
    cp requirements.txt .venv/requirements.txt
fi
exec .venv/bin/python walk.py "$@"
