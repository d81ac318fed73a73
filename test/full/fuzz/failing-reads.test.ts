import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { Int32, tableToIPC, Table, Utf8, vectorFromArray } from "apache-arrow";
import { afterAll, beforeAll, expect, test } from "vitest";

import { Failure } from "../../../src/base/failure.ts";
import { readText } from "../../../src/base/read-text.ts";
import { readRows } from "../../../src/curate/pipeline/reading/read-rows.ts";
import { openRowSink } from "../../../src/tables/open-row-sink.ts";
import { DISK_ERRORS, withFailingCall } from "./failing-disk.ts";

let dir: string;
const ROWS = Array.from({ length: 3000 }, (_each, row) => ({ row, text: "some text that takes room ".repeat(40) }));
const LINES = ROWS.map((row) => `${JSON.stringify(row)}\n`).join("");

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-failing-reads-"));
  writeFileSync(join(dir, "rows.jsonl"), LINES);
  writeFileSync(join(dir, "rows.jsonl.gz"), gzipSync(LINES));
  writeFileSync(join(dir, "rows.json"), JSON.stringify(ROWS));
  writeFileSync(join(dir, "rows.csv"), `row,text\n${ROWS.map(({ row, text }) => `${row},${text}`).join("\n")}\n`);
  const columns = {
    row: vectorFromArray(
      ROWS.map(({ row }) => row),
      new Int32(),
    ),
    text: vectorFromArray(
      ROWS.map(({ text }) => text),
      new Utf8(),
    ),
  };
  writeFileSync(join(dir, "rows.arrow"), tableToIPC(new Table(columns), "stream"));
  const sink = await openRowSink(join(dir, "rows.parquet"));
  try {
    await sink.write(ROWS);
    await sink.commit();
  } finally {
    await sink.abort();
  }
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Result of a reader for a file: it differs whenever a row does. */
async function rowsOf(path: string): Promise<string> {
  let found = "";
  for await (const { rows, dropped } of readRows(path, { source: "a" }))
    found += `${rows.map(({ id }) => id).join()} ${dropped.length};`;
  return found.replaceAll(/ 0;/g, ",");
}

const READERS = ["rows.jsonl", "rows.jsonl.gz", "rows.json", "rows.csv", "rows.arrow", "rows.parquet"].map((name) => ({
  name,
  read: rowsOf,
}));

test.each([...READERS, { name: "rows.jsonl", read: (path: string) => readText(path) }])(
  "$name: whichever call fails, all rows are read or it is said, and none is lost silently",
  async ({ name, read }) => {
    const path = join(dir, name);
    const whole = await read(path);
    expect(whole.length).toBeGreaterThan(1000);
    let points = 0;
    for (const code of DISK_ERRORS) {
      for (let nth = 1, isReached = true; isReached; nth++) {
        let answer: string | undefined;
        let thrown: unknown;
        isReached = await withFailingCall({ below: dir, nth, code, of: "read" }, async () => {
          [answer, thrown] = await read(path).then(
            (found) => [found, undefined] as const,
            (error: unknown) => [undefined, error] as const,
          );
        });
        const place = `${code} at call ${nth}`;
        if (!isReached) expect(answer, place).toBe(whole);
        if (!isReached) continue;
        points += 1;
        if (answer !== undefined) expect(answer, place).toBe(whole);
        else {
          expect(thrown, place).toBeInstanceOf(Failure);
          expect((thrown as Failure).kind, place).toBe("outside");
          expect((thrown as Failure).message, place).toContain(path);
        }
      }
    }
    expect(points).toBeGreaterThan(DISK_ERRORS.length);
  },
);
