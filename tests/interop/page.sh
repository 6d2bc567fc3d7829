#!/usr/bin/env bash
# The sandbox's page and its validation page in a real headless browser: what they show, no error
# on the console, usable by keyboard, nothing cut off at 360 px. Skips without chromium or node,
# unless CI=true. Screenshots are left in the target folder.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
work=$target/interop
mkdir -p "$work"

browser=
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" >/dev/null; then
    browser=$(command -v "$name")
    break
  fi
done
if [ -z "$browser" ] || ! command -v node >/dev/null; then
  if [ "${CI:-}" = true ]; then
    echo "page: chromium or node is missing, and CI has to have them"
    exit 1
  fi
  echo "page: skipped, chromium or node is missing"
  exit 0
fi

cargo build --quiet --manifest-path "$root/Cargo.toml" -p ovh-web-sandbox
: >"$work/page.env"
# Slow enough that a task is still there when a busy machine comes to look at it.
"$target/debug/ovh-web-sandbox" --speed 0.02 >"$work/page.env" 2>"$work/page.log" &
sandbox=$!
trap 'kill "$sandbox" 2>/dev/null || true; wait "$sandbox" 2>/dev/null || true' EXIT
until grep -q OVH_CLIENT_SECRET "$work/page.env"; do
  if ! kill -0 "$sandbox" 2>/dev/null; then
    echo "page: the sandbox did not start"
    cat "$work/page.log"
    exit 1
  fi
  sleep 0.1
done
. "$work/page.env"
BROWSER=$browser WORK=$work node page/check.js
