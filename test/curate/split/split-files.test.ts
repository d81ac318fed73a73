import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import dataSplit from "../../../src/cli/commands/data-split.ts";
import { runStage } from "../../../src/curate/pipeline/reading/run-stage.ts";
import { splitFiles } from "../../../src/curate/split/split-files.ts";
import { splitStage } from "../../../src/curate/split/split-stage.ts";
import { SplitOptions, type SplitResult } from "../../../src/domain/split.ts";
import { runCommand } from "../../cli/run-command.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";

const rows = Array.from({ length: 100 }, (_, row) => ({
  prompt: `question ${row}`,
  completion: `${row}`,
  user: row % 25,
}));

const linesOf = async (path: string): Promise<string[]> => (await readFile(path, "utf8")).split("\n").filter(Boolean);

describe("a split of files", () => {
  test("writes the rows that are in no part where it is asked to, each with its reason", async () => {
    const timed = rows
      .slice(0, 10)
      .map((row, index) => (index === 3 ? row : { ...row, at: `2026-01-0${index % 9 || 1}` }));
    const folder = await folderOf({ "a.jsonl": jsonl(timed) });
    const raw = { file: ["a.jsonl"], outDir: "split", timeField: "at", test: 2, dropped: "dropped.jsonl" };
    await runCommand(dataSplit, raw, folder);
    const dropped = (await linesOf(join(folder, "dropped.jsonl"))).map((line) => JSON.parse(line) as object);
    expect(dropped).toMatchObject([{ line: 4, reason: "no-time", fields: rows[3] }]);
    await expect(runCommand(dataSplit, { ...raw, outDir: "other" }, folder)).rejects.toThrow("already exists");
    expect(readdirSync(folder).toSorted()).toEqual(["a.jsonl", "dropped.jsonl", "split"]);
  });

  test("writes each row once, as it was, and says how", async () => {
    const folder = await folderOf({
      "a.jsonl": `${jsonl(rows.slice(0, 60))}{"torn\n`,
      "b.jsonl": jsonl(rows.slice(60)),
    });
    const out = join(folder, "split");
    const files = ["a.jsonl", "b.jsonl"].map((name) => join(folder, name));
    const result = await splitFiles(files, { options: SplitOptions.parse({ test: 20, groupBy: ["user"] }), out });
    expect(result.parts.map(({ part, rows: count }) => [part, count])).toEqual([
      ["train", 80],
      ["validation", 0],
      ["test", 20],
    ]);
    expect(result.funnel).toMatchObject([
      { stage: "read", rowsIn: 101, rowsKept: 100, dropped: [{ reason: "broken", rows: 1 }] },
      { stage: "split", rowsIn: 100, rowsKept: 100 },
    ]);
    const written = [...(await linesOf(join(out, "train.jsonl"))), ...(await linesOf(join(out, "test.jsonl")))];
    expect(written.toSorted()).toEqual(rows.map((row) => JSON.stringify(row)).toSorted());
    expect(existsSync(join(out, "validation.jsonl"))).toBe(false);
    expect(JSON.parse(await readFile(join(out, "split.json"), "utf8"))).toMatchObject({
      options: { test: 20, seed: 1 },
    });
  });

  test("leaves nothing where a file cannot be read, and writes over nothing", async () => {
    const folder = await folderOf({ "a.jsonl": jsonl(rows) });
    const out = join(folder, "split");
    const options = SplitOptions.parse({ test: 20 });
    await expect(splitFiles([join(folder, "gone.jsonl")], { options, out })).rejects.toThrow("gone.jsonl");
    expect(existsSync(out)).toBe(false);
    await splitFiles([join(folder, "a.jsonl")], { options, out });
    await expect(splitFiles([join(folder, "a.jsonl")], { options, out })).rejects.toThrow("already exists");
  });

  test("keeps the rows of an earlier split where they were, read from its files", async () => {
    const folder = await folderOf({ "a.jsonl": jsonl(rows.slice(0, 60)), "all.jsonl": jsonl(rows) });
    const [first, second] = [join(folder, "one"), join(folder, "two")];
    await splitFiles([join(folder, "a.jsonl")], {
      options: SplitOptions.parse({ test: 10, validation: 5 }),
      out: first,
    });
    const options = SplitOptions.parse({ test: 25, validation: 5 });
    const { parts } = await splitFiles([join(folder, "all.jsonl")], { options, out: second, keep: first });
    expect(parts.map(({ rows: count }) => count)).toEqual([70, 5, 25]);
    for (const name of ["train.jsonl", "validation.jsonl", "test.jsonl"]) {
      const now = new Set(await linesOf(join(second, name)));
      expect((await linesOf(join(first, name))).filter((line) => !now.has(line))).toEqual([]);
    }
  });

  test("fails as a command where something leaks, and takes names parted by commas", async () => {
    const alike = rows.flatMap((row) => [row, { ...row, prompt: `${row.prompt}!` }]);
    const folder = await folderOf({ "a.jsonl": jsonl(alike) });
    const raw = { file: ["a.jsonl"], outDir: "split", test: "50%", nearDuplicates: false };
    expect(await runCommand(dataSplit, raw, folder)).toMatchObject({
      failed: expect.stringContaining("leak-near-duplicate") as string,
    });
    const grouped = await runCommand(
      dataSplit,
      { file: ["a.jsonl"], outDir: "grouped", groupBy: ["user,completion"] },
      folder,
    );
    expect(grouped.failed).toBeUndefined();
    expect((grouped.json as SplitResult).options.groupBy).toEqual(["user", "completion"]);
    await expect(grouped.text()).toMatchFileSnapshot("../../golden/data-split.txt");
  });

  test("fails as a command where no training row is left", async () => {
    const folder = await folderOf({ "a.jsonl": jsonl(rows) });
    const untimed = await runCommand(dataSplit, { file: ["a.jsonl"], outDir: "s", timeField: "at" }, folder);
    expect(untimed.failed).toBe("no training row is left");
    expect((untimed.json as SplitResult).funnel).toMatchObject([
      { rowsKept: 0, dropped: [{ reason: "no-time", rows: 100 }] },
    ]);
  });

  test("keeps rows that came twice in one part, and stops at a torn archive", async () => {
    const folder = await folderOf({
      "a.jsonl": jsonl([...rows, ...rows]),
      "b.jsonl.gz": gzipSync(jsonl(rows)).subarray(0, 300),
    });
    const options = SplitOptions.parse({ test: "50%" });
    const result = await splitFiles([join(folder, "a.jsonl")], { options, out: join(folder, "s") });
    expect(result).toMatchObject({ groups: 100, largestGroup: 2, findings: [{ kind: "size-missed" }] });
    const torn = splitFiles([join(folder, "b.jsonl.gz")], { options, out: join(folder, "t") });
    await expect(torn).rejects.toThrow("b.jsonl.gz");
    expect(readdirSync(folder).toSorted()).toEqual(["a.jsonl", "b.jsonl.gz", "s"]);
  });

  test.each([
    [{ test: "0" }, "neither a test"],
    [{ test: "60%", validation: "40%" }, "leave no training rows"],
    [{ test: "10%", timeField: "at", stratifyBy: "label" }, "cannot be combined"],
  ])("refuses %j", async (options, message) => {
    const folder = await folderOf({ "a.jsonl": jsonl(rows) });
    const run = splitFiles([join(folder, "a.jsonl")], {
      options: SplitOptions.parse(options),
      out: join(folder, "split"),
    });
    await expect(run).rejects.toThrow(message);
  });

  test("as a stage lets one part through and says of each row where it is", async () => {
    const folder = await folderOf({ "a.jsonl": jsonl(rows) });
    const options = SplitOptions.parse({ test: 20 });
    const run = {
      options: { ...options, part: "test" as const },
      out: join(folder, "t.jsonl"),
      shardSize: { rows: 7, characters: 1e6 },
    };
    const { funnel } = await runStage(splitStage, [join(folder, "a.jsonl")], run);
    expect(funnel).toMatchObject([
      { rowsIn: 100, rowsKept: 20, notes: 20, dropped: [{ reason: "in-train", rows: 80 }] },
    ]);
    await splitFiles([join(folder, "a.jsonl")], { options, out: join(folder, "split") });
    expect(await linesOf(join(folder, "t.jsonl"))).toEqual(await linesOf(join(folder, "split/test.jsonl")));
  });
});
