import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openRowSink } from "../../src/tables/open-row-sink.ts";
import { columnsOf, pageProblem } from "../../src/tables/parquet-pages.ts";
import { openRows } from "../../src/tables/read-rows.ts";
import { thriftInteger, thriftReader } from "../../src/tables/thrift-compact.ts";
import { rowsOf } from "./row-items.ts";

const ROWS = Array.from({ length: 3000 }, (_, index) => ({
  id: index,
  text: `row ${index} of the table ${"x".repeat(index % 40)}`,
  kind: ["a", "b", "c"][index % 3],
  list: [index, { name: `n${index % 7}` }],
  score: index / 7,
}));

let folder: string;
let path: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tunewright-pages-"));
  path = join(folder, "rows.parquet");
  const sink = await openRowSink(path);
  await sink.write(ROWS);
  await sink.commit();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a Parquet file that is written", () => {
  test("has the same rows as before its checksums were added", async () => {
    const rows = await rowsOf((await openRows(path)).items);
    expect(rows.map((row) => ("text" in row ? (JSON.parse(row.text) as unknown) : row))).toEqual(ROWS);
  });

  test("is refused for any changed bit of a page", async () => {
    expect(await pageProblem(path)).toBeUndefined();
    const bytes = readFileSync(path);
    const damaged = join(folder, "damaged.parquet");
    for (const place of await bodies()) {
      const changed = Buffer.from(bytes);
      changed[place]! ^= 1 << (place % 8);
      writeFileSync(damaged, changed);
      await expect(rowsOf((await openRows(damaged)).items)).rejects.toThrow("checksum mismatch");
    }
  });
});

/** Three bytes of the contents of each page. */
async function bodies(): Promise<number[]> {
  const file = await open(path, "r");
  const bytes = readFileSync(path);
  try {
    const places: number[] = [];
    for (const { from, to } of (await columnsOf(file, bytes.length))!) {
      for (let place = from; place < to;) {
        const reader = thriftReader(bytes.subarray(place, to));
        const header = reader.struct();
        const [start, length] = [place + reader.position(), Number(header.get(3))];
        expect(header.has(4)).toBe(true);
        places.push(start, start + (length >> 1), start + length - 1);
        place = start + length;
      }
    }
    expect(places.length).toBeGreaterThan(12);
    return places;
  } finally {
    await file.close();
  }
}

test("integers of Thrift are read as they were written", () => {
  for (const value of [0, 1, -1, 63, -64, 64, 2 ** 31 - 1, -(2 ** 31), 2 ** 53 - 1]) {
    const struct = Buffer.concat([Buffer.from([0x16]), thriftInteger(value), Buffer.from([0])]);
    expect(thriftReader(struct).struct().get(1)).toBe(value);
  }
});
