import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openRows } from "../../src/tables/read-rows.ts";
import { openRowSink } from "../../src/tables/open-row-sink.ts";
import { catchFailureAsync } from "../catch-failure.ts";
import { rowsOf } from "./row-items.ts";
import { lawRuns } from "../law-runs.ts";

type Row = Readonly<Record<string, unknown>>;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tunewright-sink-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function write(name: string, rows: readonly Row[], parts = 1): Promise<string> {
  const path = join(folder, name);
  const sink = await openRowSink(path);
  const size = Math.max(1, Math.ceil(rows.length / parts));
  for (let at = 0; at < rows.length; at += size) await sink.write(rows.slice(at, at + size));
  await sink.commit();
  await sink.abort(); // does nothing any more
  return path;
}

async function back(path: string): Promise<unknown[]> {
  const { items } = await openRows(path);
  return (await rowsOf(items)).map((row) => ("text" in row ? (JSON.parse(row.text) as unknown) : row));
}

const CHAT: Row[] = [
  { id: "a", messages: [{ role: "user", content: "Größe 😀" }], score: 1 },
  {
    id: "b",
    messages: [
      { role: "assistant", tool_calls: [{ name: "f", arguments: { city: "Paris" } }] },
      { role: "assistant", content: "x", tool_calls: [{ name: "g", arguments: { n: [1, 2] } }] },
    ],
    score: 2.5,
    when: "2026-11-25",
  },
];

describe("what is written is what is read again", () => {
  test.each(["rows.jsonl", "rows.ndjson", "rows.jsonl.gz", "rows.json"])("%s, whatever the rows", async (name) => {
    const row = fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), {
      minKeys: 1,
      maxKeys: 4,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 3 }),
        async (rows, parts) => {
          const plain = JSON.parse(JSON.stringify(rows)) as Row[];
          expect(await back(await write(name, plain, parts))).toEqual(plain);
        },
      ),
      { numRuns: lawRuns(50) },
    );
  });

  test("Parquet: types of their own, objects with nothing in common as JSON, texts that look like dates as text", async () => {
    expect(await back(await write("rows.parquet", CHAT))).toEqual([
      {
        id: "a",
        messages: [{ role: "user", content: "Größe 😀" }],
        score: 1,
        when: null,
      },
      {
        id: "b",
        messages: [
          { role: "assistant", tool_calls: [{ name: "f", arguments: { city: "Paris" } }] },
          { role: "assistant", content: "x", tool_calls: [{ name: "g", arguments: { n: [1, 2] } }] },
        ],
        score: 2.5,
        when: "2026-11-25",
      },
    ]);
  });

  test("Parquet: values of several types, names with quotes, no value at all", async () => {
    const rows = [
      { 'a "b"': 1, "it's": null },
      { 'a "b"': "one", "it's": null },
      { 'a "b"': [true], "it's": null },
    ];
    expect(await back(await write("odd.parquet", rows))).toEqual(rows);
  });

  test("a gzip file is the same for any size of writes", async () => {
    const rows = Array.from({ length: 500 }, (_, index) => ({ text: `row ${index}` }));
    const [one, many] = [await write("one.jsonl.gz", rows), await write("many.jsonl.gz", rows, 50)];
    expect(readFileSync(one).equals(readFileSync(many))).toBe(true);
    expect(gunzipSync(readFileSync(one)).toString()).toBe(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  });
});

describe("completely or not at all", () => {
  test.each(["rows.jsonl", "rows.jsonl.gz", "rows.json", "rows.parquet"])(
    "%s is not there before it is committed, and not after an abort",
    async (name) => {
      const sink = await openRowSink(join(folder, name));
      await sink.write(CHAT);
      expect(existsSync(join(folder, name))).toBe(false);
      await sink.abort();
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test("Parquet of no rows, and of names that differ in case alone, is refused and nothing stays", async () => {
    await expect(write("none.parquet", [])).rejects.toThrow(/there are no rows/);
    const sink = await openRowSink(join(folder, "case.parquet"));
    await sink.write([{ a: 1, A: 2 }]);
    await expect(sink.commit()).rejects.toThrow(/"a" and "A" cannot both be columns/);
    await sink.abort();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ["an unpaired surrogate in a text", [{ text: "fine" }, { text: "a\ud800b" }], "row 2 has an unpaired surrogate"],
    ["a field without a name", [{ "": 1, text: "a" }], "a field without a name"],
    ["a NUL in a name", [{ "a\0b": 1 }], "has a NUL character"],
    ["a NUL in a name inside a list", [{ rows: [{ "a\0b": 1 }] }], "has a NUL character"],
    ["an unpaired surrogate in a name", [{ "a\udc00": 1 }], "an unpaired surrogate"],
  ])("Parquet of %s is refused, says where, and nothing stays", async (_what, rows, message) => {
    const failure = await catchFailureAsync(() => write("rows.parquet", rows));
    expect(failure.kind).toBe("bad_input");
    expect(failure.message).toContain(message);
    expect(failure.hint).toContain(".jsonl");
  });

  test("Parquet keeps the text of an escaped half, which is not a half", async () => {
    const rows = [{ text: String.raw`a\ud800b`, emoji: "\u{1f600}" }];
    expect(await back(await write("rows.parquet", rows))).toEqual(rows);
  });

  test("an extension that says nothing is refused", async () => {
    await expect(openRowSink(join(folder, "rows.txt"))).rejects.toThrow(/expected|does not determine the format/);
  });
});
