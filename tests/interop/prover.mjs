// Proofs made through the prover library and through rapidsnark's interface, judged by snarkjs, and its proofs by the
// latter: node prover.mjs ROAM PROVE RAPIDSNARK, the two programs being examples/prover/prove.c and prover_rapidsnark.c.
import assert from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import * as harness from "./harness.mjs";
import { ourWitness, sameKey, snarkjs } from "./proofs.mjs";
import { b5groamCases, settleCase } from "./statements.mjs";

const { agreed, at, bytes, edited, finish, flip, folder, json, r, refused, roam, save, snarkjsRefuses } = harness;

const [prove, rapidsnark] = process.argv.slice(3, 5).map((path) => resolve(path));
const provers = [
    (...files) => run(prove, ...files),
    (...files) => run(rapidsnark, "prove", ...files),
];

function run(program, ...args) {
    const done = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
    assert.equal(done.error, undefined);
    return done;
}

async function goodProof(name, prover, signals) {
    const done = prover(`${name}.zkey`, `${name}.wtns`, "a.proof", "a.public");
    assert.equal(done.status, 0, done.stderr);
    const [proof, published] = [json("a.proof"), json("a.public")];
    signals.forEach((signal, i) => signal === null || assert.equal(published[i], signal));
    assert.equal(await snarkjs.groth16.verify(json("theirs.vkey"), published, proof), true);
    agreed();
    const changed = [...published];
    changed[0] = String(BigInt(changed[0]) ^ 1n);
    await snarkjsRefuses("another signal", () => snarkjs.groth16.verify(json("theirs.vkey"), changed, proof));
}

// snarkjs's proof, with and without "curve", which rapidsnark does not write.
async function theirProof(name) {
    const { proof, publicSignals } = await snarkjs.groth16.prove(bytes(`${name}.zkey`), bytes(`${name}.wtns`));
    const verify = (signals, proof) => {
        save("b.public", signals);
        save("b.proof", proof);
        return run(rapidsnark, "verify", "theirs.vkey", "b.public", "b.proof").status;
    };
    const { curve, ...short } = proof;
    assert.equal(curve, "bn128");
    assert.equal(verify(publicSignals, proof), 0);
    assert.equal(verify(publicSignals, short), 0);
    agreed(2);
    const changed = [...publicSignals];
    changed[0] = String(BigInt(changed[0]) ^ 1n);
    assert.equal(verify(changed, short), 1);
    changed[0] = String(BigInt(publicSignals[0]) + r);
    assert.equal(verify(changed, short), 2);
    assert.equal(verify(publicSignals, { ...proof, pi_a: proof.pi_c, pi_c: proof.pi_a }), 1);
    refused(3);
}

function noProof(prover, status, zkey, wtns) {
    const done = prover(zkey, wtns, "no.proof", "no.public");
    assert.equal(done.status, status, done.stderr);
    assert.notEqual(done.stderr, "");
    assert(!existsSync(at("no.proof")) && !existsSync(at("no.public")));
    refused();
}

for (const [name, all] of [
    ["b5groam", b5groamCases(4)],
    ["settle-2", [settleCase(2)]],
]) {
    roam("zk", "circuit", name, `${name}.r1cs`);
    roam("ceremony", "dev", `${name}.r1cs`, `${name}.zkey`);
    await sameKey(name, true);
    for (const one of all) {
        await ourWitness(name, one);
        for (const prover of provers) await goodProof(name, prover, one.signals);
    }
    await theirProof(name);
}

save("wrong.wtns", edited(bytes("b5groam.wtns"), 2, flip(-32)));
save("cut.zkey", bytes("b5groam.zkey").subarray(0, -1));
for (const [i, prover] of provers.entries()) {
    noProof(prover, 1, "b5groam.zkey", "wrong.wtns");
    noProof(prover, [1, 3][i], "settle-2.zkey", "b5groam.wtns");
    noProof(prover, 1, "cut.zkey", "b5groam.wtns");
    noProof(prover, 1, "absent.zkey", "b5groam.wtns");
}
finish();
