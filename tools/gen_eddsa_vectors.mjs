// Makes tests/vectors/eddsa.txt from circomlibjs: ROAM_NODE_MODULES=... node tools/gen_eddsa_vectors.mjs > FILE
// Numbers are decimal, packed points and signatures hex.
//   add X1 Y1 X2 Y2 X Y       mul X Y SCALAR X3 Y3      pack X Y BYTES
//   sign AX AY MESSAGE R8X R8Y S BYTES                  (accepted by circomlibjs)
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.ROAM_NODE_MODULES, "x.js"));
const { buildEddsa } = require("circomlibjs");
const eddsa = await buildEddsa();
const curve = eddsa.babyJub;
const F = curve.F;
const l = curve.subOrder;

let counter = 0;
const bytes = () => createHash("sha512").update(`roam eddsa vector ${counter++}`).digest();
const number = (bits) => BigInt("0x" + bytes().toString("hex")) >> BigInt(512 - bits);
const text = (p) => `${F.toString(p[0])} ${F.toString(p[1])}`;
const hex = (b) => Buffer.from(b).toString("hex");

const identity = [F.e(0), F.e(1)];
const torsion = curve.mulPointEscalar(curve.Generator, l);
const points = [identity, curve.Base8, curve.Generator];
for (let i = 1; i < 8; i++) points.push(curve.mulPointEscalar(torsion, BigInt(i)));
for (let i = 0; i < 4; i++) points.push(curve.mulPointEscalar(curve.Generator, number(254)));

for (const p of points) {
    for (const q of points) console.log("add", text(p), text(q), text(curve.addPoint(p, q)));
}
const scalars = [0n, 1n, 2n, 7n, 8n, 9n, l - 1n, l, l + 1n, 8n * l - 1n, 8n * l, (1n << 256n) - 1n, 1n << 255n];
for (const p of points) {
    for (const s of [...scalars, number(251), number(256), number(256)]) {
        console.log("mul", text(p), s.toString(), text(curve.mulPointEscalar(p, s)));
    }
}
for (const p of points) console.log("pack", text(p), hex(curve.packPoint(p)));
for (let i = 0; i < 40; i++) {
    const key = bytes().subarray(0, 32);
    const message = i === 0 ? F.e(0) : i === 1 ? F.e(-1) : F.e(number(256) % curve.p);
    const signature = eddsa.signPoseidon(key, message);
    const A = eddsa.prv2pub(key);
    if (!eddsa.verifyPoseidon(message, signature, A)) throw new Error("circomlibjs refuses its own signature");
    console.log("sign", text(A), F.toString(message), text(signature.R8), signature.S.toString(),
        hex(eddsa.packSignature(signature)));
}
process.exit(0);
