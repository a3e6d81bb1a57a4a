// Makes tests/vectors/groth16/ from snarkjs: ROAM_NODE_MODULES=... node tools/gen_groth16_vectors.mjs tests/vectors/groth16
// The circuit is x^3 + x + 5 = y (wires 1, y, x, x^2, x^3; y public), x = 3. Files written:
//   cubic.r1cs cubic.wtns       by the code below
//   beacon.ptau                 power 3, one beacon, prepared; beacon.zkey: the circuit's key, one beacon
//   proof.json public.json vkey.json   a proof with that key; calldata.txt: the same for the contract
//   ceremony.txt                NAME HEX: what the ceremonies print
// Only the proof is random; everything else comes out the same each time.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, writeFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.env.ROAM_NODE_MODULES, "x.js"));
const snarkjs = require("snarkjs");
const folder = process.argv[2];
const at = (name) => join(folder, name);
mkdirSync(folder, { recursive: true });

const r = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const u32 = (x) => { const b = Buffer.alloc(4); b.writeUInt32LE(x); return b; };
const u64 = (x) => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(x)); return b; };
const field = (x) => Buffer.from(x.toString(16).padStart(64, "0"), "hex").reverse();
const prime = Buffer.concat([u32(32), field(r)]);
const file = (type, version, ...sections) => Buffer.concat([Buffer.from(type), u32(version), u32(sections.length),
    ...sections.flatMap((bytes, i) => [u32(i + 1), u64(bytes.length), bytes])]);

const sides = (...lists) => lists.map((terms) => Buffer.concat([u32(terms.length),
    ...terms.flatMap(([wire, value]) => [u32(wire), field(BigInt(value))])]));
const constraints = Buffer.concat([
    ...sides([[2, 1]], [[2, 1]], [[3, 1]]),
    ...sides([[3, 1]], [[2, 1]], [[4, 1]]),
    ...sides([[0, 5], [2, 1], [4, 1]], [[0, 1]], [[1, 1]])]);
const header = Buffer.concat([prime, u32(5), u32(1), u32(0), u32(0), u64(5), u32(3)]);
writeFileSync(at("cubic.r1cs"), file("r1cs", 1, header, constraints, Buffer.concat([0, 1, 2, 3, 4].map(u64))));
writeFileSync(at("cubic.wtns"), file("wtns", 2, Buffer.concat([prime, u32(5)]),
    Buffer.concat([1n, 35n, 3n, 9n, 27n].map(field))));

const results = {};
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const curve = await snarkjs.curves.getCurveFromName("bn128");
results.first_challenge = hex(await snarkjs.powersOfTau.newAccumulator(curve, 3, at("new.ptau")));
results.ptau_response = hex(await snarkjs.powersOfTau.beacon(at("new.ptau"), at("one.ptau"), "beacon", "01020304", 10));
await snarkjs.powersOfTau.preparePhase2(at("one.ptau"), at("beacon.ptau"));
results.circuit_hash = hex(await snarkjs.zKey.newZKey(at("cubic.r1cs"), at("beacon.ptau"), at("new.zkey")));
results.contribution_hash =
    hex(await snarkjs.zKey.beacon(at("new.zkey"), at("beacon.zkey"), "beacon", "01020304", 10));
if (!await snarkjs.powersOfTau.verify(at("beacon.ptau"))) throw new Error("ptau");
if (!await snarkjs.zKey.verifyFromR1cs(at("cubic.r1cs"), at("beacon.ptau"), at("beacon.zkey"))) throw new Error("zkey");
writeFileSync(at("ceremony.txt"), Object.entries(results).map(([name, value]) => `${name} ${value}\n`).join(""));

const json = (value) => JSON.stringify(value, null, 1);
const vkey = await snarkjs.zKey.exportVerificationKey(at("beacon.zkey"));
const { proof, publicSignals } = await snarkjs.groth16.prove(at("beacon.zkey"), at("cubic.wtns"));
if (!await snarkjs.groth16.verify(vkey, publicSignals, proof)) throw new Error("proof");
writeFileSync(at("vkey.json"), json(vkey));
writeFileSync(at("proof.json"), json(proof));
writeFileSync(at("public.json"), json(publicSignals));
writeFileSync(at("calldata.txt"), await snarkjs.groth16.exportSolidityCallData(proof, publicSignals));
for (const name of ["new.ptau", "one.ptau", "new.zkey"]) rmSync(at(name));
process.exit(0);
