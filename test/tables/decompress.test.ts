import { spawnSync } from "node:child_process";
import { gzipSync } from "node:zlib";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { decompressed, type ExpansionLimit } from "../../src/tables/decompress.ts";
import { zstdFrames } from "../../src/tables/zstd-frames.ts";
import { longTest } from "../long-suite.ts";

const hasZstd = spawnSync("zstd", ["--version"]).status === 0;

function zstd(content: Uint8Array, ...flags: string[]): Uint8Array {
  const { stdout, status } = spawnSync("zstd", ["-c", ...flags], { input: content, maxBuffer: 2 ** 30 });
  expect(status).toBe(0);
  return new Uint8Array(stdout);
}

async function content(
  bytes: Uint8Array,
  { size = 4096, limit }: { size?: number; limit?: ExpansionLimit } = {},
): Promise<Buffer> {
  const raw = (async function* () {
    const buffer = new Uint8Array(size); // reused, as the reader of files does
    for (let at = 0; at < bytes.length; at += size) {
      const part = bytes.subarray(at, at + size);
      buffer.set(part);
      yield buffer.subarray(0, part.length);
    }
  })();
  const parts: Buffer[] = [];
  for await (const chunk of decompressed(raw, "rows.jsonl.zst", limit)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

const TEXT = Buffer.from(Array.from({ length: 20_000 }, (_, index) => `{"text": "row ${index * 7919}"}\n`).join(""));

/** One frame by hand (RFC 8878): a block that says one byte so many times. */
function frame(descriptor: number[], blocks: number[][]): Uint8Array {
  return Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, ...descriptor, ...blocks.flat()]);
}
const repeated = (byte: number, times: number, isLast: boolean): number[] => {
  const header = (times << 3) | (1 << 1) | Number(isLast);
  return [header & 255, (header >> 8) & 255, header >> 16, byte];
};

describe("the content of a compressed file", () => {
  test("is refused by its extension where its first bytes are damaged, and read where it is text", async () => {
    for (const first of [0x29, 0x00, 0xff]) {
      const damaged = Uint8Array.from([first, 0xb5, 0x2f, 0xfd, 0x24, 0x2c, 0x61, 0x01]);
      await expect(content(damaged)).rejects.toMatchObject({
        kind: "bad_input",
        message: `rows.jsonl.zst is not a zstd file: its first bytes are ${first.toString(16).padStart(2, "0")} b5 2f fd`,
        hint: expect.stringContaining("zstd -t rows.jsonl.zst"),
      });
    }
    expect((await content(Buffer.from('{"text": "é"}'), { size: 11 })).toString()).toBe('{"text": "é"}'); // cut inside é
  });

  longTest.skipIf(!hasZstd)(
    "zstd at any level, with and without a checksum, several frames, chunks of any size, where zstd is installed",
    async () => {
      for (const flags of [["-1"], ["-19"], ["--no-check"], ["--long=27"], ["--fast=5"]]) {
        expect((await content(zstd(TEXT, ...flags))).equals(TEXT)).toBe(true);
      }
      const two = Buffer.concat([zstd(TEXT.subarray(0, 1000)), zstd(TEXT.subarray(1000))]);
      for (const size of [1, 7, 65_536]) expect((await content(two, { size })).equals(TEXT)).toBe(true);
    },
  );

  test.skipIf(!hasZstd)("a zstd file torn anywhere is refused, never read half, where zstd is installed", async () => {
    const whole = zstd(TEXT.subarray(0, 5000));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 5, max: whole.length - 1 }), async (end) => {
        await expect(content(whole.subarray(0, end))).rejects.toThrow(/truncated/);
      }),
      { numRuns: 60 },
    );
  });

  test("a zstd frame by hand, with a skippable one before it", async () => {
    const skippable = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9];
    const bytes = Uint8Array.from([
      ...skippable,
      ...frame([0, 0x58], [repeated(0x61, 5, false), repeated(0x62, 3, true)]),
    ]);
    expect((await content(bytes)).toString()).toBe("aaaaabbb");
  });

  test("gzip and plain bytes", async () => {
    expect((await content(gzipSync(TEXT))).equals(TEXT)).toBe(true);
    expect((await content(TEXT)).equals(TEXT)).toBe(true);
  });
});

describe("hostile files are refused before they fill the memory", () => {
  const limit = { freeBytes: 2 ** 20, ratio: 100 };

  test("a zstd bomb", async () => {
    const blocks = Array.from({ length: 1000 }, () => repeated(0x61, 131_072, false));
    const bomb = frame([0, 0x58], [...blocks, repeated(0x61, 1, true)]);
    expect(bomb.length).toBeLessThan(5000); // 131 MB of content
    await expect(content(bomb, { limit })).rejects.toThrow(
      /expands to \d+ times its size, more than 100: it may be a decompression bomb/,
    );
  });

  test("a gzip bomb", async () => {
    await expect(content(gzipSync(Buffer.alloc(20 * 2 ** 20, "a")), { limit })).rejects.toThrow(
      /it may be a decompression bomb/,
    );
  });

  test("a zstd frame that asks for gigabytes of window", async () => {
    await expect(content(frame([0, 0xa8], [repeated(0x61, 5, true)]))).rejects.toThrow(
      /needs 2048 MiB of memory, more than 128/,
    );
    const single = frame([0xe0, 0, 0, 0, 0, 1, 0, 0, 0], [repeated(0x61, 5, true)]);
    await expect(content(single)).rejects.toThrow(/needs 4096 MiB/);
  });

  test("the following of frames never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { follow } = zstdFrames();
        const found = follow(Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, ...bytes]));
        if (typeof found === "string") expect(found).not.toBe("");
        else for (const { at } of found) expect(at).toBeLessThanOrEqual(bytes.length + 4);
      }),
    );
  });
});
