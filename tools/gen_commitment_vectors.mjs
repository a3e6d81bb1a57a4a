// Makes tests/vectors/commitment.txt from circomlibjs: ROAM_NODE_MODULES=... node tools/gen_commitment_vectors.mjs > FILE
// The packings are written here anew, from the text of lib/circuits/commitment.h. All numbers are decimal.
//   usage Q0..Q7 LAST_MASK SERVICE RENEWABLE CO2 EVIDENCE SALT COMMITMENT     (evidence: 32 bytes, big-endian)
//   sign SESSION SEQ COMMITMENT MESSAGE
//   card (NET GROSS STEP GROUP ENERGY)*8 FIXED_NET FIXED_GROSS MIN_NET MIN_GROSS MAX_NET MAX_GROSS SCALE ROUNDING
//        THRESHOLD CREDIT SALT COMMITMENT
//   batch SIZE COUNT (COMMITMENT HOLD)*COUNT DIGEST
//   esg ENERGY RENEWABLE CO2 SALT COMMITMENT
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.ROAM_NODE_MODULES, "x.js"));
const { buildPoseidonReference } = require("circomlibjs");
const r = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const reference = await buildPoseidonReference();
const F = reference.F;
const poseidon = (inputs, capacity = 0n) =>
    BigInt(F.toString(reference(inputs.map((x) => F.e(x)), F.e(capacity))));

let counter = 0;
const wide = () => BigInt("0x" + createHash("sha512").update(`roam commitment vector ${counter++}`).digest("hex"));
const bits = (n) => wide() % (1n << BigInt(n));
const upTo = (max) => wide() % (max + 1n);
const max = (n) => (1n << BigInt(n)) - 1n;
const tag = (text) => BigInt("0x" + Buffer.from(text).toString("hex"));

function pack(...fields) {
    let sum = 0n, at = 0n;
    for (const [value, size] of fields) {
        if (value < 0n || value >> BigInt(size)) throw new Error(`${value} has more than ${size} bits`);
        sum += value << at;
        at += BigInt(size);
    }
    return sum;
}

function usage(q, last, service, renewable, co2, evidence, salt) {
    return poseidon([
        pack(...q.slice(0, 4).map((x) => [x, 48]), [tag("usg1"), 32]),
        pack(...q.slice(4).map((x) => [x, 48]), [last, 8]),
        pack([renewable, 48], [co2, 48], [service, 20]),
        evidence & max(253),
        salt,
    ]);
}

function usageLine(q, last, service, renewable, co2, evidence, salt) {
    const c = usage(q, last, service, renewable, co2, evidence, salt);
    console.log(["usage", ...q, last, service, renewable, co2, evidence, salt, c].join(" "));
    return c;
}

function cardLine(slots, fixed, min, most, scale, rounding, threshold, credit, salt) {
    const prices = (a, b) => pack([a.net, 56], [a.gross - a.net, 56], [b.net, 56], [b.gross - b.net, 56]);
    const c = poseidon([
        prices(slots[0], slots[1]), prices(slots[2], slots[3]), prices(slots[4], slots[5]), prices(slots[6], slots[7]),
        pack(...slots.map((s) => [s.step - 1n, 24]), ...slots.map((s) => [s.group, 2]),
             ...slots.map((s) => [s.energy, 1]), [tag("rcd1"), 32]),
        pack([fixed[0], 80], [fixed[1] - fixed[0], 80], [scale - 1n, 40], [rounding, 2], [threshold, 20], [credit, 20]),
        pack([min[0], 56], [min[1] - min[0], 56], [most[0], 56], [most[1] - most[0], 56]),
        salt,
    ]);
    const flat = slots.flatMap((s) => [s.net, s.gross, s.step, s.group, s.energy]);
    console.log(["card", ...flat, ...fixed, ...min, ...most, scale, rounding, threshold, credit, salt, c].join(" "));
}

