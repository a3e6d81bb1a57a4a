// What the interop programs share: the folder of node modules, a temporary folder, running roam, counting.
import assert from "node:assert";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
export const examples = join(here, "../../examples/charging");
export const sources = join(here, "circom");
export const modules = process.env.ROAM_NODE_MODULES ?? join(here, "node_modules");
const roamPath = resolve(process.argv[2]);

// The named modules, or status 77 (skipped) where they are not installed.
export function load(...names) {
    const missing = names.find((name) => !existsSync(join(modules, name)));
    if (missing !== undefined) {
        console.log(`skipped: ${missing} is not in ROAM_NODE_MODULES or tests/interop/node_modules`);
        process.exit(77);
    }
    const require = createRequire(join(modules, "x.js"));
    return names.map((name) => require(name));
}

// All files of a run live here, under plain names.
export const folder = mkdtempSync(join(tmpdir(), "roam-interop-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
export const at = (name) => join(folder, name);
export const bytes = (name) => new Uint8Array(readFileSync(at(name)));
export const json = (name) => JSON.parse(readFileSync(at(name), "utf8"));
export const save = (name, data) =>
    writeFileSync(at(name), data instanceof Uint8Array ? data : JSON.stringify(data));

const count = { property: 0, negative: 0 };
export const agreed = (n = 1) => (count.property += n);
export const refused = (n = 1) => (count.negative += n);

function run(status, args) {
    const done = spawnSync(roamPath, [...args.map(String), "--json"], { cwd: folder, encoding: "utf8" });
    assert.equal(done.status, status, `roam ${args.join(" ")}: ${done.error ?? ""}${done.stdout}${done.stderr}`);
    return done;
}

// roam must succeed; its JSON result.
export function roam(...args) {
    return JSON.parse(run(0, args).stdout);
}

// roam must end with this status and, unless it answers "valid": false, an explanation on standard error.
export function roamRefuses(status, ...args) {
    const { stdout, stderr } = run(status, args);
    const answer = JSON.parse(stdout);
    assert(answer.valid === false || stderr.startsWith("roam: "), `roam ${args.join(" ")}: no explanation`);
    refused();
    return answer;
}

// snarkjs must not accept: false or an exception.
export async function snarkjsRefuses(what, call) {
    const silent = console.log;
    console.log = () => {};
    const accepted = await call().catch(() => false);
    console.log = silent;
    assert.notEqual(accepted, true, `snarkjs accepts ${what}`);
    refused();
}

// One file without its end, cut at several places.
export function cuts(name) {
    const whole = bytes(name);
    return [0, 3, 11, 40, 0.1, 0.5, 0.9, -1].map((at) => {
        const size = at < 0 ? whole.length + at : at < 1 ? Math.floor(whole.length * at) : at;
        return whole.subarray(0, size);
    });
}

export const changed = (list, i, value) => list.map((old, k) => (k === i ? value : old));

// Files of sections (4 bytes of magic, version, number of sections, then id, size and data of each): the data of one ...
export function section(file, id) {
    const view = new DataView(file.buffer, file.byteOffset);
    for (let p = 12; p < file.length; ) {
        const size = Number(view.getBigUint64(p + 4, true));
        if (view.getUint32(p, true) === id) return file.subarray(p + 12, p + 12 + size);
        p += 12 + size;
    }
    throw new Error(`no section ${id}`);
}

// ... and a copy of the file in which edit has changed it.
export function edited(file, id, edit) {
    const copy = file.slice();
    edit(section(copy, id));
    return copy;
}

// Exchanges `size` bytes at two places.
export const swap = (size, a, b) => (data) => {
    const kept = data.slice(a, a + size);
    data.copyWithin(a, b, b + size);
    data.set(kept, b);
};
// Flips the lowest bit of a byte; negative places count from the end.
export const flip = (place) => (data) => (data[place < 0 ? data.length + place : place] ^= 1);

export const seed = process.env.ROAM_SEED ?? "1";
export const cases = (fallback) => Number(process.env.ROAM_CASES ?? fallback);
export const r = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
export const q = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

// A field element that follows from the seed and a label.
export function element(...label) {
    const digest = createHash("sha512").update([seed, ...label].join("/")).digest("hex");
    return BigInt(`0x${digest}`) % r;
}

// The end of a program: counts, and the workers of snarkjs stopped.
export function finish() {
    console.log(`ROAM_SEED=${seed}\ncount property=${count.property} negative=${count.negative}`);
    process.exit(0);
}
