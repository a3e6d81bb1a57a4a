#!/bin/sh
# usage: self_contained.sh OUTPUT ENTRY LIBRARY...
# One static library from ENTRY and what it needs of the others, in which only the names that ENTRY exports are global:
# a program's own names cannot meet those inside.
set -eu
out=$1
entry=$2
shift 2
rm -f "$out"
ld -r -o "$out.o" --whole-archive "$entry" --no-whole-archive --start-group "$@" --end-group
objcopy --localize-hidden "$out.o"
ar rcs "$out" "$out.o"
rm "$out.o"
