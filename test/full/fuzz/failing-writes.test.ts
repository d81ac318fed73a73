import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { atomicFile } from "../../../src/base/atomic-file.ts";
import { atomicWrite } from "../../../src/base/atomic-write.ts";
import { Failure } from "../../../src/base/failure.ts";
import { openRowSink } from "../../../src/tables/open-row-sink.ts";
import { DISK_ERRORS, withFailingCall } from "./failing-disk.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-failing-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const ROWS = Array.from({ length: 20_000 }, (_each, row) => ({ row, text: "some text that takes room ".repeat(4) }));

const sink = (name: string) => async (): Promise<void> => {
  const out = await openRowSink(join(dir, name));
  try {
    for (let start = 0; start < ROWS.length; start += 5000) await out.write(ROWS.slice(start, start + 5000));
    await out.commit();
  } finally {
    await out.abort();
  }
};

const WRITERS: readonly { name: string; write: () => Promise<void> }[] = [
  { name: "report.html", write: () => atomicWrite(join(dir, "report.html"), "new ".repeat(100_000)) },
  { name: "sub/report.html", write: () => atomicWrite(join(dir, "sub/report.html"), "new") },
  {
    name: "parts.bin",
    write: async () => {
      const file = await atomicFile(join(dir, "parts.bin"));
      try {
        for (let part = 0; part < 4; part++) await file.write("part ".repeat(200_000));
        await file.commit();
      } finally {
        await file.abort();
      }
    },
  },
  { name: "rows.jsonl", write: sink("rows.jsonl") },
  { name: "rows.jsonl.gz", write: sink("rows.jsonl.gz") },
  { name: "rows.json", write: sink("rows.json") },
  { name: "rows.parquet", write: sink("rows.parquet") },
];

test.each(WRITERS)(
  "$name: whichever call fails, the old file or the whole new one stands, nothing else, and it is said",
  async ({ name, write }) => {
    const path = join(dir, name);
    await write();
    const whole = readFileSync(path);
    let points = 0;
    for (const code of DISK_ERRORS) {
      for (let nth = 1, isReached = true; isReached; nth++) {
        if (existsSync(path)) writeFileSync(path, "old");
        let thrown: unknown;
        isReached = await withFailingCall({ below: dir, nth, code }, async () => {
          thrown = await write().then(
            () => undefined,
            (error: unknown) => error,
          );
        });
        const place = `${code} at call ${nth}`;
        const left = readFileSync(path);
        if (thrown === undefined) expect(left.equals(whole), place).toBe(true);
        else {
          expect(thrown, place).toBeInstanceOf(Failure);
          expect((thrown as Failure).kind, place).toBe("outside");
          expect((thrown as Failure).message, place).toContain(path);
          expect(left.equals(whole) || left.toString() === "old", place).toBe(true);
        }
        const names = readdirSync(dir, { recursive: true }).map(String);
        expect(
          names.filter((each) => each !== "sub" && each !== name),
          place,
        ).toEqual([]);
        points += 1;
        expect(nth).toBeLessThan(1000);
      }
    }
    expect(points).toBeGreaterThan(8);
  },
);
