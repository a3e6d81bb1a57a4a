// Circuits, witnesses, keys and proofs of the command line against snarkjs, both ways: node snarkjs.mjs ROAM.
//
// Tested elsewhere and not repeated here: Poseidon of every width against circomlibjs (tests/vectors/poseidon.txt, made by
// tools/gen_poseidon_vectors.mjs, read by tests/unit/test_poseidon.c); EdDSA signatures made by circomlibjs
// (tests/vectors/eddsa.txt, test_eddsa.c) and those made by roam (eddsa.mjs); commitments and digests of settle
// (tests/vectors/commitment.txt and digest.txt, test_commitment.c).
import assert from "node:assert";
import { agreed, bytes, changed, cuts, edited, finish, flip, json, q, r, roam, roamRefuses, save, snarkjsRefuses } from "./harness.mjs";
import { ourProof, ourWitness, sameKey, silent, snarkjs, theirProof } from "./proofs.mjs";
import { b5groamCases, settleCase } from "./statements.mjs";

// The circuit as a file, described alike by both.
async function sameCircuit(name) {
    const described = roam("zk", "info", name);
    const written = roam("zk", "circuit", name, `${name}.r1cs`);
    const read = roam("zk", "info", `${name}.r1cs`);
    const info = await snarkjs.r1cs.info(bytes(`${name}.r1cs`));
    assert.equal(written.bytes, bytes(`${name}.r1cs`).length);
    for (const ours of [described, written, read]) assert.equal(ours.constraints, info.nConstraints);
    for (const ours of [described, read]) assert.equal(ours.wires, info.nVars);
    assert.equal(described.public_signals, info.nOutputs + info.nPubInputs);
    assert.equal(read.public_outputs, info.nOutputs);
    assert.equal(read.public_inputs, info.nPubInputs);
    agreed();
}

// Roam answers with this status, snarkjs does not accept.
async function refusedByBoth(what, status, vkey, signals, proof) {
    save("changed.public", signals);
    save("changed.proof", proof);
    roamRefuses(status, "zk", "verify", vkey, "changed.public", "changed.proof");
    await snarkjsRefuses(what, () => snarkjs.groth16.verify(json(vkey), signals, proof));
}

async function falseSignals(name) {
    const [signals, proof] = [json(`${name}.public`), json(`${name}.proof`)];
    for (const [i, signal] of signals.entries()) {
        const flipped = changed(signals, i, String(BigInt(signal) ^ 1n));
        const notCanonical = changed(signals, i, String(BigInt(signal) + r));
        await refusedByBoth(`signal ${i} flipped`, 1, `${name}.vkey`, flipped, proof);
        await refusedByBoth(`signal ${i} + r`, 2, `${name}.vkey`, notCanonical, proof);
    }
}

async function falsePoints(name) {
    const [signals, proof, vkey] = [json(`${name}.public`), json(`${name}.proof`), `${name}.vkey`];
    const negative = (y) => String((q - BigInt(y)) % q);
    const [[ax, ay], [bx, by, bz], [cx, cy]] = [proof.pi_a, proof.pi_b, proof.pi_c];
    const minusA = { ...proof, pi_a: [ax, negative(ay), "1"] };
    await refusedByBoth("A negated", 1, vkey, signals, minusA);
    await refusedByBoth("C negated", 1, vkey, signals, { ...proof, pi_c: [cx, negative(cy), "1"] });
    await refusedByBoth("A and C exchanged", 1, vkey, signals, { ...proof, pi_a: proof.pi_c, pi_c: proof.pi_a });
    await refusedByBoth("A off the curve", 2, vkey, signals, { ...proof, pi_a: [ax, String(BigInt(ay) ^ 1n), "1"] });
    await refusedByBoth("B off the curve", 2, vkey, signals, { ...proof, pi_b: [bx, [by[1], by[0]], bz] });

    // e(-A, -B) = e(A, B): anyone can make this second proof, and both programs accept it. So nothing may be keyed by a
    // proof's bytes.
    const other = { ...minusA, pi_b: [bx, by.map(negative), bz] };
    save("changed.proof", other);
    assert.equal(roam("zk", "verify", vkey, `${name}.public`, "changed.proof").valid, true);
    assert.equal(await snarkjs.groth16.verify(json(vkey), signals, other), true);
    agreed();
}

