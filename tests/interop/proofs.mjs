// Keys, witnesses and proofs handed between the command line and snarkjs. Files of a key: NAME.zkey, and NAME.vkey here.
import assert from "node:assert";
import { agreed, bytes, json, load, roam, save } from "./harness.mjs";

export const [snarkjs] = load("snarkjs");
export const silent = { info() {}, warn() {}, error() {}, debug() {} };

// Writes NAME.vkey, which must be snarkjs's but for our mark, and theirs.vkey.
export async function sameKey(name, insecure) {
    assert.equal(roam("zk", "vkey", `${name}.zkey`, `${name}.vkey`).insecure, insecure);
    const { insecure: mark, ...ours } = json(`${name}.vkey`);
    assert.equal(mark ?? false, insecure);
    const theirs = await snarkjs.zKey.exportVerificationKey(bytes(`${name}.zkey`));
    assert.deepEqual(ours, theirs);
    save("theirs.vkey", theirs);
    assert.equal(roam("zk", "lint", `${name}.vkey`).sound, true);
    agreed();
}

function sameSignals(found, expected) {
    assert.equal(found.length, expected.length);
    expected.forEach((signal, i) => signal === null || assert.equal(found[i], signal, `public signal ${i + 1}`));
}

// A witness of one of roam's circuits, which both find good.
export async function ourWitness(circuit, { input }) {
    save("input.json", input);
    roam("zk", "witness", circuit, "input.json", `${circuit}.wtns`);
    assert(await snarkjs.wtns.check(bytes(`${circuit}.r1cs`), bytes(`${circuit}.wtns`), silent));
    assert.equal(roam("zk", "check", `${circuit}.r1cs`, `${circuit}.wtns`).valid, true);
    agreed();
}

// Our proof, into NAME.proof and NAME.public, judged by both. signals: what must be public, null where it may be anything.
export async function ourProof(name, witness, signals) {
    roam("zk", "prove", `${name}.zkey`, witness, `${name}.proof`, `${name}.public`);
    sameSignals(json(`${name}.public`), signals);
    const [proof, published] = [json(`${name}.proof`), json(`${name}.public`)];
    assert.equal(await snarkjs.groth16.verify(json(`${name}.vkey`), published, proof), true, `a proof of ${name}`);
    assert.equal(roam("zk", "verify", `${name}.vkey`, `${name}.public`, `${name}.proof`).valid, true);
    agreed();
}

// snarkjs's proof from the same key and witness, judged by roam with either form of the key.
export async function theirProof(name, witness, signals) {
    const { proof, publicSignals } = await snarkjs.groth16.prove(bytes(`${name}.zkey`), bytes(witness));
    sameSignals(publicSignals, signals);
    save("theirs.proof", proof);
    save("theirs.public", publicSignals);
    for (const vkey of [`${name}.vkey`, "theirs.vkey"])
        assert.equal(roam("zk", "verify", vkey, "theirs.public", "theirs.proof").valid, true);
    agreed();
}
