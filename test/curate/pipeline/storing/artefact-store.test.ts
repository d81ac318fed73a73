import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { sha256 } from "../../../../src/base/hash.ts";
import { type Artefact, openArtefact } from "../../../../src/curate/pipeline/storing/artefact-store.ts";
import {
  artefactKey,
  artefactName,
  type ArtefactSpec,
  rowsDigest,
} from "../../../../src/curate/pipeline/storing/artefact.ts";
import { addCounts, NO_ROWS, type StageCounts } from "../../../../src/curate/pipeline/storing/funnel.ts";
import {
  isArtefactFile,
  isArtefactName,
  isBatchFile,
  refuseLinks,
} from "../../../../src/curate/pipeline/storing/own-files.ts";
import { sealBy } from "../../../../src/curate/pipeline/storing/seal.ts";
import type { CuratedRow } from "../../../../src/curate/stage.ts";
import { folderOf } from "../rows.ts";

const KEY = "5a".repeat(32);
const OTHER_KEY = "5b".repeat(32);

const rowOf = (id: string): CuratedRow => ({ id, source: "a.jsonl", line: 3, fields: { text: `row ${id} é` } });
const kept = [rowOf("1"), rowOf("2")];
const dropped = [
  { row: rowOf("3"), reason: "short", detail: "two words" },
  { row: rowOf("4"), reason: "long" },
];
const notes = [{ id: "1", note: { spans: 2 } }];
const counts: StageCounts = { ...NO_ROWS, rowsIn: 4, rowsKept: 2, charactersIn: 40, charactersKept: 20, notes: 1 };

async function madeFolder(): Promise<{ folder: string; artefact: Artefact }> {
  const folder = join(await folderOf({}), "read-0123456789abcdef");
  return { folder, artefact: openArtefact(folder, KEY) };
}

