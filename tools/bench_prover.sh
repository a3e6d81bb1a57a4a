#!/usr/bin/env bash
# Measures roam's prover and verifier beside rapidsnark, gnark and snarkjs in one run and prints tables; see
# bench/prover/prover_table.py for what is compared and how.
#   tools/bench_prover.sh [--quick] [--long] [--json FILE] [--markdown FILE]
# Peers that are not there are left out, and the run says what is missing:
#   ROAM_RAPIDSNARK    the shared library librapidsnark.so of github.com/iden3/rapidsnark, with its assembly and OpenMP
#   ROAM_GNARK         the program that `go build` makes of bench/prover/gnark. Its modules come from Go's registry. With
#                      `-tags gnark`, and the module github.com/consensys/gnark added to go.mod, it makes proofs, too
#   ROAM_NODE_MODULES  the folder of snarkjs, by default what tools/setup.sh test installed
# CC chooses the compiler when build-bench is made; ROAM_CPU=plain|adx|ifma caps what of the processor is used.
set -euo pipefail
cd "$(dirname "$0")/.."
case " $* " in *" --help "*) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' tools/bench_prover.sh; exit ;; esac
folder=${ROAM_BENCH_BUILD:-build-bench}
if [ ! -e "$folder/build.ninja" ]; then
    CC=${CC:-gcc} meson setup "$folder" --buildtype=release >"$folder.setup.log" 2>&1 ||
        { cat "$folder.setup.log"; exit 1; }
    rm -f "$folder.setup.log"
fi
echo "== building $folder" >&2
ninja -C "$folder" --quiet bench/bench_{peak,prover,rapidsnark,serve} apps/roam/roam
exec python3 bench/prover/prover_table.py "$folder" "${ROAM_NODE_MODULES:-tests/interop/node_modules}" "$@"
