import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterAll, describe, expect, test } from "vitest";

import { profileDataset } from "../../../src/curate/profile/profile.ts";
import { openBytes } from "../../../src/tables/read-bytes.ts";
import { catchFailureAsync } from "../../catch-failure.ts";

const folder = mkdtempSync(join(tmpdir(), "tunewright-failures-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function write(content: string | Uint8Array, extension = ".jsonl"): string {
  files += 1;
  const path = join(folder, `${files}${extension}`);
  writeFileSync(path, content);
  return path;
}
const scan = (content: string | Uint8Array, extension: string) =>
  profileDataset(write(content, extension), { tokenizer: "characters" });
const readable = '{"text":"readable"}';

describe("a broken file is refused with what to do", () => {
  const cases: [name: string, content: string | Uint8Array, extension: string][] = [
    ["empty", "", ".jsonl"],
    ["blank", "\n \n\n", ".jsonl"],
    ["blank array", "[]", ".json"],
    ["header only", "text\n", ".csv"],
    ["UTF-16 with a mark", Buffer.from(`\ufeff${readable}\n`, "utf16le"), ".jsonl"],
    ["UTF-16 without one", Buffer.from(`${readable}\n`, "utf16le"), ".jsonl"],
    ["binary", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 9, 9, 9, 9, 9, 9, 9, 9]), ".jsonl"],
    ["Parquet in disguise", Buffer.from("PAR1\u0015\u0004"), ".jsonl"],
    ["zip", Buffer.from("PK\u0003\u0004...."), ".jsonl"],
    ["torn gzip", gzipSync(`${readable}\n`.repeat(5_000)).subarray(0, 60), ".jsonl.gz"],
    ["web page", "<!doctype html>\n<html>\n</html>\n", ".jsonl"],
    ["Latin-1 throughout", Buffer.from('{"text":"caf\xe9"}\n', "latin1"), ".jsonl"],
    ["one pretty object", '{\n  "text": "a"\n}\n', ".json"],
    ["truncated array", '[{"text":"a"},\n{"text":"b"', ".json"],
    ["two arrays", '[{"text":"a"}]\n[{"text":"b"}]', ".json"],
    ["open quote", 'text\n"a\n', ".csv"],
    ["text in .parquet", readable, ".parquet"],
    ["unknown extension", readable, ".txt"],
  ];

  test("in golden words", async () => {
    const lines: string[] = [];
    for (const [name, content, extension] of cases) {
      const failure = await catchFailureAsync(() => scan(content, extension));
      const words = `${failure.message} | hint: ${failure.hint}`.replaceAll(new RegExp(`${folder}/\\d+`, "g"), "FILE");
      lines.push(`${name}: ${failure.kind}: ${words}`);
    }
    await expect(lines.join("\n")).toMatchFileSnapshot("../../golden/dataset-failures.txt");
  });

  test("or is not found, also where a link leads nowhere", async () => {
    symlinkSync(join(folder, "nowhere"), join(folder, "link.jsonl"));
    for (const name of ["none.jsonl", "none.parquet", "link.jsonl", "1.jsonl/x.jsonl"]) {
      const path = join(folder, name);
      const failure = await catchFailureAsync(() => profileDataset(path));
      expect([failure.kind, failure.message]).toEqual(["not_found", `${path} does not exist`]);
    }
  });

  test("or is a folder", async () => {
    const path = join(folder, "a.jsonl.d");
    mkdirSync(path);
    expect((await catchFailureAsync(() => profileDataset(path))).message).toBe(`${path} is a folder, not a file`);
  });

  test.skipIf(!existsSync("/dev/zero"))("or is not a regular file (needs /dev/zero)", async () => {
    expect((await catchFailureAsync(() => profileDataset("/dev/zero"))).message).toBe(
      "/dev/zero is not a regular file",
    );
  });

  test("or goes away, or turns into a folder, before its first byte is read", async () => {
    const path = write(readable);
    const [gone, folderNow] = [await openBytes(path, 100), await openBytes(path, 100)];
    rmSync(path);
    expect(await catchFailureAsync(() => gone.chunks.next())).toMatchObject({
      kind: "not_found",
      message: `${path} does not exist`,
    });
    mkdirSync(path);
    const failure = await catchFailureAsync(() => folderNow.chunks.next());
    expect(failure.kind).toBe("outside");
    expect(failure.message).toContain(`cannot read ${path}: EISDIR`);
  });

  test.skipIf(process.getuid?.() === 0)("or may not be read (root may read all, so it is skipped there)", async () => {
    const path = write(readable);
    chmodSync(path, 0);
    expect((await catchFailureAsync(() => profileDataset(path))).message).toBe(
      `${path} cannot be read: permission denied`,
    );
  });
});

describe("reading that is broken off leaves nothing behind", () => {
  const stop = new Error("stopped by the caller");
  const openFiles = (): string => readdirSync("/proc/self/fd").map(linkOf).join("\n");

  test.skipIf(!existsSync("/proc/self/fd")).each([
    [".jsonl", `${readable}\n`.repeat(1_000)],
    [".json", `[${readable}${`,${readable}`.repeat(1_000)}]`],
    [".csv", `text\n${"a\n".repeat(1_000)}`],
    [".jsonl.gz", gzipSync(`${readable}\n`.repeat(100_000))],
  ])("of a %s file: it is closed and nothing is written (needs /proc)", async (extension, content) => {
    const path = write(content, extension);
    const before = readdirSync(folder);
    const onProgress = (): void => {
      throw stop;
    };
    await expect(
      profileDataset(path, { tokenizer: "characters", limits: { chunkBytes: 64 }, onProgress }),
    ).rejects.toBe(stop);
    expect(readdirSync(folder)).toEqual(before);
    expect(openFiles()).not.toContain(path);
  });
});

function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return ""; // the one that listed the folder
  }
}
