import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { keyFile, placeKey, sealOf } from "../../../../src/curate/pipeline/storing/seal-key.ts";
import { catchFailure } from "../../../catch-failure.ts";
import { folderOf } from "../rows.ts";

const KEY = "ab".repeat(32);

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await folderOf({});
  path = join(dir, "keys", "seal.key");
  vi.stubEnv("TUNEWRIGHT_SEAL_KEY_FILE", path);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Puts a file where the key is looked for. */
async function stated(text: string, mode = 0o600): Promise<void> {
  await mkdir(join(dir, "keys"));
  await writeFile(path, text);
  await chmod(path, mode);
}

describe("the place of the key", () => {
  test("is the file that the environment names, else the user's data folder", () => {
    expect(keyFile({ TUNEWRIGHT_SEAL_KEY_FILE: "/k", XDG_DATA_HOME: "/data" })).toBe("/k");
    expect(keyFile({ TUNEWRIGHT_SEAL_KEY_FILE: "", XDG_DATA_HOME: "/data" })).toBe("/data/tunewright/seal.key");
    const home = join(homedir(), ".local", "share", "tunewright", "seal.key");
    expect([keyFile({}), keyFile({ XDG_DATA_HOME: "" })]).toEqual([home, home]);
  });
});

describe("a key", () => {
  test("is made once, of 64 hexadecimal digits that its owner alone reads, and nothing else is left", async () => {
    const seal = sealOf("a/first").sealed({ rows: 1 });
    expect(await readFile(path, "utf8")).toMatch(/^[0-9a-f]{64}\n$/);
    expect([(await stat(path)).mode & 0o777, (await stat(join(dir, "keys"))).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(await readdir(join(dir, "keys"))).toEqual(["seal.key"]);
    const text = await readFile(path, "utf8");
    sealOf("a/second").sealed({});
    expect(await readFile(path, "utf8")).toBe(text);
    expect(sealOf("b/first").unsealed(seal)).toEqual({ rows: 1 }); // the last part counts
    expect(sealOf("a/second").unsealed(seal)).toBeUndefined();
  });

  test("that exists is used, and opening alone makes none", async () => {
    expect(sealOf("x").unsealed("{}")).toBeUndefined();
    expect(await readdir(dir)).toEqual([]);
    await stated(`${KEY}\n`);
    // HMAC-SHA-256 of the words below by that key, as `openssl dgst -sha256 -mac HMAC -macopt hexkey:abab…` gives it.
    const { createHmac } = await import("node:crypto");
    const expected = createHmac("sha256", Buffer.from(KEY, "hex")).update("tunewright run-1").digest("hex");
    expect(placeKey("/somewhere/run-1")).toBe(expected);
    expect(placeKey("/somewhere/run-2")).not.toBe(expected);
    const seal = sealOf("run-1").sealed({ a: 1 });
    expect(sealOf("another", expected).unsealed(seal)).toEqual({ a: 1 }); // a worker has the key of its place
    expect(sealOf("another", KEY).unsealed(seal)).toBeUndefined();
    expect(sealOf("run-1").unsealed(sealOf("any", expected).sealed({ b: 2 }))).toEqual({ b: 2 });
  });

  test.each([0o640, 0o604, 0o622])("that others may read or write (%o) is refused", async (mode) => {
    await stated(KEY, mode);
    const failure = catchFailure(() => sealOf("x").sealed({}));
    expect(failure).toMatchObject({ kind: "bad_input", hint: `chmod 600 ${path}` });
    expect(failure.message).toBe(`${path} can be read or written by others, but it seals the artefacts of data run`);
  });

  test.each([
    ["too short", KEY.slice(1)],
    ["too long", `${KEY}a`],
    ["other letters", "g".repeat(64)],
    ["a line before it", `x\n${KEY}`],
    ["a large file", `${KEY}${" ".repeat(2000)}`],
    ["nothing", ""],
  ])("that is none is refused: %s", async (_what, text) => {
    await stated(text);
    expect(catchFailure(() => sealOf("x").sealed({}))).toMatchObject({
      kind: "bad_input",
      message: `${path} is not a valid key: expected 64 hexadecimal digits`,
      hint: "remove it: the next run creates a new key and repeats its work",
    });
    expect(await readFile(path, "utf8")).toBe(text);
  });
});
