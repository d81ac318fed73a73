import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import dataFreeze from "../../../src/cli/commands/data-freeze.ts";
import dataVerify from "../../../src/cli/commands/data-verify.ts";
import { freezeFiles } from "../../../src/curate/freeze/freeze-files.ts";
import { digestOf, manifestBytes } from "../../../src/curate/freeze/frozen-folder.ts";
import { rowSeal, sealLine } from "../../../src/curate/freeze/row-seal.ts";
import { verifyFrozen } from "../../../src/curate/freeze/verify-frozen.ts";
import { versionDiff } from "../../../src/curate/freeze/version-diff.ts";
import { runCommand } from "../../cli/run-command.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";
import { lawRuns } from "../../law-runs.ts";

const rows = Array.from({ length: 40 }, (_, row) => ({
  id: `r${row}`,
  prompt: `question ${row}`,
  completion: "é".repeat(row),
}));
const SIGNED = { by: "Ada", reason: "acceptance test", now: new Date("2026-11-25T12:00:00Z") };

/** A folder with `frozen`, made of two files. */
async function frozenFolder(): Promise<string> {
  const folder = await folderOf({ "a.jsonl": jsonl(rows.slice(0, 30)), "b.jsonl": jsonl(rows.slice(30)) });
  await freezeFiles([join(folder, "a.jsonl"), join(folder, "b.jsonl")], { ...SIGNED, out: join(folder, "frozen") });
  return folder;
}

/** A copy of a version that may be written, as somebody would make who tampers with it. */
function writableCopy(from: string, to: string): string {
  cpSync(from, to, { recursive: true });
  chmodSync(to, 0o755);
  for (const name of readdirSync(to)) chmodSync(join(to, name), 0o644);
  return to;
}

