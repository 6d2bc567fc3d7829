#!/usr/bin/env bash
# Other people's clients as judges of the sandbox: OVHcloud's Python and Node clients against each
# shape of a refusal, and curl as the sandbox's README writes it. Works from a clean checkout; everything goes into the target
# folder. Skips what is missing, unless CI=true. With --install it ends when the clients are there.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
root=$(cd ../.. && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
work=$target/interop
mkdir -p "$work"

for need in python3 node npm curl; do
  if ! command -v "$need" >/dev/null; then
    if [ "${CI:-}" = true ]; then
      echo "interop: $need is missing, and CI has to have it"
      exit 1
    fi
    echo "interop: skipped, $need is missing"
    exit 0
  fi
done

# Installed once for each set of pins.
pins=$(cat python/requirements.txt node/package-lock.json | cksum | tr ' ' -)
if [ ! -f "$work/installed-$pins" ]; then
  rm -rf "$work/venv" "$work/node" "$work"/installed-*
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check -r python/requirements.txt
  mkdir -p "$work/node"
  cp node/package.json node/package-lock.json "$work/node/"
  (cd "$work/node" && npm ci --silent --no-audit --no-fund --ignore-scripts)
  touch "$work/installed-$pins"
fi

# Measurements want the same clients, and nothing else.
if [ "${1:-}" = --install ]; then
  exit 0
fi

cargo build --quiet --manifest-path "$root/Cargo.toml" -p ovh-web-sandbox
sandbox=$target/debug/ovh-web-sandbox

started=()
finish() {
  for id in "${started[@]}"; do
    kill "$id" 2>/dev/null || true
    wait "$id" 2>/dev/null || true
  done
}
trap finish EXIT

# start NAME OPTIONS...: starts a sandbox, and waits until it has printed its lines or has ended.
start() {
  local name=$1
  shift
  : >"$work/$name.env"
  "$sandbox" "$@" >"$work/$name.env" 2>"$work/$name.log" &
  started+=($!)
  until grep -q OVH_CLIENT_SECRET "$work/$name.env"; do
    if ! kill -0 "${started[-1]}" 2>/dev/null; then
      echo "interop: the sandbox did not start"
      cat "$work/$name.log"
      exit 1
    fi
    sleep 0.1
  done
}

value() { sed -n "s/^\(# \)\{0,1\}export $2='\(.*\)'$/\2/p" "$work/$1.env"; }

out=$work/results
: >"$out"
failures=0
judge() {
  local name=$1
  shift
  if ! "$@" >>"$out" 2>&1; then
    failures=1
    echo "interop: $name is not content" >>"$out"
  fi
}

for SHAPE in class old; do
  ca=$work/ca-$SHAPE.pem
  start "python-$SHAPE" --speed 100 --seed 1 --refusals "$SHAPE"
  start "tls-$SHAPE" --speed 100 --seed 2 --refusals "$SHAPE" --tls --ca-file "$ca" \
    --public-url https://127.0.0.1
  TLS_ROOT=$(value "tls-$SHAPE" OVH_ENDPOINT)
  TLS_ROOT=${TLS_ROOT%/1.0}
  TLS_CLIENT_ID=$(value "tls-$SHAPE" OVH_CLIENT_ID)
  TLS_CLIENT_SECRET=$(value "tls-$SHAPE" OVH_CLIENT_SECRET)
  export SHAPE TLS_ROOT TLS_CLIENT_ID TLS_CLIENT_SECRET
  (
    . "$work/python-$SHAPE.env"
    export REQUESTS_CA_BUNDLE=$ca
    "$work/venv/bin/python" "$here/python/journey.py"
  ) >>"$out" 2>&1 || failures=1
  (
    . "$work/tls-$SHAPE.env"
    export NODE_PATH=$work/node/node_modules
    node "$here/node/journey.js"
  ) >>"$out" 2>&1 || failures=1
done

# The examples of the README, as printed. `readme NAME` gives the block after `<!-- runs: NAME -->`.
readme() {
  awk -v mark="<!-- runs: $1 -->" '
    $0 == mark { found = 1; next }
    found && /^```/ { if (open) exit; open = 1; next }
    open { print }
  ' "$root/crates/ovh-web-sandbox/README.md"
}
# example NAME EXPECTED COMMAND...: runs a block as the README says, with the command that the
# README gives for it, and looks for what it has to say.
example() {
  local name=$1 expected=$2 answer
  shift 2
  readme "$name" >"$work/example-$name"
  if [ ! -s "$work/example-$name" ]; then
    echo "FAIL  readme  $name: there is no such block"
    return 1
  fi
  if answer=$(cd "$work" && "$sandbox" "$@" "$work/example-$name" 2>&1) \
    && [[ $answer == *"$expected"* ]]; then
    echo "ok    readme  $name"
  else
    echo "FAIL  readme  $name: $answer"
    return 1
  fi
}
python=$work/venv/bin/python
judge "the shell example" example shell '["example.cluster01.hosting.ovh.net"]' -- bash
judge "the Python example" example python 'the database is there' --speed 100 -- "$python"
judge "the test example" example test 'one call, one database' --log "$work/calls.log" -- "$python"

cat "$out"
passed=$(grep -c '^ok ' "$out" || true)
failed=$(grep -c '^FAIL ' "$out" || true)
if [ "$failures" != 0 ] && [ "$failed" = 0 ]; then
  failed=1
fi
echo "interop: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
