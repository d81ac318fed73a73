import fs from "node:fs";
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
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

  test("may have white space around it, up to 1,024 bytes in all", async () => {
    await stated(KEY + "\n".repeat(1024 - KEY.length));
    expect(placeKey("x")).toBe(await expectedKey("x"));
  });

  test("is read once, so that a run ends with the key that it began with", async () => {
    await stated(KEY);
    const before = placeKey("x");
    await rm(path);
    expect(placeKey("x")).toBe(before);
    expect(await readdir(join(dir, "keys"))).toEqual([]);
  });

  test("of Windows is taken with any mode, because modes say nothing there", async () => {
    await stated(KEY, 0o644);
    const platform = Object.getOwnPropertyDescriptor(process, "platform")!;
    Object.defineProperty(process, "platform", { ...platform, value: "win32" });
    try {
      expect(placeKey("x")).toBe(await expectedKey("x"));
    } finally {
      Object.defineProperty(process, "platform", platform);
    }
  });

  test("is made in folders that do not exist yet", async () => {
    path = join(dir, "a", "b", "c", "seal.key");
    vi.stubEnv("TUNEWRIGHT_SEAL_KEY_FILE", path);
    placeKey("x");
    expect(await readdir(join(dir, "a", "b", "c"))).toEqual(["seal.key"]);
  });

  test("that cannot be read is an error with its cause", async () => {
    await mkdir(path, { recursive: true, mode: 0o700 });
    expect(catchFailure(() => placeKey("x"))).toMatchObject({
      kind: "bad_input",
      message: expect.stringContaining(path),
    });
  });
});

describe("a key that has to be made", () => {
  test.each(["EPERM", "ENOTSUP", "ENOSYS", "EMLINK"])(
    "is renamed into place where the file system has no second names (%s)",
    async (code) => {
      const key = await withLink(
        () => {
          throw systemError(code);
        },
        () => placeKey("x"),
      );
      expect(await readdir(join(dir, "keys"))).toEqual(["seal.key"]);
      expect(await readFile(path, "utf8")).toMatch(/^[0-9a-f]{64}\n$/);
      expect(placeKey("x")).toBe(key);
    },
  );

  test("is the other's where another process makes one at that moment", async () => {
    const key = await withLink(
      (link, from, to) => {
        fs.writeFileSync(to, KEY, { mode: 0o600 });
        link(from, to);
      },
      () => placeKey("x"),
    );
    expect(key).toBe(await expectedKey("x"));
    expect(await readFile(path, "utf8")).toBe(KEY);
    expect(await readdir(join(dir, "keys"))).toEqual(["seal.key"]);
  });

  test("leaves nothing where the disk fails, and passes on what is a bug", async () => {
    const full = () => {
      throw systemError("ENOSPC");
    };
    const failure = await withLink(full, async () => catchFailure(() => placeKey("x")));
    expect(failure).toMatchObject({
      kind: "outside",
      message: `cannot write ${path}: the disk is full`,
      hint: "set TUNEWRIGHT_SEAL_KEY_FILE to a file that this user can write: it stores the key that seals the artefacts of data run",
    });
    expect(failure.cause).toMatchObject({ name: "Failure", message: failure.message });
    expect(await readdir(join(dir, "keys"))).toEqual([]);
    const bug = new TypeError("not of the system");
    const broken = () => {
      throw bug;
    };
    await withLink(broken, () => expect(() => placeKey("x")).toThrow(bug));
    expect(await readdir(join(dir, "keys"))).toEqual([]);
  });
});

/** HMAC-SHA-256 of a place under KEY, by its definition. */
async function expectedKey(place: string): Promise<string> {
  const { createHmac } = await import("node:crypto");
  return createHmac("sha256", Buffer.from(KEY, "hex")).update(`tunewright ${place}`).digest("hex");
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code, syscall: "link", errno: -1 });
}

type Link = (from: string, to: string) => void;

/** Runs a work while the call that gives a file its second name does something else. */
async function withLink<T>(instead: (link: Link, from: string, to: string) => void, work: () => T): Promise<T> {
  const real = fs.linkSync;
  fs.linkSync = (from, to) => instead(real, String(from), String(to));
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    fs.linkSync = real;
    syncBuiltinESMExports();
  }
}
