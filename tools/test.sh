#!/usr/bin/env bash
# Builds and runs the tests in three builds: gcc release, gcc with AddressSanitizer and UBSan, clang release.
# The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."
: "${ROAM_SHARED_DATA:=$PWD/../shared/data}"
export ROAM_SHARED_DATA ROAM_NODE_MODULES="$PWD/tests/interop/node_modules"
ROAM_COMETBFT=$(tools/cometbft.sh) && export ROAM_COMETBFT
export COMETBFT_DIR=${ROAM_COMETBFT%/*} ROAM_ABCI_CLI=${ROAM_COMETBFT%/*}/abci-cli
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

logs=()
failed=0
run() { # build folder, compiler, suites to leave out (or ""), meson options
    local folder=$1 compiler=$2 leave_out=()
    for suite in $3; do leave_out+=(--no-suite "$suite"); done
    shift 3
    if [ ! -e "$folder/build.ninja" ]; then
        CC=$compiler meson setup "$folder" -Dwerror=true "$@" >"$folder.setup.log" 2>&1 ||
            { cat "$folder.setup.log"; failed=1; return; }
        rm -f "$folder.setup.log"
    fi
    echo "== $folder ($compiler $*)"
    ninja -C "$folder" --quiet || { failed=1; return; }
    meson test -C "$folder" --no-rebuild --print-errorlogs --num-processes 2 "${leave_out[@]}" |
        grep -vE '^(ninja:|$)' || failed=1
    logs+=("$folder/meson-logs/testlog.json")
}
run build-test gcc "long" --buildtype=release
run build-asan gcc "long slow property interop cli" --buildtype=debugoptimized -Dbench=false -Db_sanitize=address,undefined \
    -Dc_args=-fno-var-tracking
run build-clang clang "long slow property interop e2e" --buildtype=release -Dbench=false -Db_lundef=false
python3 tools/summary.py "$failed" "${logs[@]}"
