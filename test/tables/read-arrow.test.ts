import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { tableFromArrays, tableToIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { READ_LIMITS } from "../../src/tables/limits.ts";
import { openRows } from "../../src/tables/read-rows.ts";
import { catchFailureAsync } from "../catch-failure.ts";

/** Written by pyarrow 26.0.1 in batches of 50 rows: Feather with LZ4, with zstd, uncompressed, and as a stream. */
const FIXTURES = fileURLToPath(new URL("../fixtures/arrow/", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tunewright-arrow-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function rowsOf(path: string, limits: Partial<typeof READ_LIMITS> = {}): Promise<string[]> {
  const { container, items } = await openRows(path, { ...READ_LIMITS, ...limits });
  expect(container).toBe("arrow");
  const rows: string[] = [];
  for await (const item of items) {
    if (item.kind === "bad-row") rows.push(`${item.finding} at ${item.line}`);
    else {
      expect(item.firstLine).toBe(rows.length);
      rows.push(...Buffer.from(item.bytes).toString("utf8").trimEnd().split("\n"));
    }
  }
  return rows;
}

describe("rows of Arrow files as pyarrow writes them", () => {
  test.each(["file.feather", "zstd.arrow", "plain.arrow", "stream.arrow"])("%s", async (name) => {
    const rows = await rowsOf(join(FIXTURES, name));
    expect(rows).toHaveLength(120);
    expect(rows[7]).toBe(
      '{"messages":[{"role":"user","content":"Frage 7 äß 😀"},{"role":"assistant","content":"xxxxxxx"}],"score":1.75,' +
        '"big":4611686018427387911,"flag":false,"day":"2026-11-08","at":"2026-11-25 23:00:07.250",' +
        '"meta":{"lang":"de","n":[7,null]},"raw":"B/8=","label":"b"}',
    );
    expect(rows[5]).toContain('"score":null');
  });

  test("in chunks of any size", async () => {
    const rows = await rowsOf(join(FIXTURES, "stream.arrow"));
    for (const chunkBytes of [7, 1000])
      expect(await rowsOf(join(FIXTURES, "stream.arrow"), { chunkBytes })).toEqual(rows);
  });

  test("a row beyond the limit is a finding", async () => {
    const rows = await rowsOf(join(FIXTURES, "stream.arrow"), { lineBytes: 250 });
    expect(rows.filter((row) => row.startsWith("too-long at")).length).toBeGreaterThan(0);
    expect(rows).toHaveLength(120);
  });
});

describe("what is no such file is refused", () => {
  test("a torn one", async () => {
    const whole = readFileSync(join(FIXTURES, "stream.arrow"));
    for (const share of [0.1, 0.5, 0.9]) {
      const path = join(folder, "torn.arrow");
      writeFileSync(path, whole.subarray(0, Math.floor(whole.length * share)));
      await expect(rowsOf(path)).rejects.toThrow(/cannot be read as Arrow/);
    }
  });

  test("a file of the library for JavaScript, whose schema stands behind its rows: it says what to do", async () => {
    const path = join(folder, "js.arrow");
    writeFileSync(path, tableToIPC(tableFromArrays({ id: [1, 2] }), "file"));
    expect(await catchFailureAsync(() => rowsOf(path))).toMatchObject({
      kind: "bad_input",
      message: `${path} cannot be read as Arrow: no schema precedes its rows`,
      hint: 'the JavaScript library writes such files; write a stream instead: tableToIPC(table, "stream")',
    });
  });

  test("text, and a type that JSON has no value for, and too many columns", async () => {
    const path = join(folder, "text.arrow");
    writeFileSync(path, '{"text": "a"}\n'.repeat(100));
    await expect(rowsOf(path)).rejects.toThrow(/text\.arrow/);
    await expect(rowsOf(join(FIXTURES, "decimal.arrow"))).rejects.toThrow(/column "price" is of the type Decimal/);
    await expect(rowsOf(join(FIXTURES, "stream.arrow"), { columns: 3 })).rejects.toThrow(/has 9 columns, more than 3/);
  });
});
