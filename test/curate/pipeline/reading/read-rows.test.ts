import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { sourceNames } from "../../../../src/curate/pipeline/reading/source-names.ts";
import { folderOf, jsonl, readAll } from "../rows.ts";

const idsOf = async (content: string, source = "a"): Promise<string[]> => {
  const folder = await folderOf({ "a.jsonl": content });
  return (await readAll(join(folder, "a.jsonl"), { source })).rows.map(({ id }) => id);
};

describe("ids of rows", () => {
  test("an id is made of source and content: the same in any order of rows and of keys, another for another source", async () => {
    const ids = await idsOf('{"a":1,"b":"x"}\n{"a":2}\n');
    expect(await idsOf('\n{"a":2}\n{"b":"x", "a":1}\n')).toEqual(ids.toReversed());
    const other = await idsOf('{"a":1,"b":"x"}\n{"a":2}\n', "b");
    expect(new Set([...ids, ...other]).size).toBe(4);
    expect(ids.every((id) => /^[0-9a-f]{24}$/.test(id))).toBe(true);
  });

  test("rows of one content in one source have ids of their own, the same at every reading", async () => {
    const content = jsonl([{ t: "x" }, { t: "y" }, { t: "x" }, { t: "x" }]);
    const ids = await idsOf(content);
    expect(new Set(ids).size).toBe(4);
    expect(await idsOf(content)).toEqual(ids);
    // Another row before them changes none.
    expect((await idsOf(jsonl([{ t: "new" }]) + content)).slice(1)).toEqual(ids);
  });

  test("no two rows of a file share an id, and ids do not depend on the size of the chunks", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ t: fc.constantFrom("a", "b", "é", "") }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 16, max: 64 }),
        async (values, chunkBytes) => {
          const folder = await folderOf({ "a.jsonl": jsonl(values) });
          const whole = await readAll(join(folder, "a.jsonl"), { source: "a" });
          const parts = await readAll(join(folder, "a.jsonl"), { source: "a", limits: { chunkBytes } });
          expect(parts).toEqual(whole);
          expect(new Set(whole.rows.map(({ id }) => id)).size).toBe(values.length);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("lines that are not rows", () => {
  test("each comes out as a dropped row with its line and why, and the others stay", async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"t":"good"}\n{"t":\n[1]\n'),
      Buffer.from([0x7b, 0xff, 0x7d, 0x0a]),
      Buffer.from(`{"t":"${"x".repeat(200)}"}\n{"t":"last"}`),
    ]);
    const folder = await folderOf({ "a.jsonl": bytes });
    const { rows, dropped } = await readAll(join(folder, "a.jsonl"), { source: "a", limits: { lineBytes: 100 } });
    expect(rows.map(({ line }) => line)).toEqual([1, 6]);
    expect(dropped.map(({ row, reason }) => [row.line, reason])).toEqual([
      [2, "broken"],
      [3, "broken"],
      [4, "encoding"],
      [5, "too-long"],
    ]);
    expect(new Set(dropped.map(({ row }) => row.id)).size).toBe(4);
  });
});

describe("names of sources", () => {
  test("a file is named without its folder, or with so much of it as tells it from the others", () => {
    expect(sourceNames(["data/train.jsonl", "eval.jsonl"])).toEqual(["train.jsonl", "eval.jsonl"]);
    expect(sourceNames(["a/x/t.jsonl", "b/x/t.jsonl", "t2.jsonl"])).toEqual(["a/x/t.jsonl", "b/x/t.jsonl", "t2.jsonl"]);
    expect(sourceNames(["t.jsonl", "x/t.jsonl"])).toEqual(["t.jsonl", "x/t.jsonl"]);
  });
});
