import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { canonicalJson, sha256 } from "../../../src/base/hash.ts";
import type { Manifest, ShardRecord } from "../../../src/curate/pipeline/storing/artefact.ts";
import { rowsDigest } from "../../../src/curate/pipeline/storing/artefact.ts";
import { keyFile, placeKey, sealOf } from "../../../src/curate/pipeline/storing/seal-key.ts";
import { sealBy } from "../../../src/curate/pipeline/storing/seal.ts";
import type { GcResult } from "../../../src/domain/gc.ts";
import { runHere } from "../../cli/run-here.ts";
import { folderOf } from "./rows.ts";
import { leftIn, PROGRAMME, rawLines } from "./tree.ts";

const FILES = { "programme.yaml": PROGRAMME, "data.jsonl": rawLines(60) };
const RUN = ["data", "run", "--executor", "inline", "--quiet"];

const ranFolder = async (): Promise<string> => {
  const dir = await folderOf(FILES);
  expect(await runHere(RUN, { cwd: dir })).toMatchObject({ code: 0 });
  return dir;
};
/** A folder of somebody's, with names that artefacts have too. */
const home = async (): Promise<string> => {
  const dir = await folderOf({ "letter.txt": "dear", ".letter.txt.tmp": "dear" });
  for (const folder of ["photos", "read-0123456789abcdef"]) {
    mkdirSync(join(dir, folder));
    for (const name of ["cat.jpg", "000000.kept.jsonl", "manifest.json"])
      writeFileSync(join(dir, folder, name), "mine");
  }
  return dir;
};
const listed = (dir: string): string[] => (readdirSync(dir, { recursive: true }) as string[]).toSorted();

/** Seals that people who do not have the key can make: none, a hash of the value, and one by a key of their own. */
const stranger = Buffer.alloc(32, 7);
const FORGERS: Readonly<Record<string, (value: object) => string>> = {
  "its hash": (value) => `${canonicalJson({ ...value, seal: sha256(canonicalJson(value)) })}\n`,
  "another key": sealBy({ toSeal: () => stranger, toOpen: () => stranger }).sealed,
};

describe.each(Object.entries(FORGERS))("a record that somebody sealed with %s", (_name, forged) => {
  test("names no place where gc removes anything", async () => {
    const [dir, victim] = [await ranFolder(), await home()];
    const before = listed(victim);
    const state = { store: victim, sources: [], stages: [], out: null, parts: [], written: [] };
    writeFileSync(join(dir, ".tunewright/pipeline.json"), forged(state));
    const { code, stdout } = await runHere(["gc", "--yes", "--json"], { cwd: dir });
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as GcResult).remove.filter(({ store }) => !store.startsWith(dir))).toEqual([]);
    expect(listed(victim)).toEqual(before);
  });

  test("does not say that a file is a run's own, so that it may be replaced", async () => {
    const dir = await folderOf({ ...FILES, "curated.jsonl": "mine" });
    mkdirSync(join(dir, ".tunewright"));
    const out = { path: "curated.jsonl", sha256: sha256("mine"), bytes: 4, digest: "", replaces: null };
    writeFileSync(
      join(dir, ".tunewright/pipeline.json"),
      forged({ store: null, sources: [], stages: [], out, parts: [], written: [] }),
    );
    expect((await runHere(RUN, { cwd: dir })).code).toBe(2);
    expect(readFileSync(join(dir, "curated.jsonl"), "utf8")).toBe("mine");
  });

  test("does not take an altered row to the output", async () => {
    const dir = await ranFolder();
    const whole = leftIn(dir);
    const store = join(dir, ".tunewright/artefacts");
    let altered = 0;
    for (const name of readdirSync(store)) altered += alterRow(join(store, name), forged);
    expect(altered).toBeGreaterThan(0);
    renameSync(join(dir, "curated.jsonl"), join(dir, "before.jsonl"));
    const again = await runHere([...RUN, "--json"], { cwd: dir });
    expect(again.code).toBe(0);
    expect((JSON.parse(again.stdout) as { stages: { shardsRun: number }[] }).stages[0]!.shardsRun).toBe(1);
    expect(leftIn(dir)).toEqual(whole);
  });
});

/** Alters the first row of an artefact and seals the records anew, as an attacker would; returns how many it altered. */
function alterRow(folder: string, forged: (value: object) => string): number {
  const kept = join(folder, "000000.kept.jsonl");
  const text = readFileSync(kept, "utf8").replace(/answer \d+/, "EVIL");
  rmSync(kept); // it may have a second name in another artefact
  writeFileSync(kept, text);
  const ref = { sha256: createHash("sha256").update(text).digest("hex"), bytes: text.length };
  const parsed = (name: string): { seal?: string } => JSON.parse(readFileSync(join(folder, name), "utf8")) as object;
  const { seal: _of, ...record } = parsed("000000.json") as ShardRecord & { seal?: string };
  const resealed = { ...record, files: { ...record.files, kept: ref } };
  writeFileSync(join(folder, "000000.json"), forged(resealed));
  const { seal: _seal, ...manifest } = parsed("manifest.json") as Manifest & { seal?: string };
  writeFileSync(
    join(folder, "manifest.json"),
    forged({ ...manifest, shards: [resealed], digest: rowsDigest([resealed]) }),
  );
  return text.includes("EVIL") ? 1 : 0;
}

