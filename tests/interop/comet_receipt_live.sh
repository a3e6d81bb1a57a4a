#!/usr/bin/env bash
# usage: comet_receipt_live.sh ROAM ROAMD
# A receipt of a ledger under consensus: four validators run, the receipt gets its proof of finality from one of them,
# and is verified when all are stopped. Ports 27620..27659. Exit status 77: there is no cometbft.
set -euo pipefail
roam=$(realpath "$1")
roamd=$(realpath "$2") # "roam testnet" starts it
PATH=$PATH:$(go env GOPATH 2>/dev/null || echo /nonexistent)/bin:${COMETBFT_DIR:-/nonexistent}
test -x "$roamd"
command -v cometbft >/dev/null || { echo "skipped: no cometbft"; exit 77; }
work=$(mktemp -d)
stop() {
    "$roam" testnet down --home "$work/net" --quiet >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap stop EXIT
cd "$work"
refused() { # STATUS COMMAND...
    local status=0
    "${@:2}" --quiet >/dev/null 2>&1 || status=$?
    test "$status" = "$1" || { echo "status $status, not $1: ${*:2}"; exit 1; }
}

"$roam" testnet ledger ledger --quiet >/dev/null
"$roam" testnet up --home net --ledger ledger --port-base 27620 --quiet >/dev/null
"$roam" load --profile light --for 2s --rate 20 --home net --quiet >/dev/null
cp net/0/comet/config/genesis.json .
"$roam" receipt show --ledger net/0/ledger --index 3 --out receipt.json --quiet >/dev/null
for _ in 1 2 3 4 5; do # the next header may take a moment
    "$roam" receipt finalize receipt.json final.json --rpc http://127.0.0.1:27631 --genesis genesis.json --quiet && break
    sleep 1
done
"$roam" testnet down --home net --quiet >/dev/null

"$roam" receipt verify final.json --genesis genesis.json --json | grep -q '"final": true'
refused 2 "$roam" receipt verify receipt.json --genesis genesis.json
sed 's/"chain_id": *"[^"]*"/"chain_id": "another"/' genesis.json >other.json
refused 1 "$roam" receipt verify final.json --genesis other.json
sed 's/"power": *"[0-9]*"/"power": "77"/' genesis.json >other.json
refused 1 "$roam" receipt verify final.json --genesis other.json
echo "a receipt under consensus: final"
