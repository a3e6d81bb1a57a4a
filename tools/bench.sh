#!/usr/bin/env bash
# Measures roam beside snarkjs and circomlibjs in one run, some five minutes on two processors, and prints one table.
#   tools/bench.sh [--quick] [--json FILE] [--markdown FILE]
# CC chooses the compiler when build-bench is made; ROAM_CPU=plain|adx|ifma caps what of the processor is used.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=build-bench
if [ ! -e "$folder/build.ninja" ]; then
    CC=${CC:-gcc} meson setup "$folder" --buildtype=release >"$folder.setup.log" 2>&1 ||
        { cat "$folder.setup.log"; exit 1; }
    rm -f "$folder.setup.log"
fi
echo "== building $folder" >&2
ninja -C "$folder" --quiet bench/bench_{bn254,ledger,peak,serve,store} apps/roam/roam
exec python3 bench/table.py "$folder" "${ROAM_NODE_MODULES:-tests/interop/node_modules}" "$@"
