import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { readLineShards } from "../../../../src/curate/pipeline/reading/read-line-shards.ts";
import type * as pools from "../../../../src/curate/pipeline/reading/read-pool.ts";
import { readShards } from "../../../../src/curate/pipeline/reading/read-shards.ts";
import { rowTexts } from "../../../../src/curate/rows/source-text.ts";
import { charactersOf } from "../../../../src/curate/pipeline/storing/funnel.ts";
import { MAIN } from "../../../cli/run-cli.ts";
import { folderOf } from "../rows.ts";
import { lawRuns } from "../../../law-runs.ts";

// Threads are files, which Node can run as TypeScript only from version 22: the built ones are tested.
const { readPool } = (await import(
  new URL("../curate/pipeline/reading/read-pool.js", `file://${MAIN}`).href
)) as typeof pools;

const text = fc.oneof(fc.string({ unit: "binary", maxLength: 12 }), fc.constantFrom('"', ',"fields":', "\ud800", "é"));
const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ text: fc.constantFrom("a", "b"), user: fc.constantFrom(1, 2) })
      .map((row) => JSON.stringify(row)),
  },
  {
    weight: 4,
    arbitrary: fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }).map((row) => JSON.stringify(row)),
  },
  fc.constantFrom('{"id":12345678901234567890}', '{"a":1,"a":2}', '{"torn', "[1]", "", '{"10":1,"9":2,"__proto__":3}'),
);

describe("shards of lines", () => {
  test("are those of rows, in order and to the byte, whatever the rows, the size of shards and the threads", async () => {
    const pool = [readPool(0), readPool(2)];
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(line, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 2 }),
          fc.record({ rows: fc.integer({ min: 1, max: 9 }), characters: fc.integer({ min: 1, max: 200 }) }),
          async (contents, size) => {
            const files = contents.map((lines, index) => [
              `${index}.jsonl`,
              `${lines.join("\n")}\n{"last":${index}}\n`,
            ]);
            const dir = await folderOf(Object.fromEntries(files) as Record<string, string>);
            const sources = files.map(([name]) => ({ path: join(dir, name!), source: `a ${name}` }));
            const expected: unknown[] = [];
            for await (const { rows, dropped } of readShards(sources, { size })) {
              const textOf = rowTexts(rows);
              const lines = rows
                .map((row) => {
                  const { fields: _fields, ...place } = row;
                  return `${JSON.stringify(place).slice(0, -1)},"fields":${textOf(row)}}\n`;
                })
                .join("");
              const characters = rows.reduce((sum, row) => sum + charactersOf(row), 0);
              expected.push({ lines, rows: rows.length, characters, dropped });
            }
            for (const each of pool) {
              const made: unknown[] = [];
              const options = { size, pool: each, onProgress: () => undefined, sha256s: new Map<string, string>() };
              for await (const { lines, ...shard } of readLineShards(sources, options)) {
                made.push({ lines: Buffer.concat(lines).toString(), ...shard });
              }
              expect(made).toEqual(expected);
            }
          },
        ),
        { numRuns: lawRuns(60) },
      );
    } finally {
      for (const each of pool) await each.close();
    }
  });

  test("tell that a file changed while it was being read", async () => {
    const dir = await folderOf({ "data.jsonl": '{"a":1}\n' });
    const path = join(dir, "data.jsonl");
    const size = { rows: 1, characters: 100 };
    const options = { size, pool: readPool(0), onProgress: () => undefined, sha256s: new Map([[path, "other"]]) };
    const read = async (): Promise<void> => {
      for await (const shard of readLineShards([{ path, source: "d" }], options)) expect(shard.rows).toBe(1);
    };
    await expect(read()).rejects.toThrow("changed while it was being read");
  });
});
