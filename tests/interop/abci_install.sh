#!/bin/sh
# usage: abci_install.sh BUILD SOURCE
# Installs the build into an empty folder and builds applications of CometBFT from there as another project would: the
# example and the manual's, by pkg-config, against the shared and the static library; the static one must give what
# CometBFT's abci-cli expects (abci_kvstore.sh); under a node the build's own is run, with the shared library.
set -eu
build=$1
source=$2
. "$(dirname "$0")/installed.sh"

# shellcheck disable=SC2046
{
    compile "$work/kvstore" "$source/examples/kvstore/kvstore.c" $(flags roam-abci libsodium)
    # A program may have names that the library uses inside.
    echo 'int abci_dispatch, buf_init, proto_read;' >"$work/names.c"
    compile "$work/kvstore-static" "$source/examples/kvstore/kvstore.c" "$work/names.c" \
        $(pkg-config --cflags roam-abci) "$libraries/libroam-abci.a" -lsodium -lpthread
    sed -n '/^```c$/,/^```$/p' "$source/docs/abci.md" | grep -v '^```' >"$work/manual.c"
    compile "$work/manual" "$work/manual.c" $(flags roam-abci)
}
if ldd "$work/kvstore-static" | grep libroam; then fail "not static"; fi
ROAM_COMETBFT="" "$(dirname "$0")/abci_kvstore.sh" "$work/kvstore-static" >"$work/log" 2>&1 || { cat "$work/log"; fail "kvstore-static"; }
cat "$work/log"
if "$work/kvstore" nowhere "$work/state" 2>"$work/log"; then fail "an address that is none"; fi
grep -q "kvstore: .*nowhere" "$work/log" || { cat "$work/log"; fail "the reason"; }
property=$((property + 1))
negative=$((negative + 1))

only '^(abci_|roam_(err|diag|assert))' -D "$libraries/libroam-abci.so"
only '^(abci_|roam_(err|diag|assert))' "$libraries/libroam-abci.a"
readelf -d "$libraries/libroam-abci.so" | grep -q 'SONAME.*libroam-abci.so.1]' || fail "soname"
echo "count property=$property negative=$negative"
