import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { runStage } from "../../../../src/curate/pipeline/reading/run-stage.ts";
import type { DatasetStage, RowStage } from "../../../../src/curate/stage.ts";
import { folderOf, jsonl } from "../rows.ts";
import { lawRuns } from "../../../law-runs.ts";

/** Drops rows whose number is odd, and notes the others. */
const evenStage: RowStage<{ say: string }> = {
  kind: "row",
  name: "even",
  version: 1,
  run: (rows, { say }) => {
    const isEven = (n: unknown): boolean => Number(n) % 2 === 0;
    const kept = rows.filter(({ fields }) => isEven(fields["n"]));
    return {
      kept,
      dropped: rows
        .filter(({ fields }) => !isEven(fields["n"]))
        .map((row) => ({ row, reason: "odd", detail: `${String(row.fields["n"])} is odd` })),
      notes: kept.map(({ id }) => ({ id, note: { say } })),
    };
  },
};

/** Keeps the last row of all, which it must know all rows for. */
const lastStage: DatasetStage<null> = {
  kind: "dataset",
  name: "last",
  version: 1,
  summarise: (rows) => Uint8Array.of(rows.length),
  decide: async ({ count, load }) => {
    let rows = 0;
    for (let shard = 0; shard < count; shard++) rows += (await load(shard))[0]!;
    return Uint8Array.of(rows);
  },
  run: (rows, _, { decision, firstRow }) => {
    const last = decision[0]! - 1 - firstRow;
    return {
      kept: rows.filter((_row, index) => index === last),
      dropped: rows.filter((_row, index) => index !== last).map((row) => ({ row, reason: "not-last" })),
      notes: [],
    };
  },
};

const linesOf = async (path: string): Promise<unknown[]> =>
  (await readFile(path, "utf8"))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);

describe("a stage run over files", () => {
  test("reads small files once for a stage that needs all rows, and larger ones again", async () => {
    const folder = await folderOf({ "a.jsonl": jsonl(Array.from({ length: 6 }, (_, n) => ({ n }))) });
    const seen: Set<unknown>[] = [];
    const stage: DatasetStage<null> = {
      ...lastStage,
      summarise: (rows) => {
        seen.push(new Set(rows));
        return Uint8Array.of(rows.length);
      },
      run: (rows) => ({ kept: rows.filter((row) => seen.some((known) => known.has(row))), dropped: [], notes: [] }),
    };
    for (const [rows, once] of [
      [6, 6],
      [1, 0],
    ] as const) {
      const shardSize = { rows, characters: 1e6 };
      const { funnel } = await runStage(stage, [join(folder, "a.jsonl")], { options: null, shardSize });
      expect(funnel[0]).toMatchObject({ rowsIn: 6, rowsKept: once });
    }
  });

  test("writes kept rows as they were read, dropped ones with why, notes with their place, and counts all of them", async () => {
    const folder = await folderOf({
      "a.jsonl": `${jsonl([{ n: 1 }, { n: 2, t: "two" }])}broken\n`,
      "b.jsonl": jsonl([{ n: 4 }]),
    });
    const path = (name: string): string => join(folder, name);
    const { funnel } = await runStage(evenStage, [path("a.jsonl"), path("b.jsonl")], {
      options: { say: "yes" },
      out: path("kept.jsonl"),
      dropped: path("dropped.jsonl"),
      notes: path("notes.jsonl"),
    });
    expect(await linesOf(path("kept.jsonl"))).toEqual([{ n: 2, t: "two" }, { n: 4 }]);
    expect(await linesOf(path("dropped.jsonl"))).toMatchObject([
      { source: "a.jsonl", line: 3, reason: "broken" },
      { source: "a.jsonl", line: 1, reason: "odd", fields: { n: 1 } },
    ]);
    expect(await linesOf(path("notes.jsonl"))).toMatchObject([
      { source: "a.jsonl", line: 2, note: { say: "yes" } },
      { source: "b.jsonl", line: 1, note: { say: "yes" } },
    ]);
    expect(funnel).toMatchObject([
      { stage: "read", rowsIn: 4, rowsKept: 3, dropped: [{ reason: "broken", rows: 1, samples: [{ line: 3 }] }] },
      {
        stage: "even",
        rowsIn: 3,
        rowsKept: 2,
        charactersIn: 3,
        charactersKept: 3,
        notes: 2,
        dropped: [{ reason: "odd", rows: 1 }],
      },
    ]);
  });

  test("gives the same files and counts for shards of any size", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(9), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 50 }),
        async (ns, rows) => {
          const folder = await folderOf({ "a.jsonl": jsonl(ns.map((n) => ({ n }))) });
          const outcome = async (size: number): Promise<unknown> => {
            const shardSize = { rows: size, characters: 1000 };
            const [out, last] = [join(folder, `${size}.jsonl`), join(folder, `${size}-last.jsonl`)];
            const even = await runStage(evenStage, [join(folder, "a.jsonl")], {
              options: { say: "" },
              out,
              shardSize,
              overwrite: true,
            });
            const one = await runStage(lastStage, [join(folder, "a.jsonl")], {
              options: null,
              out: last,
              shardSize,
              overwrite: true,
            });
            expect(await linesOf(last)).toEqual([{ n: ns.at(-1) }]);
            return [even.funnel, one.funnel, await linesOf(out)];
          };
          expect(await outcome(rows)).toEqual(await outcome(1000));
        },
      ),
      { numRuns: lawRuns(25) },
    );
  });

  test("refuses to write over a file that is there, and leaves nothing where a row stage fails", async () => {
    const folder = await folderOf({ "a.jsonl": jsonl([{ n: 2 }]), "kept.jsonl": "mine" });
    const run = { options: { say: "" }, out: join(folder, "kept.jsonl") };
    await expect(runStage(evenStage, [join(folder, "a.jsonl")], run)).rejects.toThrow("already exists");
    const failing = { ...evenStage, run: () => Promise.reject(new Error("gone")) };
    const out = join(folder, "new.jsonl");
    await expect(runStage(failing, [join(folder, "a.jsonl")], { options: { say: "" }, out })).rejects.toThrow("gone");
    expect(existsSync(out)).toBe(false);
    expect(await readFile(join(folder, "kept.jsonl"), "utf8")).toBe("mine");
  });
});
