// Inputs of roam's circuits with the public signals that they must have.
import { join } from "node:path";
import { element, examples, json, load, r, roam } from "./harness.mjs";

const [{ buildPoseidon }] = load("circomlibjs");
const poseidon = await buildPoseidon();

// b5groam: the signals are computed here, with circomlibjs's Poseidon.
const names = ["n_sms", "n_mb", "n_min", "r_sms", "r_mb", "r_voice"];
export function b5groamCase(values) {
    const [a, b, c, x, y, z] = values;
    const total = (a * x + b * y + c * z) % r;
    const hash = poseidon.F.toObject(poseidon([a, b, c]));
    return {
        input: Object.fromEntries(names.map((name, i) => [name, String(values[i])])),
        signals: [total, hash, x, y, z].map(String),
    };
}
// `count` of them: edges first, then random elements.
export const b5groamCases = (count) =>
    Array.from({ length: count }, (_, i) => b5groamCase(names.map((name) => [0n, 1n, r - 1n][i] ?? element(name, i))));

// settle: a batch of `count` example sessions. Fees are those of `roam usage rate`, the card's commitment that of `roam
// usage commitment`; the digest and the ESG commitment (null) have vectors of their own.
export function settleCase(count) {
    const card = `card-${count}.json`;
    roam("ocpi", "rate-card", join(examples, "tariff.json"), card, "--decimals", 2);
    const sessions = [];
    let [fee, tax] = [0n, 0n];
    for (let i = 0; i < count; i++) {
        const [record, hold] = [`record-${count}-${i}.json`, i === 1 ? 500 : 2700];
        const cdr = join(examples, `cdr-0${10 + 3 * count + i}.json`);
        roam("ocpi", "usage", cdr, record, "--energy-mix", join(examples, "location-energy-mix.json"));
        const rated = roam("usage", "rate", card, record, "--hold-minor", hold);
        fee += BigInt(rated.payable_minor);
        tax += BigInt(rated.payable_tax_minor);
        sessions.push({ record: json(record), hold_minor: String(hold) });
    }
    const hex = (label) => element(label, count).toString(16).padStart(64, "0");
    const input = { agreement: hex("agreement"), esg_salt: hex("salt"), rate_card: json(card), sessions };
    const commitment = roam("usage", "commitment", "--card", card).commitment;
    const [agreement, rateCard] = [input.agreement, commitment].map((text) => String(BigInt(`0x${text}`)));
    return { input, signals: [agreement, rateCard, null, String(fee), String(tax), null] };
}
