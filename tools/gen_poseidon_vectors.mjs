// Makes tests/vectors/poseidon.txt from circomlibjs: ROAM_NODE_MODULES=... node tools/gen_poseidon_vectors.mjs > FILE
//   params T SHA256           digest of all round constants, then the matrix by rows, 32 bytes little-endian each
//   hash COUNT OUT CAPACITY INPUTS... OUTPUTS...   (decimal)
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const modules = process.env.ROAM_NODE_MODULES;
const require = createRequire(join(modules, "x.js"));
const { buildPoseidonReference } = require("circomlibjs");
const constants = JSON.parse(readFileSync(join(modules, "circomlibjs/src/poseidon_constants.json")));
const r = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

let counter = 0;
function element() {
    const digest = createHash("sha512").update(`roam poseidon vector ${counter++}`).digest("hex");
    return BigInt("0x" + digest) % r;
}

function little_endian(decimal) {
    return Buffer.from(BigInt(decimal).toString(16).padStart(64, "0"), "hex").reverse();
}

const poseidon = await buildPoseidonReference();
const F = poseidon.F;

function line(inputs, capacity, out) {
    const result = poseidon(inputs.map((x) => F.e(x)), F.e(capacity), out);
    const outputs = out === 1 ? [result] : result;
    console.log(["hash", inputs.length, out, capacity, ...inputs, ...outputs.map((x) => F.toString(x))].join(" "));
}

for (let t = 2; t <= 17; t++) {
    const hash = createHash("sha256");
    for (const c of constants.C[t - 2]) hash.update(little_endian(c));
    for (const row of constants.M[t - 2]) for (const c of row) hash.update(little_endian(c));
    console.log(`params ${t} ${hash.digest("hex")}`);
}
line([10n, 10240n, 60n], 0n, 1);
for (let count = 1; count <= 16; count++) {
    line(Array(count).fill(0n), 0n, 1);
    line(Array(count).fill(r - 1n), 0n, 1);
    line(Array(count).fill(r - 1n), r - 1n, count + 1);
    line(Array.from({ length: count }, (_, i) => BigInt(i + 1)), 0n, 1);
    for (let k = 0; k < 3; k++) line(Array.from({ length: count }, element), 0n, 1);
    for (let k = 0; k < 3; k++) {
        line(Array.from({ length: count }, element), element(), 1 + (count * (k + 1)) / 3 | 0);
    }
}
process.exit(0);
