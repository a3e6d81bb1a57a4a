#!/usr/bin/env bash
# usage: comet_capture.sh FOLDER [PROVER]
# Runs a chain of six CometBFT nodes on this machine (ports 27600..27611) and writes what its RPC answers to FOLDER:
# the genesis, the status, and commits and validators of heights at which something happens. Four validators begin; one
# stops; two others join with ten times the power; the three old ones that still run are dismissed, so that the last
# set shares less than a third with the first. With PROVER (comet_prove), that program is run against the live chain
# and writes FOLDER/finality.json. tests/vectors/comet was made by this. Exit status 77: there is no cometbft.
set -euo pipefail
folder=$1
prover=${2:-}
port=27600
PATH=$PATH:$(go env GOPATH 2>/dev/null || echo /nonexistent)/bin:${COMETBFT_DIR:-/nonexistent}
command -v cometbft >/dev/null && command -v curl >/dev/null && command -v jq >/dev/null || { echo "skipped: cometbft, curl or jq is absent"; exit 77; }

work=$(mktemp -d)
pids=()
stop() {
    kill "${pids[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
mkdir -p "$folder"

cometbft testnet --v 4 --n 2 --o "$work" --populate-persistent-peers=false >/dev/null
jq '.chain_id = "roam-capture"' "$work/node0/config/genesis.json" >"$work/genesis.json"
peers=
for i in 0 1 2 3 4 5; do
    peers+=${peers:+,}$(cometbft show-node-id --home "$work/node$i")@127.0.0.1:$((port + 2 * i))
done
for i in 0 1 2 3 4 5; do
    cp "$work/genesis.json" "$work/node$i/config/genesis.json"
    sed -i -e "s|^laddr = \"tcp://127.0.0.1:26657\"|laddr = \"tcp://127.0.0.1:$((port + 2 * i + 1))\"|" \
        -e "s|^laddr = \"tcp://0.0.0.0:26656\"|laddr = \"tcp://127.0.0.1:$((port + 2 * i))\"|" \
        -e "s|^persistent_peers = .*|persistent_peers = \"$peers\"|" \
        -e 's|^timeout_propose = .*|timeout_propose = "400ms"|' -e 's|^timeout_commit = .*|timeout_commit = "200ms"|' \
        -e 's|^flush_throttle_timeout = .*|flush_throttle_timeout = "10ms"|' \
        -e 's|^peer_gossip_sleep_duration = .*|peer_gossip_sleep_duration = "10ms"|' "$work/node$i/config/config.toml"
    cometbft start --home "$work/node$i" --proxy_app kvstore --log_level error >"$work/node$i.log" 2>&1 &
    pids+=($!)
done

url=http://127.0.0.1:$((port + 9)) # node 4: a validator of the last set
rpc() { # METHOD PARAMS
    curl -sf --max-time 5 "$url" -d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$1\",\"params\":$2}"
}
height() { rpc status '{}' | jq -r '.result.sync_info.latest_block_height' 2>/dev/null || echo 0; }
reach() { # HEIGHT
    for _ in $(seq 600); do
        [ "$(height)" -ge "$1" ] 2>/dev/null && return
        sleep 0.1
    done
    echo "the chain does not reach height $1"
    tail -n 3 "$work"/node*.log
    exit 1
}
power() { # NODE POWER: asks the application to change a validator; returns when the block that does is out
    local key tx before
    before=$(height)
    key=$(jq -r .pub_key.value "$work/node$1/config/priv_validator_key.json")
    tx=$(printf 'val=ed25519!%s!%s' "$key" "$2" | base64 -w0)
    rpc broadcast_tx_sync "{\"tx\":\"$tx\"}" | jq -e '.result.code == 0' >/dev/null
    reach $((before + 4))
}
commit() { rpc commit "{\"height\":\"$1\"}" | jq -c .result; }
keep() { # NAME HEIGHT
    commit "$2" >"$folder/$1_commit.json"
    rpc validators "{\"height\":\"$2\",\"per_page\":\"100\"}" | jq -c .result >"$folder/$1_validators.json"
}

reach 4
kill "${pids[3]}"
reach 8
change=$(height)
power 4 10
power 5 10
joined=$(height)
power 0 0
power 1 0
power 2 0
last=$(height)
reach $((last + 2))
while commit "$change" | jq -e '.signed_header.header | .validators_hash == .next_validators_hash' >/dev/null; do
    change=$((change + 1))
done
keep first 1
keep second 2
keep third 3
keep absent 8                  # one validator is stopped
keep change "$change"          # names another set for the next height
keep changed $((change + 1))
keep joined "$joined"          # shares enough with the first set
keep last "$last"              # and this one does not
rpc genesis '{}' | jq -c .result >"$folder/genesis_result.json"
rpc status '{}' | jq -c .result >"$folder/status.json"
rpc commit '{"height":"1000000"}' >"$folder/no_such_height.json" || true
cp "$work/genesis.json" "$folder/genesis.json"
if [ -n "$prover" ]; then
    "$prover" "$url" "$folder/genesis.json" "$last" "$folder/finality.json"
fi
echo "captured: $last heights"
