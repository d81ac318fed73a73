import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { atomicWriteAll } from "../../src/base/atomic-write-all.ts";
import { catchFailureAsync } from "../catch-failure.ts";
import { longTest } from "../long-suite.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tunewright-atomic-all-"));
});
afterAll(() => rm(root, { recursive: true }));

describe("files that belong together", () => {
  test("are all written, in a folder that is made for them, with nothing left next to them", async () => {
    const dir = join(root, "a/b");
    await atomicWriteAll([
      [join(dir, "x"), "1"],
      [join(dir, "y"), "2"],
    ]);
    expect((await readdir(dir)).toSorted()).toEqual(["x", "y"]);
    expect(await readFile(join(dir, "y"), "utf8")).toBe("2");
  });

  test("stay as they were, all of them, where the last one cannot be written", async () => {
    const dir = join(root, "c");
    await atomicWriteAll([[join(dir, "x"), "old"]]);
    await mkdir(join(dir, "y"));
    const failure = await catchFailureAsync(() =>
      atomicWriteAll([
        [join(dir, "x"), "new"],
        [join(dir, "y"), "new"],
      ]),
    );
    expect([failure.kind, failure.message]).toEqual(["outside", `cannot write ${join(dir, "y")}: it is a folder`]);
    expect(await readFile(join(dir, "x"), "utf8")).toBe("old");
    expect((await readdir(dir)).toSorted()).toEqual(["x", "y"]);
  });
});

/** Mounts a file system of 256 KiB, or says why it cannot. */
function smallDisk(path: string): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "mounting a small disk needs root on Linux";
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", path], { stdio: "pipe" });
    return undefined;
  } catch {
    return "this machine does not let a test mount a disk";
  }
}

test("a full disk leaves the old files, and says so", async (context) => {
  const disk = join(root, "disk");
  await mkdir(disk);
  const reason = smallDisk(disk);
  if (reason !== undefined) context.skip(reason);
  try {
    await atomicWriteAll([
      [join(disk, "x"), "old x"],
      [join(disk, "y"), "old y"],
    ]);
    const failure = await catchFailureAsync(() =>
      atomicWriteAll([
        [join(disk, "x"), "new x"],
        [join(disk, "y"), "n".repeat(512 * 1024)],
      ]),
    );
    expect(failure.message).toBe(`cannot write ${join(disk, "y")}: the disk is full`);
    expect(failure.hint).toMatch(/^the file is unchanged: free some space/);
    expect(await readFile(join(disk, "x"), "utf8")).toBe("old x");
    expect(await readFile(join(disk, "y"), "utf8")).toBe("old y");
    expect((await readdir(disk)).toSorted()).toEqual(["x", "y"]);
  } finally {
    execFileSync("umount", [disk]);
  }
});

/** Writes three files over and over, all of one letter, then all of the other; says when the first round is done. */
const WRITER = `
  const { atomicWriteAll } = await import(process.argv[1]);
  const [dir, bytes] = [process.argv[2], Number(process.argv[3])];
  for (let round = 0; ; round++) {
    const letter = round % 2 === 0 ? "a" : "b";
    await atomicWriteAll(["x", "y", "z"].map((name) => [dir + "/" + name, letter.repeat(bytes)]));
    if (round === 0) process.stdout.write("ready");
  }`;

longTest("a process that is killed while it writes leaves every file whole: the old one or the new one", async () => {
  const dir = join(root, "killed");
  const bytes = 300_000;
  const module = new URL("../../dist/base/atomic-write-all.js", import.meta.url).href;
  const whole = new Set(["a".repeat(bytes), "b".repeat(bytes)]);
  for (let kill = 0; kill < 8; kill++) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", WRITER, module, dir, String(bytes)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const closed = once(child, "close");
    await once(child.stdout, "data");
    await setTimeout(3 + 7 * kill);
    child.kill("SIGKILL");
    await closed;
    for (const name of ["x", "y", "z"]) expect(whole.has(await readFile(join(dir, name), "utf8"))).toBe(true);
  }
});
