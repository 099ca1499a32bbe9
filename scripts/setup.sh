#!/bin/sh
# Make the environment in .venv/ from requirements/*.txt; does nothing when it is already as they say.
# "production" as the first word installs only what serves the application, not what tests it.
# Package indexes, proxies and certificates come from the machine's own pip settings.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

find_python() {
  for candidate in ${PYTHON:-} python3.11 python3 python3.12 python3.13; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      command -v "$candidate"
      return 0
    fi
  done
  say "Python 3.11 or newer was not found. Install it (on Debian: apt-get install python3 python3-venv), or name it: PYTHON=/path/to/python3.11 make setup"
  return 1
}

make_environment() {
  python=$(find_python) || exit 1
  rm -rf .venv
  if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
      say "Installing python3-venv, which $python lacks."
      apt-get install -qy --no-install-recommends python3-venv >/dev/null </dev/null \
        || { apt-get update -q >/dev/null && apt-get install -qy --no-install-recommends python3-venv >/dev/null </dev/null; }
    else
      say "$python cannot make environments. Install its venv module (on Debian, as root: apt-get install python3-venv), then try again."
      exit 1
    fi
  fi
  "$python" -m venv .venv || { say "The environment .venv/ could not be made with $python. The lines above say why."; exit 1; }
}

works() { [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

works || make_environment

parts="requirements/production.txt"
[ "${1:-all}" = production ] || parts="$parts requirements/development.txt"
stamp=.venv/installed-${1:-all}
wanted=$(cat $parts | cksum)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && exit 0
# The whole environment serves as the smaller one too.
if [ "${1:-all}" = production ] && [ -f .venv/installed-all ] \
  && [ "$(cat .venv/installed-all)" = "$(cat requirements/production.txt requirements/development.txt | cksum)" ]; then
  exit 0
fi

options=""
for part in $parts; do options="$options -r $part"; done
pip() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes "$@" </dev/null; }
# uv does the same in a tenth of the time; pip does it where uv cannot reach an index by its own settings.
fast() { pip -r requirements/bootstrap.txt && .venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes "$@" </dev/null 2>/dev/null; }

say "Installing the packages into .venv/ (up to a minute the first time) ..."
if ! fast $options && ! pip $options; then
  say "The packages could not be installed. If the lines above speak of a connection, this machine cannot reach its package index; check the network or pip's own settings (pip config list), then try again."
  exit 1
fi
printf '%s\n' "$wanted" > "$stamp"