describe("a shard", () => {
  test("is read back row for row, and its record names each file by its hash and length", async () => {
    const { folder, artefact } = await madeFolder();
    const record = await artefact.writeShard(12, { kept, dropped, notes, counts });
    expect(await artefact.doneShard(12)).toEqual(record);
    expect([record.shard, record.counts]).toEqual([12, counts]);
    for (const [what, ref] of Object.entries(record.files)) {
      const bytes = await readFile(join(folder, `000012.${what}.jsonl`));
      expect(ref).toEqual({ sha256: sha256(bytes), bytes: bytes.length });
    }
    expect(await artefact.keptRows(record)).toEqual(kept);
    expect((await artefact.keptBytes(record)).toString()).toBe(kept.map((row) => `${JSON.stringify(row)}\n`).join(""));
    expect(await artefact.droppedRows(record)).toEqual(dropped);
    expect(await artefact.notes(record)).toEqual(notes);
    expect(Object.keys((await artefact.droppedRows(record))[1]!)).toEqual(["row", "reason"]);
  });

  test("without rows has no file, and is done all the same", async () => {
    const { folder, artefact } = await madeFolder();
    const record = await artefact.writeShard(0, { kept: [], dropped: [], notes: [], counts: NO_ROWS });
    expect(await readdir(folder)).toEqual(["000000.json"]);
    expect(await artefact.doneShard(0)).toEqual({ shard: 0, counts: NO_ROWS, files: {} });
    expect(await artefact.keptRows(record)).toEqual([]);
  });

  test("takes lines that are in words already as they are", async () => {
    const { artefact } = await madeFolder();
    const keptLines = [Buffer.from('{"id":"9"}\n'), Buffer.from('{"id":"8"}\n')];
    const record = await artefact.writeShard(0, { kept, dropped: [], notes: [], counts, keptLines });
    expect((await artefact.keptBytes(record)).toString()).toBe('{"id":"9"}\n{"id":"8"}\n');
  });

  test("links the rows of its input where they are the same, and writes them where they are not", async () => {
    const [before, after] = [await madeFolder(), await madeFolder()];
    const first = await before.artefact.writeShard(0, { kept, dropped: [], notes: [], counts });
    const input = { folder: before.folder, sha256: first.files.kept!.sha256 };
    const same = await after.artefact.writeShard(0, { kept, dropped: [], notes: [], counts, input });
    expect(same.files).toEqual(first.files);
    expect(await after.artefact.keptRows(same)).toEqual(kept);
    const inodes = (): number[] => [before, after].map(({ folder }) => statSync(join(folder, "000000.kept.jsonl")).ino);
    expect(inodes()[0]).toBe(inodes()[1]);
    const fewer = await after.artefact.writeShard(0, { kept: [kept[1]!], dropped: [], notes: [], counts, input });
    expect(await after.artefact.keptRows(fewer)).toEqual([kept[1]]);
    expect(inodes()[0]).not.toBe(inodes()[1]);
    expect(await before.artefact.keptRows(first)).toEqual(kept);
  });

  test("counts as done no more where a file of it is missing, cut or changed, and says which", async () => {
    const { folder, artefact } = await madeFolder();
    const record = await artefact.writeShard(1, { kept, dropped, notes, counts });
    for (const what of ["kept", "dropped", "notes"]) {
      const path = join(folder, `000001.${what}.jsonl`);
      const bytes = await readFile(path);
      const read = { kept: artefact.keptRows, dropped: artefact.droppedRows, notes: artefact.notes }[what]!;
      const refused = expect.objectContaining({
        kind: "outside",
        message: `${folder}: 000001.${what}.jsonl was changed after it was written`,
        hint: "retry: corrupt or changed files are produced again",
      });
      await writeFile(path, bytes.subarray(0, -1));
      expect(await artefact.doneShard(1)).toBeUndefined();
      await expect(read(record)).rejects.toEqual(refused);
      await rm(path);
      expect(await artefact.doneShard(1)).toBeUndefined();
      await expect(read(record)).rejects.toEqual(refused);
      await writeFile(path, bytes);
      expect(await artefact.doneShard(1)).toEqual(record);
    }
  });

  test("is no other shard's, and nobody's who has another key", async () => {
    const { folder, artefact } = await madeFolder();
    await artefact.writeShard(1, { kept, dropped, notes, counts });
    expect(await artefact.doneShard(2)).toBeUndefined();
    await writeFile(join(folder, "000002.json"), await readFile(join(folder, "000001.json")));
    expect(await artefact.doneShard(2)).toBeUndefined();
    expect(await openArtefact(folder, OTHER_KEY).doneShard(1)).toBeUndefined();
  });
});

