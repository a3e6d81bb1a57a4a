// Whole ceremonies: one made by the command line and judged by snarkjs, and, with "both", one the other way round and
// what must be refused: node snarkjs_ceremony.mjs ROAM CIRCUIT POWER [both]. Contributions in turn to one file are in
// groth16_snarkjs.sh.
import assert from "node:assert";
import { agreed, at, bytes, cuts, edited, finish, flip, roam, roamRefuses, save, snarkjsRefuses, swap } from "./harness.mjs";
import { ourProof, ourWitness, sameKey, snarkjs, theirProof } from "./proofs.mjs";
import { b5groamCases, settleCase } from "./statements.mjs";

const [circuit, power, both] = process.argv.slice(3);
const r1cs = `${circuit}.r1cs`;
const sameNames = (result, persons) =>
    assert.deepEqual(
        result.contributions.map(({ name, kind }) => [name, kind]),
        [...persons.map((name) => [name, "person"]), ["drand", "beacon"]],
    );

const beacon = ["--name", "drand", "--value", "0a0b0c0d0e0f1011", "--iterations-log2", 10];
function ourPowers(log2, out) {
    roam("ceremony", "ptau-new", "new.ptau", "--power", log2);
    roam("ceremony", "ptau-contribute", "new.ptau", "one.ptau", "--name", "first", "--entropy", "typed");
    roam("ceremony", "ptau-contribute", "one.ptau", "two.ptau", "--name", "second");
    roam("ceremony", "ptau-beacon", "two.ptau", "three.ptau", ...beacon);
    roam("ceremony", "ptau-prepare", "three.ptau", out);
}

function ourKey() {
    roam("ceremony", "setup", r1cs, "ours.ptau", "0.zkey");
    roam("ceremony", "contribute", "0.zkey", "1.zkey", "--name", "third");
    roam("ceremony", "contribute", "1.zkey", "2.zkey", "--name", "fourth", "--entropy", "typed");
    roam("ceremony", "beacon", "2.zkey", "ours.zkey", ...beacon);
}

async function theirCeremony() {
    const curve = await snarkjs.curves.getCurveFromName("bn128");
    const { powersOfTau, zKey } = snarkjs;
    await powersOfTau.newAccumulator(curve, Number(power), at("new_js.ptau"));
    await powersOfTau.contribute(at("new_js.ptau"), at("one_js.ptau"), "first", "typed");
    await powersOfTau.beacon(at("one_js.ptau"), at("two_js.ptau"), "drand", "0a0b0c0d0e0f1011", 10);
    await powersOfTau.preparePhase2(at("two_js.ptau"), at("theirs.ptau"));
    await zKey.newZKey(at(r1cs), at("theirs.ptau"), at("0_js.zkey"));
    await zKey.contribute(at("0_js.zkey"), at("1_js.zkey"), "second", "typed");
    await zKey.beacon(at("1_js.zkey"), at("theirs.zkey"), "drand", "0a0b0c0d0e0f1011", 10);
}

// A production key: sound to both, and proofs both ways.
async function useKey(name, { signals }, phase1, phase2) {
    const [powers, r1csBytes, key] = [`${name}.ptau`, r1cs, `${name}.zkey`].map(bytes);
    sameNames(roam("ceremony", "ptau-verify", `${name}.ptau`), phase1);
    assert.equal(await snarkjs.powersOfTau.verify(powers), true);
    sameNames(roam("ceremony", "verify", r1cs, `${name}.ptau`, `${name}.zkey`), phase2);
    assert.equal(await snarkjs.zKey.verifyFromR1cs(r1csBytes, powers, key), true);
    await sameKey(name, false);
    await ourProof(name, `${circuit}.wtns`, signals);
    await theirProof(name, `${circuit}.wtns`, signals);
    roam("zk", "verify", `${name}.vkey`, `${name}.public`, `${name}.proof`, "--production");
    agreed(4);
}

// Sizes of points in files.
const g1 = 64;
const g2 = 128;

