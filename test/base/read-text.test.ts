import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { decodeText, readText } from "../../src/base/read-text.ts";
import { catchFailure, catchFailureAsync } from "../catch-failure.ts";
import { longTest } from "../long-suite.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-read-"));
});
afterAll(() => rm(dir, { recursive: true }));

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));

describe("bytes are decoded as strict UTF-8", () => {
  test("a byte-order mark is dropped and CRLF becomes LF, a lone CR stays", () => {
    expect(decodeText(bytes([0xef, 0xbb, 0xbf], "a: 1\r\nb: é\r"), "x.yaml")).toBe("a: 1\nb: é\r");
  });

  longTest("text without CR comes back as it was, whatever it holds", () => {
    const text = fc.string({ unit: "binary" }).filter((each) => !/[\0\r]/.test(each) && !each.startsWith("\ufeff"));
    fc.assert(fc.property(text, (each) => decodeText(Buffer.from(each), "x") === each));
  });

  test.each([
    ["little", [0xff, 0xfe, 0x61, 0x00]],
    ["big", [0xfe, 0xff, 0x00, 0x61]],
  ])("UTF-16 (%s endian) is named and the conversion is given", (_end, raw) => {
    const failure = catchFailure(() => decodeText(bytes(raw), "rows.csv"));
    expect(failure.message).toBe("rows.csv is UTF-16, expected UTF-8");
    expect(failure.hint).toBe("convert it: iconv -f UTF-16 -t UTF-8 rows.csv > new-file");
  });

  test.each([
    ["little", Buffer.from("id,model", "utf16le"), "UTF-16LE"],
    ["big", Buffer.from("id,model", "utf16le").swap16(), "UTF-16BE"],
  ])("UTF-16 without a mark (%s endian) is named too", (_end, bytes, encoding) => {
    const failure = catchFailure(() => decodeText(bytes, "rows.csv"));
    expect(failure.message).toBe("rows.csv looks like UTF-16 without a byte-order mark, expected UTF-8");
    expect(failure.hint).toBe(`convert it: iconv -f ${encoding} -t UTF-8 rows.csv > new-file`);
  });

  test("a zero byte says that the file is binary, and where", () => {
    expect(catchFailure(() => decodeText(bytes("PAR1", [0, 1]), "data")).message).toBe(
      "data is binary: byte 4 is zero",
    );
  });

  test.each([
    ["a Latin-1 letter", bytes("ok\nok\nna", [0xef], "ve\n"), "line 3: byte 0xef"],
    ["a lone continuation byte", bytes("a\n", [0x80]), "line 2: byte 0x80"],
    ["an overlong slash", bytes([0xc0, 0xaf]), "line 1: byte 0xc0"],
    ["a surrogate", bytes("x\n\n", [0xed, 0xa0, 0x80]), "line 3: byte 0xed"],
  ])("%s is refused with its line and byte", (_what, raw, place) => {
    const failure = catchFailure(() => decodeText(raw, "rows.csv"));
    expect(failure.message).toBe(`rows.csv, ${place} is not UTF-8`);
    expect(failure.hint).toContain("WINDOWS-1252");
  });

  test("a file that ends within a character is refused", () => {
    expect(catchFailure(() => decodeText(bytes("a\nb", [0xe2, 0x82]), "x")).message).toContain("x, line 2");
  });

  test("a replacement character that the author wrote is not taken for a broken byte", () => {
    expect(decodeText(bytes("a \ufffd b"), "x")).toBe("a \ufffd b");
  });
});

describe("a file is read whole", () => {
  test("with its text", async () => {
    const path = join(dir, "ok.txt");
    await writeFile(path, "text\r\n");
    expect(await readText(path)).toBe("text\n");
  });

  test("unless it does not exist, is a folder, or is larger than asked", async () => {
    const path = join(dir, "large.txt");
    await writeFile(path, "x".repeat(11));
    const missing = await catchFailureAsync(() => readText(join(dir, "none.txt")));
    expect([missing.kind, missing.message]).toEqual(["not_found", `${join(dir, "none.txt")} does not exist`]);
    expect((await catchFailureAsync(() => readText(join(path, "below.txt")))).kind).toBe("not_found");
    expect((await catchFailureAsync(() => readText(dir))).message).toBe(`${dir} is a folder, not a file`);
    expect((await catchFailureAsync(() => readText(path, { maxBytes: 10 }))).message).toContain(
      "has 11 bytes, more than the limit of 10",
    );
    expect(await readText(path, { maxBytes: 11 })).toHaveLength(11);
  });

  test("unless it is a pipe or a device, which may never end", async () => {
    const [pipe, zero] = [join(dir, "pipe"), join(dir, "zero")];
    execFileSync("mkfifo", [pipe]);
    await symlink("/dev/zero", zero);
    for (const path of [pipe, zero]) {
      const { kind, message } = await catchFailureAsync(() => readText(path, { shown: "prices.csv" }));
      expect([kind, message]).toEqual(["bad_input", "prices.csv is not a regular file"]);
    }
  });

  test.skipIf(!existsSync("/proc/self/maps"))("up to its limit where its size is not known before", async () => {
    const { message } = await catchFailureAsync(() => readText("/proc/self/maps", { maxBytes: 10 }));
    expect(message).toBe("/proc/self/maps has more than 10 bytes, the limit for a file that is read in one piece");
    expect((await readText("/proc/self/maps")).length).toBeGreaterThan(10);
  });

  test("and is called in messages as the user wrote it", async () => {
    const { message } = await catchFailureAsync(() => readText(join(dir, "none.txt"), { shown: "none.txt" }));
    expect(message).toBe("none.txt does not exist");
  });
});
