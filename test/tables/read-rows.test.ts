import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { READ_LIMITS } from "../../src/tables/limits.ts";
import { openRows } from "../../src/tables/read-rows.ts";
import { catchFailureAsync } from "../catch-failure.ts";
import { rowsOf } from "./row-items.ts";

const folder = mkdtempSync(join(tmpdir(), "tunewright-rows-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([64, 1_000, 4_000_000])(
  "a delimiter is found in chunks of %i bytes, and no row is lost",
  async (chunkBytes) => {
    const path = join(folder, "a.csv");
    writeFileSync(path, `text;label\n${"a, b;c\n".repeat(3_000)}`);
    const source = await openRows(path, { ...READ_LIMITS, chunkBytes });
    expect(source.delimiter).toBe("semicolon");
    const rows = await rowsOf(source.items);
    expect([rows.length, rows.at(-1)]).toEqual([3_000, { line: 3_001, text: '{"text":"a, b","label":"c"}' }]);
  },
);

const openFiles = (): string[] =>
  readdirSync("/proc/self/fd").map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      return ""; // the one that listed the folder
    }
  });

describe.skipIf(!existsSync("/proc/self/fd"))("a file is closed (needs /proc)", () => {
  test.each([
    ["large.csv", "text,label\n".repeat(8_000)],
    ["large.json", `[${'{"text": "a"},\n'.repeat(8_000)}{}]`],
    ["large.jsonl", '{"text": "a"}\n'.repeat(8_000)],
  ])("if none of its rows is read, or only the first: %s", async (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    const unread = await openRows(path, { ...READ_LIMITS, chunkBytes: 4_096 });
    expect(openFiles()).not.toContain(path);
    await unread.items.return(undefined);
    const { items } = await openRows(path, { ...READ_LIMITS, chunkBytes: 4_096 });
    await items.next();
    await items.return(undefined);
    expect(openFiles()).not.toContain(path);
  });
});

test.skipIf(!existsSync("/proc/self/fd"))("a file whose delimiter is in doubt is closed (needs /proc)", async () => {
  const path = join(folder, "doubt.csv");
  writeFileSync(path, "a;b,c\n1;2,3\n".repeat(20_000));
  const failure = await catchFailureAsync(() => openRows(path));
  expect(failure.message).toContain("its delimiter could be");
  expect(openFiles()).not.toContain(path);
});
