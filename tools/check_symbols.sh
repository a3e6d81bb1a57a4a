#!/bin/sh
# usage: check_symbols.sh ALLOWED ARCHIVE...
# What the archives together need from elsewhere must be listed in ALLOWED: one name a line, "?" before those that only
# some compilers call, "#" for comments. Fails on any other name, and on listed names that nothing needs.
set -eu
allowed=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

nm "$@" 2>/dev/null | awk 'NF == 3 && $2 ~ /[TDBRVW]/ { print $3 }' | sort -u >"$work/defined"
nm -u "$@" 2>/dev/null | awk '$1 == "U" { print $2 }' | sort -u |
    grep -vE '^(__asan_|__ubsan_|__tsan_|__msan_|__sanitizer_|__gcov_|__llvm_|llvm_|_GLOBAL_OFFSET_TABLE_)' |
    comm -23 - "$work/defined" >"$work/needed"
grep -v '^#' "$allowed" | awk 'NF { sub(/^\?/, ""); print $1 }' | sort -u >"$work/allowed"
grep -vE '^(#|\?)' "$allowed" | awk 'NF { print $1 }' | sort -u >"$work/wanted"

test -s "$work/needed" || { echo "nothing read from: $*"; exit 1; }
comm -23 "$work/needed" "$work/allowed" | sed 's/^/not allowed: /' >"$work/bad"
comm -13 "$work/needed" "$work/wanted" | sed 's/^/listed but not needed: /' >>"$work/bad"
cat "$work/bad"
test ! -s "$work/bad"
echo "$(wc -l <"$work/needed") symbols, all allowed"
