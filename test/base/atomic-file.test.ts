import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { atomicFile, refuseOverwrite } from "../../src/base/atomic-file.ts";
import { sha256 } from "../../src/base/hash.ts";
import { hashFile } from "../../src/base/hash-file.ts";

const folder = mkdtempSync(join(tmpdir(), "tunewright-atomic-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a file written in parts", () => {
  test("is not seen before it is whole, and then holds all parts in order", async () => {
    const path = join(folder, "deep", "rows.jsonl");
    const file = await atomicFile(path);
    const parts = Array.from({ length: 50 }, (_, index) => `${index}`.repeat(60_000));
    for (const part of parts) await file.write(part);
    await file.write(Uint8Array.of(10));
    expect(existsSync(path)).toBe(false);
    await file.commit();
    await file.abort(); // does nothing
    const whole = `${parts.join("")}\n`;
    expect(readFileSync(path, "utf8")).toBe(whole);
    expect(await hashFile(path)).toBe(sha256(whole));
  });

  test("that is given up leaves the old one, and nothing else", async () => {
    const path = join(folder, "old.txt");
    writeFileSync(path, "old");
    const file = await atomicFile(path);
    await file.write("new");
    await file.abort();
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder).filter((name) => name.includes("old.txt"))).toEqual(["old.txt"]);
  });

  test("fails where its folder is a file", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(atomicFile(join(folder, "file", "x"))).rejects.toThrow(/cannot write .*file/);
    await expect(hashFile(join(folder, "none"))).rejects.toThrow("none");
  });

  test("does not replace a file that is there, unless told so", () => {
    const path = join(folder, "mine");
    writeFileSync(path, "");
    expect(() => refuseOverwrite(path, false)).toThrow("already exists");
    expect(() => refuseOverwrite(path, true)).not.toThrow();
    expect(() => refuseOverwrite(join(folder, "free"), false)).not.toThrow();
  });
});