describe("an artefact", () => {
  const spec: ArtefactSpec = { stage: "read", version: 1, options: { a: 1 }, files: { x: "1" }, input: null };

  test("has a manifest that sums its shards, once it is complete", async () => {
    const { artefact, folder } = await madeFolder();
    expect(await artefact.manifest()).toBeUndefined();
    const dropCounts = { ...counts, dropped: [{ reason: "short", rows: 1, samples: [] }] };
    const shards = [
      await artefact.writeShard(0, { kept, dropped: [], notes: [], counts }),
      await artefact.writeShard(1, { kept: [], dropped, notes, counts: dropCounts }),
    ];
    await artefact.writeDecision(Buffer.from("decided"));
    const made = await artefact.complete({ spec, key: artefactKey(spec) }, shards);
    expect(await artefact.manifest()).toEqual(made);
    const decision = await readFile(join(folder, "decision"));
    expect(made).toEqual({
      format: 1,
      spec,
      key: artefactKey(spec),
      shards,
      decision: { sha256: sha256(decision), bytes: decision.length },
      totals: addCounts(counts, dropCounts),
      digest: rowsDigest(shards),
    });
    expect((await artefact.decision())!.toString()).toBe("100,101,99,105,100,101,100");
    expect(made.totals).toMatchObject({ rowsIn: 8, rowsKept: 4, notes: 2 });
    expect(await openArtefact(folder, OTHER_KEY).manifest()).toBeUndefined();
    expect(await openArtefact(folder, OTHER_KEY).decision()).toBeUndefined();
    await writeFile(join(folder, "manifest.json"), (await readFile(join(folder, "manifest.json"), "utf8")).trim());
    expect(await artefact.manifest()).toBeUndefined(); // torn: its last line end is missing
  });

  test("has no decision where its stage made none", async () => {
    const { artefact } = await madeFolder();
    expect(await artefact.complete({ spec, key: artefactKey(spec) }, [])).toMatchObject({
      decision: null,
      totals: NO_ROWS,
    });
    expect(await artefact.decision()).toBeUndefined();
  });

  test("loses summaries and shards that its manifest does not name, and nothing that is not its own", async () => {
    const { artefact, folder } = await madeFolder();
    await artefact.writeSummary(0, [Uint8Array.of(1)]);
    const record = await artefact.writeShard(0, { kept, dropped: [], notes: [], counts });
    await artefact.writeShard(1, { kept, dropped, notes, counts });
    for (const name of ["mine.txt", ".mine.txt.0123abcd-12-0123abcd.tmp", "decision"])
      await writeFile(join(folder, name), "mine");
    await artefact.clean({ format: 1, spec, key: "", shards: [record], decision: null, totals: counts, digest: "" });
    expect((await readdir(folder)).toSorted()).toEqual([
      ".mine.txt.0123abcd-12-0123abcd.tmp",
      "000000.json",
      "000000.kept.jsonl",
      "mine.txt",
    ]);
  });

  test("loses what a write that was cut off left, and nothing else", async () => {
    const { artefact, folder } = await madeFolder();
    await artefact.writeShard(0, { kept, dropped: [], notes: [], counts });
    const torn = ".000001.kept.jsonl.0123abcd-12-0123abcd.tmp";
    const whose = ".letter.txt.0123abcd-12-0123abcd.tmp";
    for (const name of [torn, whose]) await writeFile(join(folder, name), "half");
    await artefact.removeTorn();
    expect((await readdir(folder)).toSorted()).toEqual([whose, "000000.json", "000000.kept.jsonl"]);
  });

  test("is named by all that it is made of", () => {
    const changes: Partial<ArtefactSpec>[] = [
      {},
      { stage: "dedup" },
      { version: 2 },
      { options: { a: 2 } },
      { files: { x: "2" } },
      { input: "0" },
    ];
    const names = changes.map((change) => artefactName({ ...spec, ...change }));
    expect(new Set(names).size).toBe(changes.length);
    expect(names[0]).toBe(`read-${artefactKey(spec).slice(0, 16)}`);
    expect(names.every(isArtefactName)).toBe(true);
    const shard = (hash?: string) => ({
      shard: 0,
      counts,
      files: hash === undefined ? {} : { kept: { sha256: hash, bytes: 1 } },
    });
    const digests = [[shard("a"), shard("b")], [shard("b"), shard("a")], [shard("a")], [shard("a"), shard()]].map(
      rowsDigest,
    );
    expect(new Set(digests).size).toBe(4);
  });
});

describe("a seal", () => {
  const key = Buffer.from(KEY, "hex");
  const seal = sealBy({ toSeal: () => key, toOpen: () => key });
  const nobody = sealBy({ toSeal: () => key, toOpen: () => undefined });

  test("opens for what it sealed alone: any other bit or length shows", () => {
    const value = { a: 1, b: ["é", null] };
    const text = seal.sealed(value);
    expect(seal.unsealed(text)).toEqual(value);
    const bytes = Buffer.from(text);
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      expect(seal.unsealed(changed.toString())).toBeUndefined();
    }
    for (const torn of ["", "{}", "null", text.trim(), `${text}\n`]) expect(seal.unsealed(torn)).toBeUndefined();
    expect(nobody.unsealed(text)).toBeUndefined();
  });

  test("opens bytes, empty ones too, and no cut or changed ones", () => {
    for (const content of [Uint8Array.of(), Uint8Array.of(1, 2, 3)]) {
      const sealed = seal.sealedBytes(content);
      expect(sealed).toHaveLength(32 + content.length);
      expect([...seal.unsealedBytes(sealed)!]).toEqual([...content]);
      for (let index = 0; index < sealed.length; index++) {
        const changed = Uint8Array.from(sealed);
        changed[index]! ^= 128;
        expect(seal.unsealedBytes(changed)).toBeUndefined();
        expect(seal.unsealedBytes(sealed.subarray(0, index))).toBeUndefined();
      }
      expect(nobody.unsealedBytes(sealed)).toBeUndefined();
    }
    expect(seal.unsealedBytes(undefined)).toBeUndefined();
  });
});

