// circomlibjs checks signatures made by roam: node eddsa.mjs EDDSA_SIGN, with ROAM_NODE_MODULES naming the modules' folder.
import assert from "node:assert";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const modules = process.env.ROAM_NODE_MODULES ?? "";
if (!existsSync(join(modules, "circomlibjs"))) {
    console.log("skipped: ROAM_NODE_MODULES does not name a folder with circomlibjs");
    process.exit(0);
}
const { buildEddsa } = createRequire(join(modules, "x.js"))("circomlibjs");
const eddsa = await buildEddsa();
const curve = eddsa.babyJub;
const F = curve.F;
const count = 50;
let negative = 0;

const lines = execFileSync(process.argv[2], [String(count)], { encoding: "utf8" }).trim().split("\n");
assert.equal(lines.length, count);
for (const line of lines) {
    const words = line.split(" ");
    const [ax, ay, message, x, y] = words.slice(0, 5).map((n) => F.e(n));
    const A = [ax, ay];
    const signature = { R8: [x, y], S: BigInt(words[5]) };
    assert(curve.inSubgroup(A));
    assert(eddsa.verifyPoseidon(message, signature, A));

    const unpacked = eddsa.unpackSignature(Buffer.from(words[6], "hex"));
    assert(eddsa.verifyPoseidon(message, unpacked, A));
    assert.equal(Buffer.from(eddsa.packSignature(signature)).toString("hex"), words[6]);
    const key = curve.unpackPoint(Buffer.from(words[7], "hex"));
    assert(F.eq(key[0], ax) && F.eq(key[1], ay));

    assert(!eddsa.verifyPoseidon(F.add(message, F.one), signature, A));
    assert(!eddsa.verifyPoseidon(message, { ...signature, S: signature.S ^ 1n }, A));
    assert(!eddsa.verifyPoseidon(message, signature, [F.neg(ax), ay]));
    negative += 3;
}
console.log(`count property=${2 * count} negative=${negative}`);
process.exit(0);
