import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Failure } from "../../src/base/failure.ts";
import { seededRandom } from "../../src/base/random.ts";
import { READ_LIMITS } from "../../src/tables/limits.ts";
import { openRows } from "../../src/tables/read-rows.ts";

// Written by pyarrow 26.0.1 (write_page_checksum=True) and zstd 1.5.7 (--check). Of 240 damaged files of eight kinds
// (a flipped bit or a cut), pyarrow 26.0.1 with full validation and page checksums, zstd -t and gzip -t refuse 186: no
// such file may come through with other rows.
const FIXTURES = fileURLToPath(new URL("../fixtures/", import.meta.url));
/** Fixtures in Arrow's format. */
export const ARROW = ["file.feather", "zstd.arrow", "plain.arrow", "stream.arrow"].map((name) =>
  join(FIXTURES, "arrow", name),
);
const CHECKED = ["rows.jsonl.zst", "rows.parquet"].map((name) => join(FIXTURES, "checksums", name));

/** Folder of the files of a test file. Files share this module, so each makes its own folder. */
export let folder = "";

/** The rows of bytes as a file with the given name; undefined if they are rejected. Any other error is a bug. */
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

/** Rounds of damage done to a file of each kind. */
export type Rounds = { flippedBits: number; cuts: number; changedNumbers: number };

/** The laws of damaged files, each tried so many times, in a folder that is removed at the end of the test file. */
export function describeDamage({ flippedBits, cuts, changedNumbers }: Rounds): void {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tunewright-damaged-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
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
      for (let round = 0; round < flippedBits; round++) {
        const rows = await rowsOf(basename(path), flipped(bytes, Math.floor(random() * end * 8)));
        if (rows === undefined) refused += 1;
        else expect(rows).toBe(whole);
      }
      expect(refused).toBeGreaterThan((flippedBits * 2) / 3);
    });
  });

  describe("an Arrow file", () => {
    test.each(ARROW)("%s: cut anywhere is refused", async (path) => {
      const bytes = readFileSync(path);
      const ends = new Set(
        Array.from({ length: cuts }, (_, index) => 16 + Math.floor((index * (bytes.length - 16)) / cuts)),
      );
      // Where a message begins a batch has just ended.
      for (let at = 8; at < bytes.length - 8; at += 8) if (bytes.readUInt32LE(at) === 0xffff_ffff) ends.add(at);
      for (const end of ends)
        expect(await rowsOf(basename(path), bytes.subarray(0, end)), `${end} bytes`).toBeUndefined();
    });

    test.each(ARROW)("%s: with any number in it changed is refused, or has as many rows", async (path) => {
      const bytes = readFileSync(path);
      const random = seededRandom(7);
      for (let round = 0; round < changedNumbers; round++) {
        const damaged = Buffer.from(bytes);
        const at = Math.floor((random() * bytes.length) / 4) * 4;
        if (round % 2 === 0) damaged.writeInt32LE(round % 4 === 0 ? 0x7fff_fff0 : -8, Math.min(at, bytes.length - 4));
        else damaged[at + 3]! ^= 1 << Math.floor(random() * 8);
        const rows = await rowsOf(basename(path), damaged);
        if (rows !== undefined) expect(rows.trimEnd().split("\n"), `byte ${at}`).toHaveLength(120);
      }
    });
  });
}
