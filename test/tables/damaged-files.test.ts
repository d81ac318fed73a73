import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { tableFromArrays, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";

import { READ_LIMITS } from "../../src/tables/limits.ts";
import { openRows } from "../../src/tables/read-rows.ts";
import { MAIN } from "../cli/run-cli.ts";
import { ARROW, describeDamage, folder } from "./damage.ts";
import { longCases } from "../long-suite.ts";

// `test/full` does eight times as much.
describeDamage({ flippedBits: 20, cuts: 10, changedNumbers: 30 });

test("an Arrow file whose offsets lead outside its values says which column", async () => {
  const bytes = Buffer.from(readFileSync(ARROW[2]!));
  const lists = Int32Array.from({ length: 6 }, (_, index) => index * 2); // 0, 2, 4: two messages a row
  const at = bytes.indexOf(Buffer.from(lists.buffer));
  expect(at).toBeGreaterThan(0);
  bytes.writeInt32LE(0x7f00_0000, at + 8);
  const path = join(folder, "offsets.arrow");
  writeFileSync(path, bytes);
  const { items } = await openRows(path, READ_LIMITS);
  await expect(items.next()).rejects.toThrow('column "messages": its offsets decrease');
});

/** Writes a stream of 400,000 rows, which takes longer to read than the wait of the tests. */
function writeLarge(path: string): void {
  const rows = 400_000;
  const text = Array.from({ length: 1000 }, (_, row) => `text ${row}`);
  const table = tableFromArrays({
    text: Array.from({ length: rows }, (_, row) => text[row % 1000]!),
    n: new Int32Array(rows),
  });
  writeFileSync(path, tableToIPC(table, "stream"));
}

test.each(longCases(0, ["SIGINT", "SIGTERM"] as const))("%s is heard while a batch is read", async (signal) => {
  const path = join(folder, "large.arrow");
  if (!existsSync(path)) writeLarge(path);
  for (;;) {
    const child = spawn(process.execPath, [MAIN, "data", "inspect", path, "--exact"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    await new Promise((resolve) => child.stderr.once("data", resolve)); // it says what it reads
    await sleep(100);
    const isReading = child.exitCode === null; // on a loaded machine this wait may be longer than the reading
    child.kill(signal);
    const code = await ended;
    if (!isReading) continue;
    expect(code).toBe(130);
    break;
  }
  expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
});
