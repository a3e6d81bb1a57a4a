// snarkjs's and circomlibjs's side of a paired comparison: the commands of bench_serve.c, where they have the operation.
//
//   node peer.mjs NODE_MODULES FOLDER one|all
//
// "one": everything on one thread; "all": snarkjs's default, a worker for each processor. Keys and witnesses are in memory
// and the curve is built once and kept, as in a service that proves again and again.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import path from "node:path";

const [modules, folder, threads] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(modules), "x.js"));
const snarkjs = require("snarkjs");
const BUSY_NS = 50_000_000;

// groth16.prove takes this curve from here whatever its options say; with {singleThread: true} it would build another one
// for every proof, which is slower.
const curve = await snarkjs.curves.getCurveFromName("bn128", { singleThread: threads === "one" });
globalThis.curve_bn128 = curve;

const file = (name) => new Uint8Array(readFileSync(path.join(folder, name)));
const json = (name) => JSON.parse(readFileSync(path.join(folder, name), "utf8"));
const hex = (value) => value.toString(16).padStart(64, "0");
const now = () => Number(process.hrtime.bigint());
let poseidon, data, subject;

async function time(operation) {
    const begun = now();
    let spent, times = 0;
    do {
        await operation();
        times++;
        spent = now() - begun;
    } while (spent < BUSY_NS);
    return spent / times;
}

function prefix(name, size, log) {
    data ??= {};
    data[name] ??= file(name);
    return data[name].subarray(0, size << Number(log));
}

const commands = {
    async level() {
        return [0, `${curve.tm.concurrency}`];
    },
    async msm(log) {
        const points = prefix("points", 64, log), scalars = prefix("scalars", 32, log);
        let sum;
        const ns = await time(async () => (sum = await curve.G1.multiExpAffine(points, scalars)));
        return [ns, hex(curve.G1.toObject(curve.G1.toAffine(sum))[0])];
    },
    async ntt(log) {
        const values = prefix("values", 32, log);
        let out;
        const ns = await time(async () => (out = await curve.Fr.fft(values)));
        return [ns, hex(curve.Fr.toObject(out.slice(32, 64)))];
    },
    async pairing() {
        return [await time(() => curve.pairing(curve.G1.gAffine, curve.G2.gAffine)), "-"];
    },
    async poseidon(t) {
        poseidon ??= await require("circomlibjs").buildPoseidon();
        const inputs = new Uint8Array(32 * (t - 1));
        for (let i = 1; i < t; i++) inputs.set(poseidon.F.e(BigInt(i)), 32 * (i - 1));
        let out;
        const ns = await time(() => (out = poseidon(inputs)));
        return [ns, poseidon.F.toString(out)];
    },
    async circuit(name) {
        subject = { name, vk: json(`${name}.vk.json`) };
        return [0, "-"];
    },
    async prove() {
        subject.zkey ??= file(`${subject.name}.zkey`);
        subject.wtns ??= file(`${subject.name}.wtns`);
        const begun = now();
        subject.made = await snarkjs.groth16.prove(subject.zkey, subject.wtns);
        return [now() - begun, "-"];
    },
    async save() {
        writeFileSync(path.join(folder, "theirs.json"), JSON.stringify(subject.made.proof));
        return [0, path.join(folder, "theirs.json")];
    },
    async verify() { // roam's proof
        const inputs = json(`${subject.name}.public.json`), proof = json(`${subject.name}.proof.json`);
        let good = true;
        const ns = await time(async () => (good &&= await snarkjs.groth16.verify(subject.vk, inputs, proof)));
        return [ns, `${good}`];
    },
};

for await (const line of createInterface({ input: process.stdin })) {
    const [command, ...words] = line.trim().split(" ");
    const [ns, result] = await commands[command](...words);
    process.stdout.write(`${ns.toFixed(1)} ${result}\n`);
}
process.exit(0); // the workers would go on
