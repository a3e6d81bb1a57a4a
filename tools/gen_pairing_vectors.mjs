// Makes tests/vectors/pairing.txt from ffjavascript: ROAM_NODE_MODULES=... node tools/gen_pairing_vectors.mjs > FILE
// All numbers hex, 32 bytes big-endian; an Fp2 element is c0 c1, an Fp12 element its twelve coefficients in the order
// c0.c0 c0.c1 c0.c2 c1.c0 c1.c1 c1.c2.
//   g1 SCALAR X Y            SCALAR * generator
//   g2 SCALAR X Y            the same on G2
//   pairing A B E            e(A * generator, B * generator)^(2x (6x^2 + 3x + 1)), x = 4965661367192848881: the final
//                            exponentiation of ffjavascript raises to that multiple of (p^12 - 1)/r
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.ROAM_NODE_MODULES, "x.js"));
const { getCurveFromName } = require("ffjavascript");
const curve = await getCurveFromName("bn128", true);
const { G1, G2, Gt, r } = curve;

let counter = 0;
const scalar = () => BigInt("0x" + createHash("sha512").update(`roam pairing vector ${counter++}`).digest("hex")) % r;
const hex = (n) => n.toString(16).padStart(64, "0");
const words = (nested) => (typeof nested === "bigint" ? hex(nested) : nested.map(words).join(" "));
const times = (G, k) => G.toAffine(G.timesScalar(G.g, Uint8Array.from(Buffer.from(hex(k), "hex")).reverse()));

const scalars = [1n, 2n, 3n, r - 1n, 1n << 64n, 1n << 127n, 1n << 128n, 1n << 253n];
while (scalars.length < 24) scalars.push(scalar());
for (const k of scalars) {
    console.log("g1", hex(k), words(G1.toObject(times(G1, k)).slice(0, 2)));
    console.log("g2", hex(k), words(G2.toObject(times(G2, k)).slice(0, 2)));
}
const pairs = [[1n, 1n], [2n, 1n], [1n, 2n], [r - 1n, 1n]];
while (pairs.length < 16) pairs.push([scalar(), scalar()]);
for (const [a, b] of pairs) {
    const value = curve.pairing(times(G1, a), times(G2, b));
    console.log("pairing", hex(a), hex(b), words(Gt.toObject(value)));
}
await curve.terminate();
