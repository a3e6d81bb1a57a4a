#!/usr/bin/env bash
# The long suites, each with its time; the last line is "N passed, N failed, N left out". An hour or two on two processors. What
# is random starts from ROAM_SEED, by default another one each day, which is printed.
#   ROAM_KILLS (1000)      kills of the ledger's process in the middle of its work
#   ROAM_CASES (1000000)   random cases of the rating rule, and random transactions against the model
#   SEEDS (5)              runs of all unit, property and replayed fuzz tests from other seeds
#   TARIFFS (10000)        random OCPI tariffs priced by roam, by a model and by ocpi-tariffs; OCPI_TARIFFS is the path
#                          of that program, else cargo installs it
#   SIM_SEEDS (100000)     runs of the cluster's simulator, the first by ROAM_SEED
#   CLUSTER_KILLS (100)    kills of validators' processes under load, beside pauses and partitions
#   OVERLOAD_SECONDS (600)  of a cluster under five times the load that it can take
#   FUZZ_SECONDS (60)      for each fuzz target
set -uo pipefail
cd "$(dirname "$0")/.."
: "${ROAM_SHARED_DATA:=$PWD/../shared/data}" "${ROAM_KILLS:=1000}" "${ROAM_CASES:=1000000}" "${SEEDS:=5}" "${TARIFFS:=10000}" "${CLUSTER_KILLS:=100}" "${SIM_SEEDS:=100000}" "${OVERLOAD_SECONDS:=600}"
: "${ROAM_SEED:=$(date -u +%Y%m%d)}"
export -n ROAM_KILLS ROAM_CASES ROAM_SEED # each step sets what it wants
export ROAM_SHARED_DATA ROAM_NODE_MODULES="$PWD/tests/interop/node_modules"
passed=0 failed=0 left_out=0

step() { # name, command
    local name=$1 start=$SECONDS result=passed
    shift
    echo "== $name"
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)) result=FAILED; fi
    echo "-- $name: $result, $((SECONDS - start)) s"
}
leave_out() { # name, why
    echo "-- $1: left out, $2"
    left_out=$((left_out + 1))
}
configure() { # folder, compiler, meson options
    local folder=$1 compiler=$2
    shift 2
    [ -e "$folder/build.ninja" ] && return
    CC=$compiler meson setup "$folder" -Dbench=false "$@" >"$folder.setup.log" 2>&1 || { cat "$folder.setup.log"; return 1; }
    rm -f "$folder.setup.log"
}

suites() { # build folder, suites
    local folder=$1 chosen=() suite
    shift
    for suite in "$@"; do chosen+=(--suite "$suite"); done
    ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
        meson test -C "$folder" --no-rebuild --print-errorlogs --num-processes 2 --timeout-multiplier 10 "${chosen[@]}"
}
other_seeds() {
    local i status
    for ((i = 1; i <= SEEDS; i++)); do
        status=0
        ROAM_SEED=$((ROAM_SEED + i)) meson test -C build-test --no-rebuild --print-errorlogs --num-processes 2 \
            --no-suite slow --no-suite long --suite unit --suite property --suite fuzz >build-test/seeds.log || status=$?
        grep -vE '^ *[0-9]+/[0-9]+ .* OK |^$' build-test/seeds.log
        [ "$status" -eq 0 ] || return 1
    done
}

# The program is installed once; its numbers are part of what the comparison explains, so is its version.
tariffs_peer() {
    local root=build-peers
    if [ -n "${OCPI_TARIFFS:-}" ]; then
        echo "$OCPI_TARIFFS"
    elif [ -x "$root/bin/ocpi-tariffs" ]; then
        echo "$PWD/$root/bin/ocpi-tariffs"
    elif command -v cargo >/dev/null; then
        echo "check-long: installing ocpi-tariffs-cli 0.48.0 with cargo" >&2
        cargo install --quiet --locked --root "$root" --version 0.48.0 ocpi-tariffs-cli >&2 &&
            echo "$PWD/$root/bin/ocpi-tariffs"
    fi
}
tariffs() { # path of ocpi-tariffs, or nothing
    [ -z "$1" ] || export ROAM_OCPI_TARIFFS=$1
    ROAM_OCPI_DRIVER=$PWD/build-test/tests/interop/ocpi_price_driver \
        python3 tests/interop/ocpi_random.py "$TARIFFS" "$ROAM_SEED"
}

