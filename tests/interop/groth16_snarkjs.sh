#!/bin/sh
# Keys, proofs and ceremonies between roam and snarkjs, both ways: groth16_snarkjs.sh GROTH16_DRIVER, with
# ROAM_NODE_MODULES naming the folder of node modules.
set -eu
driver=$(realpath "$1")
snarkjs="${ROAM_NODE_MODULES:-}/.bin/snarkjs"
if [ ! -x "$snarkjs" ]; then
    echo "skipped: ROAM_NODE_MODULES does not name a folder with snarkjs"
    exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
property=0
negative=0

# Runs a command that must succeed; snarkjs's exit status does not tell, its last lines do.
good() {
    "$@" > out 2> err || { cat out err; echo "failed: $*"; exit 1; }
    property=$((property + 1))
}
says() {
    text="$1"
    shift
    good "$@"
    grep -q "$text" out || { cat out err; echo "does not say '$text': $*"; exit 1; }
}
bad() {
    expected="$1"
    shift
    status=0
    "$@" > out 2> err || status=$?
    [ "$status" = "$expected" ] || { cat out err; echo "status $status, expected $expected: $*"; exit 1; }
    negative=$((negative + 1))
}
refused_by_snarkjs() {
    if "$@" > out 2> err && grep -q "OK!\|Ok!" out; then echo "accepted: $*"; exit 1; fi
    negative=$((negative + 1))
}

good "$driver" fixture 100 c.r1cs c.wtns
says "WITNESS IS CORRECT" "$snarkjs" wtns check c.r1cs c.wtns
says "of Constraints: 100" "$snarkjs" r1cs info c.r1cs

# The four ways from a key to a verdict.
both_ways() {
    good "$driver" vkey "$1" vk.json
    good "$snarkjs" zkey export verificationkey "$1" vk_js.json
    good "$driver" prove "$1" c.wtns proof.json public.json
    good "$snarkjs" groth16 prove "$1" c.wtns proof_js.json public_js.json
    good cmp public.json public_js.json
    says "OK!" "$snarkjs" groth16 verify vk.json public.json proof.json
    says "OK!" "$snarkjs" groth16 verify vk_js.json public_js.json proof_js.json
    good "$driver" verify vk.json public.json proof.json
    good "$driver" verify vk_js.json public_js.json proof_js.json
    sort out > ours
    "$snarkjs" zkey export soliditycalldata public_js.json proof_js.json | sort > theirs
    good cmp ours theirs
    sed '0,/"[0-9]*"/s//"1"/' public.json > wrong.json
    bad 4 "$driver" verify vk.json wrong.json proof.json
    refused_by_snarkjs "$snarkjs" groth16 verify vk.json wrong.json proof.json
}

good "$driver" dev c.r1cs dev.zkey
both_ways dev.zkey
grep -q '"insecure": true' vk.json

# Phase 1, contributions in turn.
good "$driver" ptau-new 8 0.ptau
good "$snarkjs" powersoftau new bn128 8 0_js.ptau
good cmp 0.ptau 0_js.ptau
good "$driver" ptau-contribute 0.ptau 1.ptau
good "$snarkjs" powersoftau contribute 1.ptau 2.ptau --name=theirs -e=text
good "$driver" ptau-contribute 2.ptau 3.ptau
good "$driver" ptau-beacon 3.ptau 4.ptau
good "$snarkjs" powersoftau beacon 3.ptau 4_js.ptau 01020304 10 -n=beacon
good "$driver" same-sections 4.ptau 4_js.ptau 1 2 3 4 5 6
good "$driver" ptau-prepare 4.ptau powers.ptau
good "$snarkjs" powersoftau prepare phase2 4_js.ptau powers_js.ptau
good "$driver" same-sections powers.ptau powers_js.ptau 1 2 3 4 5 6 12 13 14 15
says "Powers of Tau Ok!" "$snarkjs" powersoftau verify powers.ptau
good "$driver" ptau-verify powers_js.ptau
good "$driver" ptau-verify 2.ptau

# Phase 2.
good "$driver" setup c.r1cs powers.ptau 0.zkey
good "$snarkjs" groth16 setup c.r1cs powers_js.ptau 0_js.zkey
good "$driver" same-sections 0.zkey 0_js.zkey 1 2 3 4 5 6 7 8 9 10
bad 14 "$driver" check-key c.r1cs powers.ptau 0.zkey
bad 14 "$driver" vkey 0.zkey vk.json
good "$driver" contribute 0_js.zkey 1.zkey
good "$snarkjs" zkey contribute 1.zkey 2.zkey --name=theirs -e=text
good "$driver" beacon 2.zkey final.zkey
good "$snarkjs" zkey beacon 2.zkey final_js.zkey 01020304 10 -n=beacon
good cmp final.zkey final_js.zkey
for key in 1 2 final; do
    says "ZKey Ok!" "$snarkjs" zkey verify c.r1cs powers_js.ptau $key.zkey
    good "$driver" check-key c.r1cs powers.ptau $key.zkey
done
both_ways final.zkey
good cmp vk.json vk_js.json

# What is refused here and there.
good "$driver" fixture 101 other.r1cs other.wtns
bad 15 "$driver" check-key other.r1cs powers.ptau final.zkey
refused_by_snarkjs "$snarkjs" zkey verify other.r1cs powers.ptau final.zkey
bad 14 "$driver" check-key c.r1cs powers.ptau dev.zkey
bad 5 "$driver" prove final.zkey other.wtns p.json s.json
echo "count property=$property negative=$negative"
