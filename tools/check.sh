#!/usr/bin/env bash
# Formatting, lengths and static analysis; prints what is wrong and fails.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
mapfile -t sources < <(git ls-files -co --exclude-standard '*.c' '*.h')
clang-format --dry-run --Werror "${sources[@]}" || failed=1
python3 tools/lengths.py || failed=1
[ -e build-tidy/build.ninja ] || CC=clang meson setup build-tidy --buildtype=debug -Dbench=false >/dev/null || failed=1
ninja -C build-tidy --quiet || failed=1
mapfile -t units < <(git ls-files -co --exclude-standard 'lib/*.c' 'adapters/*.c' 'apps/*.c')
printf '%s\n' "${units[@]}" | xargs -P2 -n4 clang-tidy -p build-tidy --quiet 2>/dev/null | grep -E 'warning:|error:' && failed=1
exit $failed