describe("names", () => {
  const temporary = (name: string) => `.${name}.0123abcd-12-0123abcd.tmp`;
  const uuid = "01234567-0123-0123-0123-0123456789ab";

  test.each([
    "manifest.json",
    "removed.json",
    "decision",
    "000000.json",
    "1000000.kept.jsonl",
    "000001.dropped.jsonl",
    "000001.notes.jsonl",
    "000001.summary",
    "000001.summary-12",
  ])("%s is a file of an artefact, also where its write was cut off", (name) => {
    expect([isArtefactFile(name), isArtefactFile(temporary(name))]).toEqual([true, true]);
    expect([isArtefactFile(`x${name}`), isArtefactFile(`${name}x`)]).toEqual([false, false]);
  });

  test.each(["00000.json", "a00000.json", "000001.other.jsonl", "000001.summary-", "letter.txt", "", "manifestxjson"])(
    "%j is none",
    (name) => {
      expect([isArtefactFile(name), isArtefactFile(temporary(name))]).toEqual([false, false]);
    },
  );

  test.each([
    `${uuid}/tasks.json`,
    `${uuid}/problem-12.json`,
    `${uuid}/log-a_1-b.txt`,
    `${uuid}/${temporary("tasks.json")}`,
  ])("%s is a file of a batch", (name) => {
    expect(isBatchFile(name)).toBe(true);
    expect([isBatchFile(`x/${name}`), isBatchFile(`${name}x`), isBatchFile(`y${name}`)]).toEqual([false, false, false]);
  });

  test.each(["tasks.json", uuid, `${uuid}/letter.txt`, `${uuid}/problem-.json`, "photos/tasks.json"])(
    "%s is none",
    (name) => {
      expect(isBatchFile(name)).toBe(false);
    },
  );

  test.each([
    "Read-0123456789abcdef",
    "read-0123456789abcde",
    "read-0123456789abcdeg",
    "1read-0123456789abcdef",
    "read-0123456789abcdef0",
    "read",
  ])("%s is not an artefact", (name) => {
    expect(isArtefactName(name)).toBe(false);
  });
});

describe("a link", () => {
  test.each(["", "batches", "artefacts", "artefacts/read-0123456789abcdef", "batches/mine"])(
    "in the place of .tunewright/%s is refused by its name",
    async (place) => {
      const [dir, victim] = [await folderOf({}), await folderOf({})];
      await refuseLinks(dir); // nothing is there yet
      mkdirSync(join(dir, ".tunewright/artefacts/dedup-0123456789abcdef"), { recursive: true });
      writeFileSync(join(dir, ".tunewright/artefacts/mine.txt"), "mine");
      await refuseLinks(dir); // folders and files are no links
      if (place === "" || place === "artefacts") rmSync(join(dir, ".tunewright", place), { recursive: true });
      const path = join(dir, ".tunewright", place);
      mkdirSync(join(path, ".."), { recursive: true });
      symlinkSync(victim, path);
      await expect(refuseLinks(dir)).rejects.toMatchObject({
        kind: "bad_input",
        message: `${path.replace(/\/$/, "")} is a link: files would be written and removed at its target`,
        hint: expect.stringContaining("remove the link"),
      });
    },
  );
});
