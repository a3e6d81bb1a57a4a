// Makes tests/vectors/digest.txt: ROAM_NODE_MODULES=... node tools/gen_digest_vectors.mjs > FILE
//   LENGTH KECCAK256 SHA256 SHA512 BLAKE2B512   of the bytes 0, 7, 14, ... modulo 251, LENGTH of them
// Keccak-256 is ethers' (js-sha3), the others are Node's (OpenSSL); BLAKE2b-512 is checked against npm's blake2b.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.ROAM_NODE_MODULES, "x.js"));
const { keccak256 } = require("@ethersproject/keccak256");
const blake2b = require("blake2b");

const lengths = [...Array(150).keys(), 200, 271, 272, 273, 407, 408, 409, 1000, 4096, 10007];
for (const length of lengths) {
    const data = Buffer.from(Array.from({ length }, (_, i) => (7 * i) % 251));
    const digest = (name) => createHash(name).update(data).digest("hex");
    if (blake2b(64).update(data).digest("hex") !== digest("blake2b512")) throw new Error("two BLAKE2b differ");
    console.log(length, keccak256(data).slice(2), digest("sha256"), digest("sha512"), digest("blake2b512"));
}
