#!/bin/sh
# Upgrade an empty database in a folder of its own and see that the models ask for nothing more.
set -eu
cd "$(dirname "$0")/.."
TRACKER_INSTANCE=$(mktemp -d)
trap 'rm -rf "$TRACKER_INSTANCE"' EXIT
export TRACKER_INSTANCE
unset DATABASE_URL TRACKER_ENV
.venv/bin/flask --app wsgi db upgrade >"$TRACKER_INSTANCE/upgrade.log" 2>&1 || { cat "$TRACKER_INSTANCE/upgrade.log" >&2; exit 1; }
.venv/bin/flask --app wsgi db check
