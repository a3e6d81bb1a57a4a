#!/usr/bin/env bash
# usage: comet_go.sh COMET_GO_CHECK COMET_CHAIN_MAKE
# lib/comet against CometBFT's Go code: random blocks from there are judged here, proofs of finality from here (a made-up
# chain's and the captured one) are judged there. Exit status 77: no Go, or the modules cannot be had.
set -euo pipefail
check=$(realpath "$1")
make=$(realpath "$2")
cd "$(dirname "$0")/comet_go"
command -v go >/dev/null || { echo "skipped: no go"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/comet_go" . || { echo "skipped: CometBFT's modules cannot be built here"; exit 77; }

seed=${ROAM_SEED:-20240601}
echo "ROAM_SEED=$seed"
"$work/comet_go" blocks 200 "$seed" >"$work/blocks"
"$check" <"$work/blocks"

app_hash=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')
"$make" "$app_hash" "$work" >/dev/null
test "$("$work/comet_go" verify "$work/finality.json" "$work/genesis.json")" = "$app_hash"
vectors=../../vectors/comet
"$work/comet_go" verify $vectors/finality.json $vectors/genesis.json >/dev/null
# the judge can say no
if "$work/comet_go" verify "$work/finality.json" $vectors/genesis.json 2>/dev/null; then exit 1; fi
sed -E 's/("app_hash":"[0-9A-F]*)0/\11/g' $vectors/finality.json >"$work/false.json"
if "$work/comet_go" verify "$work/false.json" $vectors/genesis.json 2>/dev/null; then exit 1; fi
echo "proofs of finality: verified by CometBFT"
