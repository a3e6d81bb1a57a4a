#!/bin/sh
# usage: prover_install.sh BUILD SOURCE
# Installs the build into an empty folder and uses the prover from there as another project would: by pkg-config,
# against the shared and the static library, from C and C++, and through rapidsnark's interface.
set -eu
build=$1
source=$2
vectors=$source/tests/vectors/groth16
command -v c++ >/dev/null || { echo "skipped: no c++"; exit 77; }
. "$(dirname "$0")/installed.sh"

# What the static libraries need beside themselves.
beside() { pkg-config --static --libs-only-l roam-prover | sed 's/-lroam-prover//'; }

# PROGRAM ARGUMENT...: proves snarkjs's example; the public signals must be the known ones, up to white space.
proves() {
    "$@" "$vectors/beacon.zkey" "$vectors/cubic.wtns" "$work/proof" "$work/public" 2>"$work/log" ||
        { cat "$work/log"; fail "$*"; }
    [ "$(tr -d ' \n' <"$work/public")" = "$(tr -d ' \n' <"$vectors/public.json")" ] || fail "public signals of $*"
    "$work/rapidsnark" verify "$vectors/vkey.json" "$work/public" "$work/proof" || fail "the proof of $*"
    property=$((property + 1))
    echo '["36"]' >"$work/public"
    if "$work/rapidsnark" verify "$vectors/vkey.json" "$work/public" "$work/proof"; then fail "another signal"; fi
    negative=$((negative + 1))
}

# shellcheck disable=SC2046
{
    compile "$work/rapidsnark" "$source/tests/interop/prover_rapidsnark.c" $(flags roam-prover-rapidsnark)
    compile "$work/prove" "$source/examples/prover/prove.c" $(flags roam-prover)
    # A program may have names that the library uses inside.
    echo 'int fr_mul, groth16_prove, roam_wipe, g1_add_vartime;' >"$work/names.c"
    compile "$work/prove-static" "$source/examples/prover/prove.c" "$work/names.c" \
        $(pkg-config --cflags roam-prover) "$libraries/libroam-prover.a" $(beside)
    compile "$work/rapidsnark-static" "$source/tests/interop/prover_rapidsnark.c" \
        $(pkg-config --cflags roam-prover-rapidsnark) "$libraries/libroam-prover-rapidsnark.a" \
        "$libraries/libroam-prover.a" $(beside)
    sed -n '/^```c$/,/^```$/p' "$source/docs/prover.md" | grep -v '^```' >"$work/manual.c"
    compile "$work/manual" "$work/manual.c" $(flags roam-prover)
    printf '#include <%s>\n' roam_prover.h prover.h verifier.h rapidsnark_compat.h >"$work/headers.cpp"
    echo 'int main() { return roam_prover_default_options().skip_verification; }' >>"$work/headers.cpp"
    c++ -Wall -Wextra -Werror -o "$work/headers" "$work/headers.cpp" $(flags roam-prover roam-prover-rapidsnark)
}
proves "$work/prove"
proves "$work/prove-static"
proves "$work/rapidsnark" prove
proves "$work/rapidsnark-static" prove
if ldd "$work/prove-static" | grep libroam; then fail "not static"; fi
"$work/headers"
cp "$vectors/beacon.zkey" "$work/circuit.zkey"
cp "$vectors/cubic.wtns" "$work/witness.wtns"
(cd "$work" && ./manual) | grep -q '"35"' || fail "the program of the manual"

only '^roam_prover_' -D "$libraries/libroam-prover.so"
only '^roam_prover_' "$libraries/libroam-prover.a"
only '^groth16_(prover|public_size|verify|proof_size)' -D "$libraries/libroam-prover-rapidsnark.so"
only '^groth16_(prover|public_size|verify|proof_size)' "$libraries/libroam-prover-rapidsnark.a"
readelf -d "$libraries/libroam-prover.so" | grep -q 'SONAME.*libroam-prover.so.1]' || fail "soname"
echo "count property=$property negative=$negative"