for (const [name, all] of [
    ["b5groam", () => b5groamCases(20)],
    ["settle-2", () => [2, 1].map(settleCase)],
    ["settle-3", () => [settleCase(3)]],
]) {
    await sameCircuit(name);
    assert.equal(roam("ceremony", "dev", `${name}.r1cs`, `${name}.zkey`).insecure, true);
    await sameKey(name, true);
    for (const [i, one] of all().entries()) {
        await ourWitness(name, one);
        await ourProof(name, `${name}.wtns`, one.signals);
        if (i % 4 === 0) await theirProof(name, `${name}.wtns`, json(`${name}.public`));
    }
    await falseSignals(name);
    await falsePoints(name);
}

// Another key of the same circuit, another circuit's key, a development key in production.
const [signals, proof] = [json("b5groam.public"), json("b5groam.proof")];
roam("ceremony", "dev", "b5groam", "other.zkey");
roam("zk", "vkey", "other.zkey", "other.vkey");
await refusedByBoth("another key", 1, "other.vkey", signals, proof);
await refusedByBoth("another circuit's key", 2, "settle-2.vkey", signals, proof);
roamRefuses(1, "zk", "verify", "b5groam.vkey", "b5groam.public", "b5groam.proof", "--production");
roam("key", "new", "authority", "authority.json", "--name", "authority");
roamRefuses(1, "ledger", "create", "ledger", "2=settle-2.vkey", "--production", "--name", "test", "--governor",
    "authority.json", "--treasury", "authority.json");

// Tables change nothing but the time, and are of one key.
const tabled = ["--tables", "b5groam.tables"];
assert.deepEqual(roam("zk", "tables", "b5groam.zkey", "b5groam.tables").tables, ["H", "A", "C", "B1", "B2"]);
roam("zk", "prove", "b5groam.zkey", "b5groam.wtns", "tabled.proof", "tabled.public", ...tabled);
assert.deepEqual(json("tabled.public"), signals);
assert.equal(await snarkjs.groth16.verify(json("b5groam.vkey"), signals, json("tabled.proof")), true);
agreed();
roamRefuses(1, "zk", "prove", "other.zkey", "b5groam.wtns", "p", "s", ...tabled);
for (const part of cuts("b5groam.tables")) {
    save("cut.tables", part);
    roamRefuses(part.length < 192 ? 2 : 1, "zk", "prove", "b5groam.zkey", "b5groam.wtns", "p", "s", "--tables", "cut.tables");
}
roamRefuses(2, "zk", "tables", "b5groam.zkey", "t", "--max-mb", "0");

// A witness of other values is false for the circuit, and a proof made from it proves nothing.
save("wrong.wtns", edited(bytes("b5groam.wtns"), 2, flip(-32)));
roamRefuses(1, "zk", "check", "b5groam.r1cs", "wrong.wtns");
await snarkjsRefuses("a false witness", () => snarkjs.wtns.check(bytes("b5groam.r1cs"), bytes("wrong.wtns"), silent));
roam("zk", "prove", "b5groam.zkey", "wrong.wtns", "wrong.proof", "wrong.public");
roamRefuses(1, "zk", "verify", "b5groam.vkey", "wrong.public", "wrong.proof");
roamRefuses(2, "zk", "check", "settle-2.r1cs", "b5groam.wtns");
roamRefuses(2, "zk", "prove", "settle-2.zkey", "b5groam.wtns", "p", "s");

// Files without their end, and files that are not there.
for (const command of [
    ["zk", "prove", "b5groam.zkey", "b5groam.wtns"],
    ["ceremony", "dev", "b5groam.r1cs"],
    ["zk", "verify", "b5groam.vkey", "b5groam.public", "b5groam.proof"],
]) {
    const outputs = command[1] === "verify" ? [] : command[1] === "prove" ? ["p", "s"] : ["k.zkey"];
    for (let i = 2; i < command.length; i++) {
        for (const part of cuts(command[i])) {
            const cut = `cut.${command[i].split(".")[1]}`;
            save(cut, part);
            roamRefuses(2, ...changed(command, i, cut), ...outputs);
        }
        roamRefuses(3, ...changed(command, i, `absent.${command[i].split(".")[1]}`), ...outputs);
    }
}
finish();