# Two processes, each half of the seeds.
simulated() {
    local half=$((SIM_SEEDS / 2)) first=$ROAM_SEED failed=0 pids=() pid
    build-test/tests/sim/roam-sim --seeds "$first..$((first + half - 1))" >build-test/sim-1.log 2>&1 & pids+=($!)
    build-test/tests/sim/roam-sim --seeds "$((first + half))..$((first + SIM_SEEDS - 1))" >build-test/sim-2.log 2>&1 & pids+=($!)
    for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
    tail -n 3 build-test/sim-1.log build-test/sim-2.log
    return $failed
}

# One history of app hashes, whatever compiles it.
replay() {
    local compiler level folder
    for compiler in gcc clang; do
        for level in 0 3; do
            folder=build-replay-$compiler-O$level
            configure "$folder" "$compiler" -Doptimization=$level -Ddebug=false &&
                ninja -C "$folder" --quiet tests/property/ledger_replay_digest &&
                "$folder/tests/property/ledger_replay_digest" >"$folder/replay.txt" || return 1
            echo "$compiler -O$level: $(tail -1 "$folder/replay.txt")"
            cmp "$folder/replay.txt" tests/vectors/ledger_replay.txt || return 1
        done
    done
}

# A test ends a process whose store is open: threads that are not joined are no finding.
race_tests=(test_parallel test_msm_g1 test_msm_g2 test_ntt test_prove test_store test_store_check test_store_fault
            test_store_blocks test_store_readers test_seen test_inbox test_abci_server test_abci_refuse)
races() {
    local name
    configure build-tsan gcc --buildtype=debugoptimized -Db_sanitize=thread &&
        ninja -C build-tsan --quiet "${race_tests[@]/#/tests/unit/}" || return 1
    for name in "${race_tests[@]}"; do
        echo "$name"
        TSAN_OPTIONS=halt_on_error=1:report_thread_leaks=0 "build-tsan/tests/unit/$name" >"build-tsan/$name.log" 2>&1 ||
            { tail -60 "build-tsan/$name.log"; return 1; }
    done
}

echo "ROAM_SEED=$ROAM_SEED"
step "all tests in three builds" tools/test.sh
export ROAM_SEED
step "long tests" suites build-test long
step "with sanitizers, what make test leaves out" suites build-asan slow property interop cli
step "with clang, what make test leaves out" suites build-clang slow property interop e2e
step "$ROAM_KILLS kills" env ROAM_KILLS="$ROAM_KILLS" build-test/tests/e2e/test_crash
step "$ROAM_KILLS kills between ordered blocks" env ROAM_KILLS="$ROAM_KILLS" build-test/tests/e2e/test_crash_ordered
step "$ROAM_CASES cases of the rating rule" env ROAM_CASES="$ROAM_CASES" build-test/tests/property/test_settle_agree
step "10000000 products in lanes" env ROAM_CASES=10000000 build-test/tests/unit/test_mont8
step "$ROAM_CASES transactions against the model" env ROAM_CASES="$ROAM_CASES" build-test/tests/property/test_ledger_random
step "$SEEDS other seeds" other_seeds
peer=$(tariffs_peer)
step "$TARIFFS tariffs" tariffs "$peer"
[ -n "$peer" ] || leave_out "ocpi-tariffs" "no OCPI_TARIFFS and no cargo: roam and the model were compared alone"
step "$SIM_SEEDS simulated clusters" simulated
step "$CLUSTER_KILLS kills of validators" env ROAM_COMETBFT="$(tools/cometbft.sh)" python3 -B tests/e2e/cluster_chaos.py build-test/apps/roam/roam build-test/apps/roamd/roamd \
    build-test/tests/e2e/node_txs --kills "$CLUSTER_KILLS" \
    --seed "$ROAM_SEED"
step "$OVERLOAD_SECONDS s of overload" env ROAM_COMETBFT="$(tools/cometbft.sh)" python3 -B tests/e2e/cluster_overload.py build-test/apps/roam/roam \
    build-test/apps/roamd/roamd build-test/tests/e2e/node_txs --for "$OVERLOAD_SECONDS"
step "replay in four builds" replay
step "ThreadSanitizer" races
step "fuzzing" tools/fuzz.sh
echo "$passed passed, $failed failed, $left_out left out"
[ "$failed" -eq 0 ]
