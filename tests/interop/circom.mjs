// Circuits compiled by circom: their keys, proofs and public signals in the command line and in snarkjs: node circom.mjs ROAM.
import assert from "node:assert";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { agreed, at, bytes, element, finish, folder, json, load, modules, roam, roamRefuses, save, sources } from "./harness.mjs";
import { ourProof, sameKey, silent, snarkjs, theirProof } from "./proofs.mjs";
import { b5groamCases } from "./statements.mjs";

load("circom2", "circomlib");

// circom2 reads only below its working folder.
cpSync(join(modules, "circomlib/circuits"), at("circomlib"), { recursive: true });
cpSync(sources, folder, { recursive: true });

function compile(name, level) {
    rmSync(at(`${name}.r1cs`), { force: true });
    const command = [join(modules, "circom2/cli.js"), `${name}.circom`, "--r1cs", "--wasm", level];
    const done = spawnSync(process.execPath, command, { cwd: folder, encoding: "utf8" });
    assert(done.status === 0 && existsSync(at(`${name}.r1cs`)), `circom ${name} ${level}: ${done.stdout}${done.stderr}`);
}

async function sameCounts(name) {
    const info = await snarkjs.r1cs.info(bytes(`${name}.r1cs`));
    const ours = roam("zk", "info", `${name}.r1cs`);
    assert.deepEqual(
        [ours.constraints, ours.wires, ours.public_outputs, ours.public_inputs],
        [info.nConstraints, info.nVars, info.nOutputs, info.nPubInputs],
    );
    agreed();
}

// Key and proofs for the inputs: [input, public signals].
async function prove(name, level, cases) {
    compile(name, level);
    await sameCounts(name);
    assert.equal(roam("ceremony", "dev", `${name}.r1cs`, `${name}.zkey`).insecure, true);
    await sameKey(name, true);
    for (const [input, signals] of cases) {
        await snarkjs.wtns.calculate(input, at(`${name}_js/${name}.wasm`), at(`${name}.wtns`));
        assert(await snarkjs.wtns.check(bytes(`${name}.r1cs`), bytes(`${name}.wtns`), silent));
        assert.equal(roam("zk", "check", `${name}.r1cs`, `${name}.wtns`).valid, true);
        await ourProof(name, `${name}.wtns`, signals);
        await theirProof(name, `${name}.wtns`, signals);
    }
}

// The paper's statement: the public signals of roam's own circuit for the same input, but not its key.
roam("zk", "circuit", "b5groam", "own.r1cs");
roam("ceremony", "dev", "own.r1cs", "own.zkey");
const cases = b5groamCases(5).map((one) => {
    save("input.json", one.input);
    roam("zk", "witness", "b5groam", "input.json", "own.wtns");
    assert.equal(roam("zk", "check", "own.r1cs", "own.wtns").valid, true);
    roam("zk", "prove", "own.zkey", "own.wtns", "own.proof", "own.public");
    const signals = json("own.public");
    assert.deepEqual(signals, one.signals);
    agreed();
    return [{ ...one.input, T: signals[0], hashCDR: signals[1] }, signals];
});
for (const level of ["--O2", "--O1"]) await prove("b5groam", level, cases);
roam("zk", "vkey", "own.zkey", "own.vkey");
roamRefuses(1, "zk", "verify", "own.vkey", "b5groam.public", "b5groam.proof");
roamRefuses(2, "zk", "check", "own.r1cs", "b5groam.wtns");

const orderCase = (secret, first, second) => [
    { secret, first, second },
    [secret * second, ...[0, 1, 2, 3, 4].map((i) => (secret >> i) & 1), Number(first < second), first, second].map(String),
];
const small = (label, below) => Number(element(label) % BigInt(below));
await prove("order", "--O2", [
    orderCase(0, 0, 0),
    orderCase(31, 65534, 65535),
    orderCase(small("secret", 32), small("first", 65536), small("second", 65536)),
]);
finish();
