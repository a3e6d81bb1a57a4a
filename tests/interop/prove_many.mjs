// Random statements of a small circuit, each proved and judged by roam and by snarkjs, with a random lie about each:
// node prove_many.mjs ROAM. ROAM_CASES sets how many (default 200).
import { cases, changed, element, finish, json, roam, roamRefuses, save, snarkjsRefuses } from "./harness.mjs";
import { ourProof, ourWitness, sameKey, snarkjs, theirProof } from "./proofs.mjs";
import { b5groamCases } from "./statements.mjs";

roam("zk", "circuit", "b5groam", "b5groam.r1cs");
roam("ceremony", "dev", "b5groam.r1cs", "b5groam.zkey");
await sameKey("b5groam", true);
for (const [i, one] of b5groamCases(cases(200)).entries()) {
    await ourWitness("b5groam", one);
    await ourProof("b5groam", "b5groam.wtns", one.signals);
    await theirProof("b5groam", "b5groam.wtns", one.signals);
    const place = i % one.signals.length;
    const lie = changed(one.signals, place, String(element("lie", i)));
    save("lie.public", lie);
    const proof = i % 2 === 0 ? "b5groam.proof" : "theirs.proof";
    roamRefuses(1, "zk", "verify", "b5groam.vkey", "lie.public", proof);
    await snarkjsRefuses(`signal ${place} replaced`, () => snarkjs.groth16.verify(json("b5groam.vkey"), lie, json(proof)));
}
finish();
