import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, expect, test } from "vitest";

import { READ_LIMITS } from "../../src/tables/limits.ts";
import { readParquet } from "../../src/tables/read-parquet.ts";
import { catchFailureAsync } from "../catch-failure.ts";
import { rowsOf } from "./row-items.ts";
import { longTest } from "../long-suite.ts";

const folder = mkdtempSync(join(tmpdir(), "tunewright-parquet-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function write(name: string, query: string): Promise<string> {
  const path = join(folder, name);
  const connection = await (await DuckDBInstance.create()).connect();
  await connection.run(`copy (${query}) to '${path.replaceAll("'", "''")}' (format parquet, row_group_size 2048)`);
  connection.closeSync();
  return path;
}

test("rows come as JSON in file order with nested lists kept, whatever the names of file and columns", async () => {
  const path = await write(
    "it's [1] of *, year=2026?.parquet",
    `select [{'role': 'user', 'content': 'row ' || i}] as messages, i as "tunewright row", 'x' as t from range(5000) r(i)`,
  );
  await write("it's 1 of all, year=2026!.parquet", "select 'another file that a pattern would match' as other");
  const fractions: number[] = [];
  const rows = await rowsOf(readParquet(path, READ_LIMITS, (fraction) => fractions.push(fraction)));
  expect(rows).toHaveLength(5_000);
  expect([fractions.length > 1, fractions.at(-1)]).toEqual([true, 1]);
  expect(rows[4_321]).toEqual({
    line: 4_322,
    text: '{"messages":[{"role":"user","content":"row 4321"}],"tunewright row":4321,"t":"x"}',
  });
});

test("NaN, infinities and nulls of a column become null", async () => {
  const path = await write(
    "nan.parquet",
    `select unnest(['nan'::double, 'inf'::double, null, 1.5]) as "a""b", -1 as c`,
  );
  const texts = (await rowsOf(readParquet(path, READ_LIMITS))).map((row) => "text" in row && row.text);
  expect(texts).toEqual(["null", "null", "null", "1.5"].map((value) => `{"a\\"b":${value},"c":-1}`));
});

test("a row beyond the limit stands as a finding between the others", async () => {
  const path = await write("long.parquet", `select repeat('x', n) as text from (values (3), (300), (4)) v(n)`);
  expect(await rowsOf(readParquet(path, { ...READ_LIMITS, lineBytes: 100 }))).toEqual([
    { line: 1, text: '{"text":"xxx"}' },
    {
      line: 2,
      finding: "too-long",
      detail: "the row has 311 bytes, more than the limit of 100: split it into several rows",
    },
    { line: 3, text: '{"text":"xxxx"}' },
  ]);
});

test("a file with more columns than the limit is refused", async () => {
  const path = await write(
    "wide.parquet",
    `select ${Array.from({ length: 30 }, (_, i) => `${i} as c${i}`).join(", ")}`,
  );
  const failure = await catchFailureAsync(() => rowsOf(readParquet(path, { ...READ_LIMITS, columns: 20 })));
  expect(failure.message).toBe(`${path} has 30 columns, more than 20`);
});

test.each([
  ["truncated", (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
  ["torn in its middle", (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 50), bytes.subarray(150)])],
  ["text", () => Buffer.from('{"text":"this is JSONL"}\n')],
])("a file that is %s is refused by name", async (name, spoil) => {
  const good = await write("good.parquet", `select 'row ' || i as text from range(3000) r(i)`);
  const path = join(folder, `${name}.parquet`);
  writeFileSync(path, spoil(readFileSync(good)));
  const failure = await catchFailureAsync(() => rowsOf(readParquet(path, READ_LIMITS)));
  expect(failure.kind).toBe("bad_input");
  expect(failure.message.startsWith(`${path} cannot be read as Parquet: `)).toBe(true);
  expect(failure.hint).toBe("the file may be truncated or have another format; write it again");
});

longTest("a row group that does not fit in memory is said to be one, and the file is not blamed", async () => {
  const path = await write("cell.parquet", "select repeat('x', 120_000_000) as prompt, 'y' as completion");
  expect(await catchFailureAsync(() => rowsOf(readParquet(path, READ_LIMITS)))).toMatchObject({
    kind: "bad_input",
    message: `${path}: one of its row groups needs more than 1GB of memory`,
    hint: expect.stringContaining("smaller row groups") as string,
  });
});
