#!/bin/sh
# See that there is a Chromium for the browser journeys. Root on Debian gets it installed; others are told how.
set -eu
for browser in chromium chromium-browser google-chrome; do
  command -v "$browser" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the browser journeys ..." >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q </dev/null >/dev/null && apt-get install -qy --no-install-recommends chromium </dev/null >/dev/null && exit 0
  echo "Chromium could not be installed. The lines above say why." >&2
  exit 1
fi
echo "The browser journeys need Chromium. Install it (on Debian, as root: apt-get install chromium), then try again." >&2
exit 1
