#!/bin/sh
# See that there is a LibreOffice for the tests that convert files. Root on Debian gets it installed; others are told how.
set -eu
for office in soffice libreoffice; do
  command -v "$office" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing LibreOffice for the tests that convert files ..." >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q </dev/null >/dev/null \
    && apt-get install -qy --no-install-recommends libreoffice-calc libreoffice-writer </dev/null >/dev/null && exit 0
  echo "LibreOffice could not be installed. The lines above say why." >&2
  exit 1
fi
echo "These tests need LibreOffice. Install it (on Debian, as root: apt-get install libreoffice-calc libreoffice-writer), then try again." >&2
exit 1
