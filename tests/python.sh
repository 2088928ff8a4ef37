#!/bin/sh
# Runs walk.py of a folder with the packages of its requirements.txt, in a virtual environment that is made beside them:
#   python.sh FOLDER [ARGUMENT…]
set -eu
cd "$1"
shift
if ! cmp -s requirements.txt .venv/requirements.txt; then
    python3 -m venv --clear .venv
    .venv/bin/pip install --quiet --no-deps --disable-pip-version-check --requirement requirements.txt
    .venv/bin/pip check --quiet --disable-pip-version-check
    cp requirements.txt .venv/requirements.txt
fi
exec .venv/bin/python walk.py "$@"
