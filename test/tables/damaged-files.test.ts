import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { tableFromArrays, tableToIPC } from "apache-arrow";
import { afterAll, describe, expect, test } from "vitest";

import { Failure } from "../../src/base/failure.ts";
import { seededRandom } from "../../src/base/random.ts";
import { READ_LIMITS } from "../../src/tables/limits.ts";
import { openRows } from "../../src/tables/read-rows.ts";
import { MAIN } from "../cli/run-cli.ts";

// Written by pyarrow 26.0.1 (write_page_checksum=True) and zstd 1.5.7 (--check). Of 240 damaged files of eight kinds
// (a flipped bit or a cut), pyarrow 26.0.1 with full validation and page checksums, zstd -t and gzip -t refuse 186: no
// such file may come through with other rows.
const FIXTURES = fileURLToPath(new URL("../fixtures/", import.meta.url));
const ARROW = ["file.feather", "zstd.arrow", "plain.arrow", "stream.arrow"].map((name) =>
  join(FIXTURES, "arrow", name),
);
const CHECKED = ["rows.jsonl.zst", "rows.parquet"].map((name) => join(FIXTURES, "checksums", name));

const folder = mkdtempSync(join(tmpdir(), "tunewright-damaged-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The rows of bytes as a file of a name; undefined where they are refused. Anything else that is thrown is a bug. */
async function rowsOf(name: string, bytes: Uint8Array): Promise<string | undefined> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  try {
    const { items } = await openRows(path, READ_LIMITS);
    let text = "";
    for await (const item of items)
      text += item.kind === "bad-row" ? `${item.finding}\n` : Buffer.from(item.bytes).toString();
    return text;
  } catch (error) {
    if (error instanceof Failure && error.kind === "bad_input") return undefined;
    throw error;
  }
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const damaged = Uint8Array.from(bytes);
  damaged[bit >> 3]! ^= 1 << (bit & 7);
  return damaged;
}

describe("a file with checksums", () => {
  test.each(CHECKED)("%s: no flipped bit gives other rows", async (path) => {
    const bytes = readFileSync(path);
    const whole = await rowsOf(basename(path), bytes);
    expect(whole?.trimEnd().split("\n")).toHaveLength(200);
    // The footer of Parquet has no checksum: a column renamed there is renamed for every reader.
    const isParquet = path.endsWith(".parquet");
    const end = isParquet ? bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8) : bytes.length;
    const random = seededRandom(13);
    let refused = 0;
    for (let round = 0; round < 150; round++) {
      const rows = await rowsOf(basename(path), flipped(bytes, Math.floor(random() * end * 8)));
      if (rows === undefined) refused += 1;
      else expect(rows).toBe(whole);
    }
    expect(refused).toBeGreaterThan(100);
  });
});

describe("an Arrow file", () => {
  test.each(ARROW)("%s: cut anywhere is refused", async (path) => {
    const bytes = readFileSync(path);
    const ends = new Set(Array.from({ length: 80 }, (_, index) => 16 + Math.floor((index * (bytes.length - 16)) / 80)));
    // Where a message begins a batch has just ended.
    for (let at = 8; at < bytes.length - 8; at += 8) if (bytes.readUInt32LE(at) === 0xffff_ffff) ends.add(at);
    for (const end of ends)
      expect(await rowsOf(basename(path), bytes.subarray(0, end)), `${end} bytes`).toBeUndefined();
  });

  test.each(ARROW)("%s: with any number in it changed is refused, or has as many rows", async (path) => {
    const bytes = readFileSync(path);
    const random = seededRandom(7);
    for (let round = 0; round < 250; round++) {
      const damaged = Buffer.from(bytes);
      const at = Math.floor((random() * bytes.length) / 4) * 4;
      if (round % 2 === 0) damaged.writeInt32LE(round % 4 === 0 ? 0x7fff_fff0 : -8, Math.min(at, bytes.length - 4));
      else damaged[at + 3]! ^= 1 << Math.floor(random() * 8);
      const rows = await rowsOf(basename(path), damaged);
      if (rows !== undefined) expect(rows.trimEnd().split("\n"), `byte ${at}`).toHaveLength(120);
    }
  });

  test("whose offsets lead outside its values says which column", async () => {
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
});

test.each(["SIGINT", "SIGTERM"] as const)("%s is heard while a batch is read", async (signal) => {
  const rows = 400_000;
  const path = join(folder, "large.arrow");
  const text = Array.from({ length: 1000 }, (_, row) => `text ${row}`);
  const table = tableFromArrays({
    text: Array.from({ length: rows }, (_, row) => text[row % 1000]!),
    n: new Int32Array(rows),
  });
  writeFileSync(path, tableToIPC(table, "stream"));
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
