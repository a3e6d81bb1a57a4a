#!/usr/bin/env bash
# Builds the libFuzzer targets with clang and sanitizers, and runs each for FUZZ_SECONDS (60), as many at a time as there
# are processors.
#   tools/fuzz.sh [TARGET...]      FUZZ_SECONDS=3600 tools/fuzz.sh fuzz_ocpi
# Inputs that reach new code are kept in build-fuzz/corpus, those that break something in build-fuzz/findings. Fails if
# there are such.
set -euo pipefail
cd "$(dirname "$0")/.."
export FUZZ_SECONDS=${FUZZ_SECONDS:-60}
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
folder=build-fuzz
if [ $# -gt 0 ]; then
    targets=("$@")
else
    targets=()
    for source in tests/fuzz/fuzz_*.c; do targets+=("$(basename "$source" .c)"); done
fi
if [ ! -e "$folder/build.ninja" ]; then
    CC=clang meson setup "$folder" --buildtype=debugoptimized -Dbench=false -Dfuzz=true -Db_lundef=false \
        -Db_sanitize=address,undefined -Dc_args=-fsanitize=fuzzer-no-link >"$folder.setup.log" 2>&1 ||
        { cat "$folder.setup.log"; exit 1; }
    rm -f "$folder.setup.log"
fi
echo "== building $folder"
ninja -C "$folder" --quiet "${targets[@]/#/tests/fuzz/}"

run_target() { # build folder, target
    local folder=$1 name=$2 start=$SECONDS pid status=0 log
    log=$folder/$name.log
    mkdir -p "$folder/corpus/$name" "$folder/findings"
    "$folder/tests/fuzz/$name" -max_total_time="$FUZZ_SECONDS" -timeout=20 -print_final_stats=1 \
        -artifact_prefix="$folder/findings/$name-" "$folder/corpus/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1 &
    pid=$!
    while sleep 10 && kill -0 "$pid" 2>/dev/null; do
        echo "$name: $((SECONDS - start)) s, $(grep -aoE 'cov: [0-9]+' "$log" | tail -1)"
    done
    wait "$pid" || status=$?
    if [ "$status" -ne 0 ]; then
        tail -40 "$log"
        echo "$name: FAILED, see $log and $folder/findings"
        return 1
    fi
    echo "$name: done, $(grep -aoE 'cov: [0-9]+' "$log" | tail -1)," \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, nothing found"
}
export -f run_target
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'run_target "$0" {}' "$folder"
