import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import type { PipelineRun } from "../../../src/domain/data-pipeline.ts";
import { dataRun } from "../../../src/programme/data-run/data-run.ts";
import { folderOf, jsonl } from "./rows.ts";
import { PROGRAMME } from "./tree.ts";

const run = (dir: string): Promise<PipelineRun> =>
  dataRun(dir, {
    executor: "inline",
    mayReplace: () => Promise.resolve(false),
    now: () => new Date(0),
    onEstimate: () => undefined,
    onProgress: () => undefined,
  });
const ROW = { prompt: "a question", completion: "an answer" };
const folderWith = (name: string, content: string | Uint8Array): Promise<string> =>
  folderOf({ "programme.yaml": PROGRAMME.replace("data.jsonl", name), [name]: content });
const readOf = async (name: string, content: string | Uint8Array) =>
  (await run(await folderWith(name, content))).stages[0]!;
const reasons = ({ dropped }: PipelineRun["stages"][number]): Record<string, number> =>
  Object.fromEntries(dropped.map(({ reason, rows }) => [reason, rows]));
const many = jsonl(Array.from({ length: 3000 }, (_, n) => ({ prompt: `${n}`, completion: `${n * n}` })));

describe("files that are not what they seem, in a run of a pipeline", () => {
  test.each<[string, { name: string; content: string | Uint8Array }, string]>([
    [
      "a gzip file cut in its middle",
      { name: "data.jsonl.gz", content: gzipSync(many).subarray(0, 9000) },
      "gzip data is corrupt or truncated",
    ],
    [
      "a gzip file without its closing tag",
      { name: "data.jsonl.gz", content: gzipSync(many).subarray(0, -4) },
      "gzip data is corrupt or truncated",
    ],
    [
      "a gzip file with a flipped bit",
      { name: "data.jsonl.gz", content: flipped(gzipSync(many)) },
      "gzip data is corrupt or truncated",
    ],
    [
      "zstd that is none behind its first bytes",
      { name: "data.jsonl.zst", content: Buffer.from("28b52ffdffffffffff", "hex") },
      "zstd",
    ],
    [
      "a bomb of 300 MiB in 300 kB",
      { name: "data.jsonl.gz", content: gzipSync(Buffer.alloc(300 * 2 ** 20, "a")) },
      "it may be a decompression bomb",
    ],
    ["Parquet cut in its middle", { name: "data.parquet", content: Buffer.from("PAR1 and no more") }, "data.parquet"],
    [
      "UTF-16 in the middle of UTF-8",
      { name: "data.jsonl", content: Buffer.concat([Buffer.from(jsonl([ROW])), Buffer.from(jsonl([ROW]), "utf16le")]) },
      "is not UTF-8 text",
    ],
    ["a file of nothing", { name: "data.jsonl", content: "" }, "empty"],
  ])(
    "%s ends the run with the reason, and leaves nothing that looks whole",
    async (_what, { name, content }, words) => {
      const dir = await folderWith(name, content);
      const failure: unknown = await run(dir).catch((error: unknown) => error);
      expect(failure).toMatchObject({ kind: "bad_input", message: expect.stringContaining(words) as string });
      expect(existsSync(join(dir, "curated.jsonl"))).toBe(false);
      expect(existsSync(join(dir, ".tunewright/pipeline.json"))).toBe(false);
      const left = readdirSync(dir, { recursive: true }) as string[];
      expect(left.filter((each) => each.endsWith("manifest.json") || each.endsWith(".tmp"))).toEqual([]);
    },
  );

  test("lines in other encodings are counted and dropped, each with its line, and the others go on", async () => {
    const line = (text: string, encoding: BufferEncoding): Buffer => Buffer.from(`${text}\n`, encoding);
    const read = await readOf(
      "data.jsonl",
      Buffer.concat([
        Buffer.from([0xef, 0xbb, 0xbf]), // a mark of UTF-8 before the first row
        line(JSON.stringify({ ...ROW, prompt: "café" }), "utf8"),
        line(JSON.stringify({ ...ROW, prompt: "café" }), "latin1"),
        line(JSON.stringify({ ...ROW, prompt: "日本語" }), "utf8"),
        line(JSON.stringify({ ...ROW, prompt: "\u0000 and a lone \ud800" }), "utf8"),
      ]),
    );
    expect(read.rowsIn).toBe(read.rowsKept + read.dropped.reduce((sum, { rows }) => sum + rows, 0));
    expect(read.rowsKept).toBeGreaterThanOrEqual(2);
    expect(reasons(read)["encoding"]).toBe(1);
    const lines = read.dropped.flatMap(({ samples }) => samples.map(({ line: number }) => number));
    expect(lines).toContain(2);
    expect(lines).not.toContain(1);
    expect(lines).not.toContain(3);
  });

  test("a row of 10,000 fields is one, of 10,001 none, in JSONL; a table of so many columns is refused", async () => {
    const wide = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, n]));
    const read = await readOf("data.jsonl", jsonl([wide(10_000), wide(10_001), ROW]));
    expect([read.rowsKept, reasons(read)]).toEqual([2, { broken: 1 }]);
    const header = Array.from({ length: 10_001 }, (_, n) => `f${n}`).join(",");
    const table = await folderWith("data.csv", `${header}\n${header}\n`);
    await expect(run(table)).rejects.toThrow(/10[, ]?001/);
  });

  test("rows that are copies of each other have ids of their own, the same in any order", async () => {
    const kept = async (rows: readonly object[]): Promise<string[]> => {
      const dir = await folderWith("data.jsonl", jsonl(rows));
      const { stages } = await run(dir);
      expect(stages[0]!.rowsKept).toBe(rows.length);
      const { openArtefact } = await import("../../../src/curate/pipeline/storing/artefact-store.ts");
      const artefact = openArtefact(join(dir, ".tunewright/artefacts", stages[0]!.artefact));
      const ids: string[] = [];
      for (const record of (await artefact.manifest())!.shards) {
        ids.push(...(await artefact.keptRows(record)).map(({ id }) => id));
      }
      return ids.toSorted();
    };
    const rows = [
      { ...ROW, id: 7 },
      { ...ROW, id: 7 },
      { prompt: "b", completion: "c", id: 7 },
      { ...ROW, id: 7 },
    ];
    const ids = await kept(rows);
    expect(new Set(ids).size).toBe(4);
    expect(await kept(rows.toReversed())).toEqual(ids);
  });

  test.each([
    ["../data.jsonl", "leaves the programme folder"],
    ["in/../../data.jsonl", "leaves the programme folder"],
    ["..\\data.jsonl", "leaves the programme folder"],
    ["/etc/hostname", "is an absolute path"],
    ["C:\\data.jsonl", "is an absolute path"],
    ["out.jsonl", "leads out of the programme folder through a symbolic link"],
    ["folder/data.jsonl", "leads out of the programme folder through a symbolic link"],
  ])("a path that leads out of the folder is refused wherever it stands: %s", async (path, words) => {
    const outside = await folderOf({ "data.jsonl": jsonl([ROW]) });
    const listed = [
      PROGRAMME.replace("path: data.jsonl", `path: '${path}'`),
      PROGRAMME.replace("- stage: exact", `- stage: decontaminate\n      against: ['${path}']`),
      PROGRAMME.replace("- stage: exact", `- stage: quality\n      words: '${path}'`),
      PROGRAMME.replace("- stage: exact", `- stage: rights\n      on: 2026-11-25\n      rights: '${path}'`),
      PROGRAMME.replace("- stage: exact", `- stage: redact\n      keyFile: '${path}'`),
    ];
    for (const programme of listed) {
      const dir = await folderOf({ "programme.yaml": programme, "data.jsonl": jsonl([ROW]) });
      symlinkSync(join(outside, "data.jsonl"), join(dir, "out.jsonl"));
      symlinkSync(outside, join(dir, "folder"));
      mkdirSync(join(dir, "in"));
      await expect(run(dir), programme).rejects.toThrow(words);
      expect(existsSync(join(dir, ".tunewright/artefacts"))).toBe(false);
    }
  });

  test("a rights file that names a file outside of the folder is refused", async () => {
    const rights = PROGRAMME.replace(
      "- stage: exact",
      "- stage: rights\n      on: 2026-11-25\n      rights: rights.yaml",
    );
    const dir = await folderOf({ "programme.yaml": rights, "data.jsonl": jsonl([ROW]) });
    writeFileSync(
      join(dir, "rights.yaml"),
      "datasets:\n  - source: data.jsonl\n    signals:\n      - file: ../robots.txt\n        kind: robots.txt\n",
    );
    await expect(run(dir)).rejects.toThrow();
    expect(existsSync(join(dir, ".tunewright/artefacts"))).toBe(false);
  });

  test("a stage that lets no row through ends in an empty file, and the stages behind it take none", async () => {
    const last = PROGRAMME.replace(
      "- stage: exact",
      "- stage: dedup\n    - stage: quality\n    - stage: split\n      test: 1",
    );
    const dir = await folderOf({ "programme.yaml": last, "data.jsonl": jsonl([{ instruction: "" }]) });
    const { stages, out } = await run(dir);
    expect(stages.map(({ stage, rowsIn, rowsKept }) => [stage, rowsIn, rowsKept])).toEqual([
      ["read", 1, 1],
      ["trainable", 1, 0],
      ["dedup", 0, 0],
      ["quality", 0, 0],
      ["split", 0, 0],
    ]);
    expect(out).toBe(join(dir, "curated.train.jsonl"));
  });
});

function flipped(bytes: Buffer): Buffer {
  const other = Buffer.from(bytes);
  other[other.length >> 1]! ^= 1;
  return other;
}
