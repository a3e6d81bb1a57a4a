#!/usr/bin/env bash
# The example application under CometBFT's own programs: abci-cli with expected output, then a node whose blocks,
# transactions and validators go through the C server, and which goes on with the same application hash after
# the application, the node or both were killed, and after the application lost its state.
#   abci_kvstore.sh KVSTORE      with ROAM_ABCI_CLI and ROAM_COMETBFT naming the programs (each skipped if absent)
set -uo pipefail
kvstore=$1
folder=$(mktemp -d)
state=$folder/state
address=unix://$folder/socket
app= node=
trap 'kill -9 $app $node 2>/dev/null; wait 2>/dev/null; rm -rf "$folder"' EXIT

fail() {
    echo "FAILED: $*"
    tail -n 20 "$folder"/*.log
    exit 1
}
wait_until() { # seconds, command...: true when the command is
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}
start_app() {
    "$kvstore" "$address" "$state" 2>>"$folder/app.log" &
    app=$!
    wait_until 10 test -S "$folder/socket" || fail "the application does not listen"
}
stop_app() {
    kill "$app"
    wait "$app" || fail "the application did not end well"
    [ ! -e "$folder/socket" ] || fail "the socket is left"
}
kill9() {
    kill -9 "$1"
    wait "$1" 2>/dev/null
}

cli() {
    local out
    start_app
    out=$(timeout 30 "$ROAM_ABCI_CLI" --log_level error --address "$address" --abci socket batch <<'IN'
echo hello
info
check_tx "abc=def"
check_tx "nonsense"
finalize_block "abc=def" "x=y" "nonsense"
commit
info
query "abc"
query "nope"
prepare_proposal "one=1" "two=2"
process_proposal "one=1"
IN
    ) || fail "abci-cli: $out"
    diff <(echo "$out") - <<'OUT' || fail "abci-cli printed something else"
-> code: OK
-> data: hello
-> data.hex: 0x68656C6C6F

-> code: OK
-> data: kvstore
-> data.hex: 0x6B7673746F7265

-> code: OK

-> code: 1
-> log: neither key=value nor val:KEY!POWER

-> code: OK
-> code: OK
-> code: 1
-> code: OK
-> data.hex: 0x1440D72C7FAA2046DC2B3D6B3D1DE5FE20E1ECDD454FE97EF7F9B556845D059A

-> code: OK

-> code: OK
-> data: kvstore
-> data.hex: 0x6B7673746F7265

-> code: OK
-> log: exists
-> height: 0
-> key: abc
-> key.hex: 616263
-> value: def
-> value.hex: 646566

-> code: OK
-> log: does not exist
-> height: 0
-> key: nope
-> key.hex: 6E6F7065

-> code: OK
-> log: Succeeded. Tx: one=1
-> code: OK
-> log: Succeeded. Tx: two=2

-> code: OK
-> status: ACCEPT
OUT
    stop_app
    rm "$state"
    echo "abci-cli: $("$ROAM_ABCI_CLI" version): passed"
}

# path: the answer's "result"; or with more words, members of it: path a b c
rpc() {
    python3 - "http://127.0.0.1:$port/$1" "${@:2}" <<'PY' 2>>"$folder/rpc.log"
import json, sys, urllib.request
value = json.load(urllib.request.urlopen(sys.argv[1], timeout=20))
for name in ["result", *sys.argv[2:]]:
    value = value[int(name) if isinstance(value, list) else name]
print("" if value is None else value)
PY
}
height() { rpc status sync_info latest_block_height || echo 0; }
at_height() { [ "$(height)" -ge "$1" ]; }
start_node() {
    "$ROAM_COMETBFT" start --home "$folder/node" >>"$folder/node.log" 2>&1 &
    node=$!
    wait_until 30 at_height "$1" || fail "height $1 is not reached"
}
# The value that the application answers for a key, as text.
query() { rpc "abci_query?data=0x$(printf %s "$1" | od -An -tx1 | tr -d ' \n')" response value | base64 -d; }
# Sends a transaction and waits for its block; the code of its result.
transact() { rpc "broadcast_tx_commit?tx=0x$(printf %s "$1" | od -An -tx1 | tr -d ' \n')" tx_result code; }
app_hash() { rpc "block?height=$1" block header app_hash; }

# After a restart: further blocks, the value is there, the old block's hash is the old one and the application's
# own is that of the next block's header.
goes_on() { # what was done
    local past hash
    past=$(height)
    wait_until 20 at_height $((past + 2)) || fail "$1: no further blocks"
    [ "$(query name)" = roam ] || fail "$1: the value is gone"
    hash=$(app_hash "$marked")
    [ "$hash" = "$marked_hash" ] || fail "$1: hash $hash at $marked, was $marked_hash"
    [ "$(head -c 64 "$state")" = "$(app_hash "$(height)" | tr A-F a-f)" ] || fail "$1: another hash in the state"
    echo "$1: height $past goes on"
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
configure() {
    local config=$folder/node/config/config.toml
    "$ROAM_COMETBFT" init --home "$folder/node" >/dev/null 2>&1 || fail "cometbft init"
    port=$(free_port)
    sed -i -e "s|^proxy_app = .*|proxy_app = \"$address\"|" -e 's|^timeout_commit = .*|timeout_commit = "100ms"|' \
        -e 's|^timeout_propose = .*|timeout_propose = "300ms"|' \
        -e "s|^laddr = \"tcp://127.0.0.1:26657\"|laddr = \"tcp://127.0.0.1:$port\"|" \
        -e "s|^laddr = \"tcp://0.0.0.0:26656\"|laddr = \"tcp://127.0.0.1:$(free_port)\"|" "$config"
}

validator() { # of the genesis: its key; a second one is added and removed, and the last cannot be
    local own other=AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=
    own=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["validators"][0]["pub_key"]["value"])' \
        "$folder/node/config/genesis.json")
    [ "$(transact "val:$other!1")" = 0 ] || fail "a validator is not added"
    wait_until 20 two_validators || fail "there is no second validator"
    [ "$(transact "val:$other!0")" = 0 ] || fail "a validator is not removed"
    [ "$(transact "val:$own!0")" = 2 ] || fail "the last validator is removed"
}
two_validators() { [ "$(rpc validators total)" = 2 ]; }

cluster() {
    configure
    start_app
    start_node 3
    [ "$(query name)" = "" ] || fail "a value before there is one"
    [ "$(transact name=roam)" = 0 ] || fail "the transaction failed"
    [ "$(query name)" = roam ] || fail "the value is not read back"
    [ "$(rpc 'broadcast_tx_sync?tx=0x6e6f6e73656e7365' code)" = 1 ] || fail "nonsense is accepted"
    validator
    marked=$(height)
    marked_hash=$(app_hash "$marked")

    kill9 "$app"
    # CometBFT ends by itself, but for the times when its own stopping hangs in the middle of a block.
    wait_until 10 node_ended || kill9 "$node"
    wait "$node" 2>/dev/null
    start_app
    start_node "$marked"
    goes_on "application killed"

    kill9 "$node"
    start_node "$marked"
    goes_on "node killed"

    for round in 1 2 3; do
        transact "round=$round" >/dev/null
        kill9 "$app"
        kill9 "$node"
        start_app
        start_node "$marked"
        goes_on "both killed"
    done

    kill9 "$app"
    kill9 "$node"
    rm "$state"
    start_app
    start_node "$marked"
    goes_on "state lost, blocks replayed"
    [ "$(query round)" = 3 ] || fail "a value is not replayed"
    validator
    stop_app
    echo "cometbft $("$ROAM_COMETBFT" version): passed"
}
node_ended() { ! kill -0 "$node" 2>/dev/null; }

if [ -x "${ROAM_ABCI_CLI:-}" ]; then cli; else echo "abci-cli: skipped (ROAM_ABCI_CLI names no program)"; fi
if [ -x "${ROAM_COMETBFT:-}" ]; then cluster; else echo "cometbft: skipped (ROAM_COMETBFT names no program)"; fi