function batchLine(size, places) {
    const empty = usage(Array(8).fill(0n), 0n, 0n, 0n, 0n, 0n, 0n);
    const all = Array.from({ length: Math.ceil(size / 3) * 3 }, (_, i) =>
        places[i] ?? { c: i < size ? empty : 0n, hold: 0n });
    const elements = [];
    for (let i = 0; i < all.length; i += 3) {
        const three = all.slice(i, i + 3);
        elements.push(...three.map((p) => p.c), pack(...three.map((p) => [p.hold, 80])));
    }
    while (elements.length % 16) elements.push(0n);
    let state = pack([tag("btc1"), 32], [BigInt(size), 32]);
    for (let i = 0; i < elements.length; i += 16) state = poseidon(elements.slice(i, i + 16), state);
    console.log(["batch", size, places.length, ...places.flatMap((p) => [p.c, p.hold]), state].join(" "));
}

function esgLine(energy, renewable, co2, salt) {
    const c = poseidon([pack([energy, 72], [renewable, 72], [co2, 72], [tag("esg1"), 32]), salt]);
    console.log(["esg", energy, renewable, co2, salt, c].join(" "));
}

const sorted = (n) => [bits(n), bits(n)].sort((a, b) => (a < b ? -1 : 1));
const randomSlot = () => {
    const [net, gross] = sorted(56);
    return { net, gross, step: 1n + upTo(max(24) - 1n), group: upTo(3n), energy: upTo(1n) };
};

usageLine(Array(8).fill(0n), 0n, 0n, 0n, 0n, 0n, 0n);
usageLine(Array(8).fill(max(48)), 255n, 1000000n, max(48), max(48), max(256), r - 1n);
usageLine([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n], 0x21n, 9n, 10n, 11n, 12n, 13n);
for (let i = 0; i < 12; i++) {
    const c = usageLine(Array.from({ length: 8 }, () => bits(48)), bits(8), upTo(1000000n), bits(48), bits(48),
                        bits(256), upTo(r - 1n));
    const session = upTo(r - 1n), seq = i === 0 ? max(64) : bits(64);
    console.log(["sign", session, seq, c, poseidon([tag("sgn1"), session, seq, c])].join(" "));
}
const plain = { net: 0n, gross: 0n, step: 1n, group: 0n, energy: 0n };
const full = { net: max(56), gross: max(56), step: max(24), group: 3n, energy: 1n };
cardLine(Array(8).fill(plain), [0n, 0n], [0n, 0n], [0n, 0n], 1n, 0n, 0n, 0n, 0n);
cardLine(Array(8).fill(full), [0n, max(80)], [max(56), max(56)], [max(56), max(56)], max(40), 3n, 1000000n, 1000000n, r - 1n);
for (let i = 0; i < 10; i++) {
    const limits = Array.from({ length: 4 }, () => bits(56)).sort((a, b) => (a < b ? -1 : 1));
    cardLine(Array.from({ length: 8 }, randomSlot), sorted(80), [limits[0], limits[1]], [limits[2], limits[3]],
             1n + upTo(max(40) - 1n), upTo(3n), upTo(1000000n), upTo(1000000n), upTo(r - 1n));
}
const place = () => ({ c: upTo(r - 1n), hold: bits(56) });
for (const [size, count] of [[1, 0], [1, 1], [2, 2], [3, 3], [4, 4], [7, 5], [11, 11], [12, 12], [13, 13], [16, 9], [24, 24], [35, 35], [144, 101]])
    batchLine(size, Array.from({ length: count }, place));
batchLine(3, Array(3).fill({ c: r - 1n, hold: max(56) }));
esgLine(0n, 0n, 0n, 0n);
esgLine(max(64), max(64), max(64), r - 1n);
for (let i = 0; i < 5; i++) esgLine(bits(60), bits(60), bits(60), upTo(r - 1n));
process.exit(0);