async function falsePowers() {
    ourPowers(5, "small.ptau");
    const good = bytes("small.ptau");
    const refuse = async (what, status, file) => {
        save("false.ptau", file);
        roamRefuses(status, "ceremony", "ptau-verify", "false.ptau");
        await snarkjsRefuses(what, () => snarkjs.powersOfTau.verify(file));
    };
    await refuse("no contribution", 1, bytes("new.ptau"));
    for (const id of [2, 4, 5]) await refuse(`powers exchanged in ${id}`, 1, edited(good, id, swap(g1, 7 * g1, 8 * g1)));
    await refuse("powers exchanged in 3", 1, edited(good, 3, swap(g2, 7 * g2, 8 * g2)));
    for (const id of [12, 14, 15]) await refuse(`forms exchanged in ${id}`, 1, edited(good, id, swap(g1, 30 * g1, 31 * g1)));
    await refuse("another hash", 1, edited(good, 7, flip(4 + 9 * g1 + 5 * g2 + 216))); // the first contribution's
    await refuse("a point off the curve", 2, edited(good, 2, flip(9 * g1)));
    for (const part of cuts("small.ptau")) {
        save("cut.ptau", part);
        roamRefuses(2, "ceremony", "ptau-verify", "cut.ptau");
    }
    roamRefuses(2, "ceremony", "setup", r1cs, "small.ptau", "k.zkey"); // fewer powers than the circuit has rows
    roamRefuses(2, "ceremony", "setup", r1cs, "two_js.ptau", "k.zkey"); // not prepared
}

async function falseKeys() {
    const good = bytes("ours.zkey");
    const refuse = async (what, status, file, powers = "ours.ptau") => {
        save("false.zkey", file);
        roamRefuses(status, "ceremony", "verify", r1cs, powers, "false.zkey");
        await snarkjsRefuses(what, () => snarkjs.zKey.verifyFromInit(bytes("0.zkey"), bytes(powers), file));
    };
    for (const id of [3, 5, 6, 8, 9]) await refuse(`points exchanged in ${id}`, 1, edited(good, id, swap(g1, 2 * g1, 3 * g1)));
    await refuse("points exchanged in 7", 1, edited(good, 7, swap(g2, 2 * g2, 3 * g2)));
    const contribution = 68; // the first one's place in section 10, after the circuit's hash and the count
    await refuse("another delta", 1, edited(good, 10, swap(g1, contribution, contribution + g1)));
    await refuse("another knowledge", 1, edited(good, 10, swap(g1, contribution + g1, contribution + 2 * g1)));
    await refuse("another transcript", 1, edited(good, 10, flip(contribution + 3 * g1 + g2)));
    await refuse("another circuit's hash", 1, edited(good, 10, flip(0)));
    await refuse("a point off the curve", 2, edited(good, 9, flip(0)));
    roamRefuses(1, "ceremony", "verify", r1cs, "ours.ptau", "0.zkey"); // no contribution: snarkjs accepts it
    roam("ceremony", "dev", r1cs, "dev.zkey");
    await refuse("a development key", 1, bytes("dev.zkey"));
    await refuse("another ceremony's powers", 1, good, "theirs.ptau");
    save("other.r1cs", edited(bytes(r1cs), 2, flip(8))); // a coefficient of the first constraint
    roamRefuses(1, "ceremony", "verify", "other.r1cs", "ours.ptau", "ours.zkey");
    for (const part of cuts("ours.zkey")) {
        save("cut.zkey", part);
        roamRefuses(2, "ceremony", "verify", r1cs, "ours.ptau", "cut.zkey");
    }
}

roam("zk", "circuit", circuit, r1cs);
const statement = circuit === "b5groam" ? b5groamCases(4)[3] : settleCase(Number(circuit.split("-")[1]));
await ourWitness(circuit, statement);
ourPowers(power, "ours.ptau");
ourKey();
await useKey("ours", statement, ["first", "second"], ["third", "fourth"]);
if (circuit.startsWith("settle-")) {
    roam("key", "new", "authority", "authority.json", "--name", "authority");
    const authorities = ["--governor", "authority.json", "--treasury", "authority.json"];
    roam("ledger", "create", "ledger", `${circuit.slice(7)}=ours.vkey`, "--production", "--name", "test", ...authorities);
    agreed();
}
if (both === "both") {
    await theirCeremony();
    await useKey("theirs", statement, ["first"], ["second"]);
    await falsePowers();
    await falseKeys();
}
finish();
