#!/usr/bin/env bash
# Runs the README's two commands as a new user does: in a fresh clone, with an empty home.
# Fails if a command fails, prints a warning, or changes a file of the clone. Needs a network.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
tools="$(rustc --print sysroot)/bin"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/home"
git clone --quiet "$root" "$folder/clone"
cd "$folder/clone"

for words in "run -p ovh-web-testing --example web_app" "test"; do
  begin=$SECONDS
  # shellcheck disable=SC2086  # The words are arguments.
  if ! env -i HOME="$folder/home" PATH="$tools:/usr/local/bin:/usr/bin:/bin" CARGO_TERM_COLOR=never \
    ${HTTPS_PROXY:+HTTPS_PROXY="$HTTPS_PROXY"} ${https_proxy:+https_proxy="$https_proxy"} \
    cargo $words >"$folder/out" 2>"$folder/err"; then
    cat "$folder/out" "$folder/err"
    exit 1
  fi
  downloads=$(grep -c '^ *Downloaded ' "$folder/err" || true)
  passed=$(awk '/^test result:/ { sum += $4 } END { print sum + 0 }' "$folder/out")
  printf 'cargo %s: %s s, %s packages downloaded, %s tests passed\n' \
    "$words" $((SECONDS - begin)) "$downloads" "$passed"
  if grep '^ *warning' "$folder/err"; then
    exit 1
  fi
done
changed=$(git status --porcelain)
[ -z "$changed" ] || { printf 'changed files:\n%s\n' "$changed"; exit 1; }
du -sh "$folder/home/.cargo/registry/cache" | awk '{ print $1 " of packages" }'