describe("a frozen version", () => {
  test("holds the rows of a JSONL file byte for byte, hashes of each, who, when and why, and is read-only", async () => {
    const folder = await frozenFolder();
    const out = join(folder, "frozen");
    expect(readFileSync(join(out, "a.jsonl"))).toEqual(readFileSync(join(folder, "a.jsonl")));
    expect(readFileSync(join(out, "a.jsonl.rows"), "utf8").split("\n")).toHaveLength(31);
    const check = await verifyFrozen(out);
    expect(check).toMatchObject({ ok: true, manifest: { rows: 40, by: "Ada", createdAt: "2026-11-25T12:00:00.000Z" } });
    expect(check.manifest!.files[0]!.sha256).toBe(check.manifest!.files[0]!.sourceSha256);
    for (const name of readdirSync(out)) expect(statSync(join(out, name)).mode & 0o777).toBe(0o444);
    expect(statSync(out).mode & 0o777).toBe(0o555);
  });

  test("is the same from any kind of file, numbers and all", async () => {
    const text = '{"n": 12345678901234567890, "x": 1.0}\n';
    const folder = await folderOf({ "a.jsonl": text, "b.jsonl.gz": gzipSync(text), "c.json": `[${text}]` });
    for (const name of ["a.jsonl", "b.jsonl.gz", "c.json"]) {
      await freezeFiles([join(folder, name)], { ...SIGNED, out: join(folder, `${name}-v`) });
      const [file] = readdirSync(join(folder, `${name}-v`)).filter((each) => each.endsWith(".jsonl"));
      expect(readFileSync(join(folder, `${name}-v`, file!), "utf8")).toBe(text);
    }
  });

  test("keeps spaces and carriage returns around the rows of a JSONL file", async () => {
    const text = '  {"a":1}  \r\n{"a":2}\t\r\n';
    const folder = await folderOf({ "a.jsonl": text });
    await freezeFiles([join(folder, "a.jsonl")], { ...SIGNED, out: join(folder, "v") });
    expect(readFileSync(join(folder, "v", "a.jsonl"), "utf8")).toBe(text);
    expect(await verifyFrozen(join(folder, "v"))).toMatchObject({ ok: true });
  });

  test("is never written over, and is not made of rows that cannot be read", async () => {
    const folder = await frozenFolder();
    const again = freezeFiles([join(folder, "a.jsonl")], { ...SIGNED, out: join(folder, "frozen") });
    await expect(again).rejects.toThrow("already exists");
    writeFileSync(join(folder, "torn.jsonl"), '{"a":1}\n{"a":');
    const torn = freezeFiles([join(folder, "torn.jsonl")], { ...SIGNED, out: join(folder, "new") });
    await expect(torn).rejects.toThrow("torn.jsonl, line 2");
    writeFileSync(join(folder, "cut.jsonl.gz"), gzipSync(jsonl(rows)).subarray(0, 60));
    await expect(freezeFiles([join(folder, "cut.jsonl.gz")], { ...SIGNED, out: join(folder, "new") })).rejects.toThrow(
      "cut.jsonl.gz",
    );
    expect(existsSync(join(folder, "new"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("a check of a frozen version", () => {
  test("refuses a file, and says that a folder is expected", async () => {
    const folder = await folderOf({ "a.json": "{}" });
    await expect(runCommand(dataVerify, { dir: ["a.json"] }, folder)).rejects.toMatchObject({
      kind: "bad_input",
      message: expect.stringContaining("a.json is a file; expected a frozen folder"),
      hint: expect.stringContaining("tunewright data freeze"),
    });
  });

  test("finds a link instead of a file, even if it leads to the same bytes", async () => {
    const folder = await frozenFolder();
    const copy = writableCopy(join(folder, "frozen"), join(folder, "linked"));
    for (const name of ["a.jsonl", "b.jsonl.rows", "manifest.json"]) {
      rmSync(join(copy, name));
      symlinkSync(join(folder, "frozen", name), join(copy, name));
    }
    const { ok, findings } = await verifyFrozen(copy);
    expect(ok).toBe(false);
    expect(findings.map(({ kind, file, detail }) => `${kind} ${file}: ${detail}`)).toEqual(
      ["manifest.json", "a.jsonl", "b.jsonl.rows"].map((name) => `changed-file ${name}: it is a link, expected a file`),
    );
  });

  test("names the file, the row and the byte of any one bit that was flipped anywhere in it", async () => {
    const folder = await frozenFolder();
    const copy = writableCopy(join(folder, "frozen"), join(folder, "copy"));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...readdirSync(copy)), fc.nat(), fc.nat(7), async (name, at, bit) => {
        const whole = readFileSync(join(copy, name));
        const offset = at % whole.length;
        const flipped = Buffer.from(whole);
        flipped[offset]! ^= 1 << bit;
        writeFileSync(join(copy, name), flipped);
        const { ok, findings } = await verifyFrozen(copy);
        writeFileSync(join(copy, name), whole);
        const before = whole.subarray(0, offset);
        const row = before.filter((byte) => byte === 10).length + 1;
        const byte = offset - (before.lastIndexOf(10) + 1) + 1;
        expect(ok).toBe(false);
        expect(findings).toContainEqual({
          kind: "changed-row",
          file: name,
          row,
          byte,
          offset,
          detail: expect.stringContaining("one bit") as string,
        });
      }),
      { numRuns: lawRuns(200), seed: 20_261_125 },
    );
    expect((await verifyFrozen(copy)).ok).toBe(true);
  });

  test("names both where a row and another line of its index were flipped", async () => {
    const folder = await frozenFolder();
    const copy = writableCopy(join(folder, "frozen"), join(folder, "copy"));
    for (const [name, offset] of [
      ["a.jsonl", 300],
      ["a.jsonl.rows", 10],
    ] as const) {
      const bytes = readFileSync(join(copy, name));
      bytes[offset]! ^= 1;
      writeFileSync(join(copy, name), bytes);
    }
    const { findings } = await verifyFrozen(copy);
    const places = findings.filter(({ byte }) => byte !== null).map(({ file, offset }) => [file, offset]);
    expect(places).toEqual([
      ["a.jsonl.rows", 10],
      ["a.jsonl", 300],
    ]);
  });

  test("names rows that are missing, were put in, were changed in length, and stand elsewhere", async () => {
    const folder = await frozenFolder();
    const copy = writableCopy(join(folder, "frozen"), join(folder, "copy"));
    const lines = readFileSync(join(copy, "a.jsonl"), "utf8").split("\n").slice(0, -1);
    const found = async (changed: readonly string[]): Promise<[string, number | null][]> => {
      writeFileSync(join(copy, "a.jsonl"), `${changed.join("\n")}\n`);
      return (await verifyFrozen(copy)).findings.map(({ kind, row }) => [kind, row]);
    };
    expect(await found(lines.toSpliced(4, 1))).toEqual([["missing-row", 5]]);
    expect(await found(lines.toSpliced(4, 0, "{}"))).toEqual([["extra-row", 5]]);
    expect(await found(lines.with(4, "{}"))).toEqual([["changed-row", 5]]);
    expect(await found(lines.toSpliced(4, 0, lines[2]!))).toEqual([["extra-row", 5]]);
    expect(await found(lines.slice(0, -2))).toEqual([
      ["missing-row", 29],
      ["missing-row", 30],
    ]);
    expect(await found(["{}", ...lines.slice(3)])).toEqual([
      ["changed-row", 1],
      ["missing-row", 2],
      ["missing-row", 3],
    ]);
    expect(await found([lines[1]!, lines[0]!, ...lines.slice(2)])).toEqual([["moved-row", 2]]);
    expect(await found([...lines.slice(1), lines[0]!])).toEqual([["moved-row", 1]]);
    expect(await found([lines.at(-1)!, ...lines.slice(0, -1)])).toEqual([["moved-row", 30]]);
    expect((await found(lines.toReversed())).every(([kind]) => kind === "moved-row")).toBe(true);
    expect(await found(lines)).toEqual([]);
  });

  test("names what a program did that writes text its own way, and a file that ends too early", async () => {
    const folder = await frozenFolder();
    const copy = writableCopy(join(folder, "frozen"), join(folder, "copy"));
    const whole = readFileSync(join(copy, "a.jsonl"), "utf8");
    const found = async (text: string): Promise<string[]> => {
      writeFileSync(join(copy, "a.jsonl"), text);
      return (await verifyFrozen(copy)).findings.map(({ kind, row, detail }) => `${kind} ${row}: ${detail}`);
    };
    expect(await found(whole.replaceAll("\n", "\r\n"))).toEqual([
      "changed-file null: the line ending is CR LF instead of LF in all 30 rows; there are no other differences",
    ]);
    expect(await found(whole.replace("\n", "\r\n"))).toEqual(["changed-row 1: the line ending is CR LF instead of LF"]);
    expect(await found(`\ufeff${whole}`)).toEqual(["changed-row 1: a byte order mark was added before it"]);
    expect(await found(whole.slice(0, -1))).toEqual(["changed-row 30: the line ending is missing"]);
    expect(await found(whole.slice(0, -20))).toEqual([expect.stringMatching(/^changed-row 30: it has \d+ bytes/)]);
  });

  test("names a manifest that was edited, by its digest also where its seal was rebuilt", async () => {
    const folder = await frozenFolder();
    const { manifest } = await verifyFrozen(join(folder, "frozen"));
    const copy = writableCopy(join(folder, "frozen"), join(folder, "copy"));
    const edited = { ...manifest!, by: "Eve", createdAt: "2020-01-01T00:00:00.000Z" };
    writeFileSync(join(copy, "manifest.json"), manifestBytes(edited));
    expect((await verifyFrozen(copy)).findings.map(({ kind, file }) => `${kind} ${file}`)).toEqual([
      "changed-file manifest.json",
      "other-digest manifest.json",
    ]);
    const forged = { ...edited, digest: digestOf(edited) };
    writeFileSync(join(copy, "manifest.json"), manifestBytes(forged));
    writeFileSync(join(copy, "manifest.json.rows"), sealLine(rowSeal(manifestBytes(forged))));
    expect((await verifyFrozen(copy, manifest!.digest)).findings).toMatchObject([{ kind: "other-digest" }]);
  });

  test("names files that are missing or were added, and a version that was rebuilt", async () => {
    const folder = await frozenFolder();
    const { manifest } = await verifyFrozen(join(folder, "frozen"));
    const copy = writableCopy(join(folder, "frozen"), join(folder, "copy"));
    writeFileSync(join(copy, "note.txt"), "mine");
    writeFileSync(join(copy, "b.jsonl"), "");
    expect((await verifyFrozen(copy)).findings.map(({ kind, file }) => `${kind} ${file}`)).toEqual([
      ...Array<string>(10).fill("missing-row b.jsonl"),
      "extra-file note.txt",
    ]);
    await freezeFiles([join(folder, "a.jsonl")], { ...SIGNED, out: join(folder, "forged") });
    expect((await verifyFrozen(join(folder, "forged"), manifest!.digest)).findings).toMatchObject([
      { kind: "other-digest" },
    ]);
    await expect(verifyFrozen(folder)).rejects.toThrow("is not a frozen version");
  });
});

describe("versions side by side", () => {
  test("rows are added, removed or changed by their ids, whatever their order", async () => {
    const folder = await folderOf({
      "1.jsonl": jsonl(rows.slice(0, 10)),
      "2.jsonl": jsonl([...rows.slice(2, 9).toReversed(), { ...rows[9]!, prompt: "another" }, { id: "new" }]),
    });
    const [from, to] = [1, 2].map((n) => ({ dir: folder, files: [{ file: `${n}.jsonl` }] }));
    expect(await versionDiff(from!, to!)).toMatchObject({
      unchanged: 7,
      added: 1,
      removed: 2,
      changed: 1,
      samples: [
        { kind: "added", row: 9, id: "new" },
        { kind: "removed", row: 1 },
        { kind: "removed", row: 2 },
        { kind: "changed", id: "r9" },
      ],
    });
  });

  test("rows without an id are found again by the field that names them, or by their words", async () => {
    const texts = [
      "Rome is the capital of Italy and lies on the Tiber.",
      "The Danube flows through ten countries into the Black Sea.",
      "A prime number has exactly two divisors.",
    ];
    const one = texts.map((text, row) => ({ meta: { ticket: 100 + row }, text }));
    const two = [
      { ...one[0]!, text: "Rome is the capital of Italy and lies on the river Tiber." },
      { meta: { ticket: 101 }, text: "Something else entirely." },
      one[2]!,
      { meta: { ticket: 103 }, text: "Tea is made of leaves, coffee of beans." },
    ];
    const folder = await folderOf({ "1.jsonl": jsonl(one), "2.jsonl": jsonl(two) });
    const [from, to] = [1, 2].map((n) => ({ dir: folder, files: [{ file: `${n}.jsonl` }] }));
    expect(await versionDiff(from!, to!)).toMatchObject({ unchanged: 1, changed: 1, added: 2, removed: 1, by: null });
    const byTicket = await versionDiff(from!, to!, "meta.ticket");
    expect(byTicket).toMatchObject({ unchanged: 1, changed: 2, added: 1, removed: 0, by: "meta.ticket" });
    expect(byTicket.samples.at(-1)).toMatchObject({
      kind: "changed",
      id: "101",
      was: expect.stringContaining("Danube") as string,
    });
    await expect(versionDiff(from!, to!, "ticket")).rejects.toThrow('no changed row has a field "ticket"');
  });

  test("rows are conserved, repeated ones as well", async () => {
    const some = fc.array(fc.record({ a: fc.nat(5) }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(some, some, async (one, two) => {
        const folder = await folderOf({ "1.jsonl": jsonl(one), "2.jsonl": jsonl(two) });
        const [from, to] = [1, 2].map((n) => ({ dir: folder, files: [{ file: `${n}.jsonl` }] }));
        const { unchanged, added, removed, changed } = await versionDiff(from!, to!);
        expect(unchanged + added + changed!).toBe(two.length);
        expect(unchanged + removed + changed!).toBe(one.length);
        expect(changed).toBe(0);
      }),
      { numRuns: lawRuns(40), seed: 20_261_125 },
    );
  });

  test("a replay set has a version for each month in a folder of its own, and what differs from the month before", async () => {
    const folder = await frozenFolder();
    const before = readdirSync(join(folder, "frozen")).map((name) => readFileSync(join(folder, "frozen", name)));
    const freeze = (file: string, more: object): Promise<unknown> =>
      runCommand(
        dataFreeze,
        { file: [file], out: "replay", replay: true, by: "QA", reason: "traffic", ...more },
        folder,
      );
    expect(await freeze("a.jsonl", { month: "2026-10" })).toMatchObject({ json: { month: "2026-10", after: null } });
    expect(await freeze("b.jsonl", {})).toMatchObject({
      json: { dir: join("replay", "2026-11"), after: { version: "2026-10", added: 10, removed: 30 } },
    });
    await expect(freeze("a.jsonl", {})).rejects.toThrow("already exists");
    await expect(freeze("a.jsonl", { out: "frozen" })).rejects.toThrow("is a frozen version");
    expect(readdirSync(join(folder, "frozen")).map((name) => readFileSync(join(folder, "frozen", name)))).toEqual(
      before,
    );
    const checked = await runCommand(dataVerify, { dir: ["replay"] }, folder);
    expect(checked.json).toMatchObject([{ ok: true }, { ok: true }]);
    await expect(checked.text()).toMatchFileSnapshot("../../golden/data-verify.txt");
    const diff = await runCommand(dataVerify, { dir: ["replay"], diff: true }, folder);
    await expect(diff.text()).toMatchFileSnapshot("../../golden/data-verify-diff.txt");
  });
});