describe("a link below .tunewright", () => {
  test.each(["artefacts", "batches", "artefacts/read-0123456789abcdef"])(
    "%s stops gc and data run, and nothing behind it is touched",
    async (name) => {
      const [dir, victim] = [await ranFolder(), await home()];
      const before = listed(victim);
      const mode = statSync(victim).mode;
      const path = join(dir, ".tunewright", name);
      if (existsSync(path)) renameSync(path, `${path}.away`);
      symlinkSync(victim, path);
      for (const words of [["gc", "--yes"], RUN]) {
        const { code, stderr } = await runHere(words, { cwd: dir });
        expect(code, stderr).toBe(2);
        expect(stderr).toContain(`${path} is a link`);
      }
      expect(listed(victim)).toEqual(before);
      expect(statSync(victim).mode).toBe(mode);
    },
  );

  test(".tunewright itself is refused too", async () => {
    const [dir, victim] = [await folderOf(FILES), await home()];
    symlinkSync(victim, join(dir, ".tunewright"));
    expect(await runHere(RUN, { cwd: dir })).toMatchObject({ code: 2 });
    expect(await runHere(["gc", "--yes"], { cwd: dir })).toMatchObject({ code: 2 });
  });
});

describe("gc", () => {
  test("keeps other files in the folder of the artefacts, and shows the full path of what it removes", async () => {
    const dir = await ranFolder();
    const store = join(dir, ".tunewright/artefacts");
    const unused = join(store, "read-0123456789abcdef");
    const mine = [join(store, "notes", "mine.txt"), join(unused, "mine.txt")];
    for (const path of mine) {
      mkdirSync(join(path, ".."));
      writeFileSync(path, "mine");
    }
    writeFileSync(join(unused, "000000.kept.jsonl"), "{}");
    writeFileSync(join(unused, "000000.json"), sealOf(unused).sealed({ shard: 0, files: {} }));
    const { code, stderr } = await runHere(["gc", "--yes"], { cwd: dir });
    expect(code).toBe(0);
    expect(stderr).toContain(`${unused} `);
    expect(mine.every(existsSync)).toBe(true);
    expect(readdirSync(unused)).toEqual(["mine.txt"]);
  });

  test.each<[string, Record<string, string>]>([
    ["a foreign manifest", { "manifest.json": "{}", "000000.kept.jsonl": "mine" }],
    ["a foreign manifest and a sealed record", { "manifest.json": "{}", "000000.json": "sealed" }],
    ["a forged record of lineage", { "removed.json": FORGERS["another key"]!({ shards: [] }) }],
    ["rows alone", { "000000.kept.jsonl": "mine", ".000000.dropped.jsonl.00000000-1-01234567.tmp": "mine" }],
    ["a sealed record of another artefact", { "000000.json": sealOf("read-fedcba9876543210").sealed({ shard: 0 }) }],
  ])("keeps a folder whole and lists it if it holds %s", async (_name, files) => {
    const dir = await ranFolder();
    const folder = join(dir, ".tunewright/artefacts/read-0123456789abcdef");
    mkdirSync(folder);
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text === "sealed" ? sealOf(folder).sealed({ shard: 0, files: {} }) : text);
    }
    for (const words of [["--yes"], ["--unredacted", "--yes"]]) {
      const { code, stdout } = await runHere(["gc", ...words], { cwd: dir });
      expect(code).toBe(0);
      expect(stdout).toContain("1 folder kept completely, because no valid seal shows that your runs wrote it");
      expect(stdout).toContain(folder);
      expect(readdirSync(folder)).toEqual(Object.keys(files).toSorted());
    }
  });

  test("removes nothing outside the programme folder, whatever file a run wrote to", async () => {
    const parent = await folderOf({});
    const dir = join(parent, "programme");
    mkdirSync(dir);
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(dir, name), text);
    expect((await runHere([...RUN, "--out", "../out.jsonl"], { cwd: dir })).code).toBe(0);
    const outside = join(parent, ".out.jsonl.01234567-0123-0123-0123-0123456789ab.tmp");
    writeFileSync(outside, "whose?");
    expect((await runHere(["gc", "--yes"], { cwd: dir })).code).toBe(0);
    expect(existsSync(outside)).toBe(true);
  });
});

describe("the key that seals", () => {
  test("lies outside every programme, and each place has its own", () => {
    expect(keyFile({ XDG_DATA_HOME: "/data" })).toBe("/data/tunewright/seal.key");
    expect(placeKey("a/read-1")).toBe(placeKey("b/read-1"));
    expect(placeKey("a/read-1")).not.toBe(placeKey("a/read-2"));
    const text = sealOf("read-1").sealed({ rows: 1 });
    expect(sealOf("read-1", placeKey("read-1")).unsealed(text)).toEqual({ rows: 1 });
    expect(sealOf("read-2").unsealed(text)).toBeUndefined();
  });
});
