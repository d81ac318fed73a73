import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { atomicWrite } from "../../src/base/atomic-write.ts";
import { catchFailureAsync } from "../catch-failure.ts";

const BUILT = new URL("../../dist/base/atomic-write.js", import.meta.url);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-write-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test("a file is written whole into a folder that is made for it, and no temporary file stays", async () => {
  const path = join(dir, "a/b/report.html");
  await atomicWrite(path, "first");
  await atomicWrite(path, new TextEncoder().encode("second"));
  expect(await readFile(path, "utf8")).toBe("second");
  expect(await readdir(join(dir, "a/b"))).toEqual(["report.html"]);
});

test("where the path is a folder, or below a file, the message says so and nothing is left behind", async () => {
  await mkdir(join(dir, "folder"));
  await writeFile(join(dir, "file"), "");
  const folder = await catchFailureAsync(() => atomicWrite(join(dir, "folder"), "x"));
  expect([folder.kind, folder.message]).toEqual(["outside", `cannot write ${join(dir, "folder")}: it is a folder`]);
  expect((await catchFailureAsync(() => atomicWrite(join(dir, "file/x"), "x"))).message).toContain("cannot write");
  expect((await readdir(dir)).toSorted()).toEqual(["file", "folder"]);
});

test("two writers of one file in one process leave the whole content of one of them", async () => {
  const path = join(dir, "report.json");
  await Promise.all(Array.from({ length: 8 }, (_, n) => atomicWrite(path, String(n).repeat(200_000))));
  const content = await readFile(path, "utf8");
  expect(content).toBe(content[0]!.repeat(200_000));
  expect(await readdir(dir)).toEqual(["report.json"]);
});

test("a writer killed at any moment leaves the old content or the new one, each whole", async () => {
  const path = join(dir, "budget.json");
  const program = `
    const { atomicWrite } = await import(${JSON.stringify(BUILT.href)});
    process.stdout.write("ready");
    for (let n = 0; ; n = (n + 1) % 10) await atomicWrite(${JSON.stringify(path)}, String(n).repeat(300_000));`;
  await atomicWrite(path, "0".repeat(300_000));
  for (let kill = 0; kill < 12; kill++) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await new Promise((resolve) => setTimeout(resolve, 5 + kill * 7));
    child.kill("SIGKILL");
    await ended;
    const content = await readFile(path, "utf8");
    expect(content === content[0]!.repeat(300_000), `whole after kill ${kill}`).toBe(true);
  }
});

test("a write that fails in the middle leaves the old file whole and no part of the new one", async () => {
  const path = join(dir, "report.html");
  await atomicWrite(path, "old");
  const program = `
    const { atomicWrite } = await import(${JSON.stringify(BUILT.href)});
    await atomicWrite(${JSON.stringify(path)}, "x".repeat(1_000_000)).catch((error) => console.log(error.message));`;
  // bash: no file may grow beyond 100 kB, and the write that would pass it fails with EFBIG
  const script = 'trap "" XFSZ; ulimit -f 100; exec "$0" --input-type=module -e "$1"';
  const { stdout } = spawnSync("bash", ["-c", script, process.execPath, program], { encoding: "utf8" });
  expect(stdout).toBe(`cannot write ${path}: the file would be too large\n`);
  expect(await readFile(path, "utf8")).toBe("old");
  expect(await readdir(dir)).toEqual(["report.html"]);
});

describe("a full disk", () => {
  const mounted = tryMount();
  test.skipIf(mounted === undefined)(
    "of 1 MiB keeps the old file and loses no space to a torn one (needs leave to mount)",
    async () => {
      const disk = mounted!;
      try {
        const path = join(disk, "report.html");
        await atomicWrite(path, "old");
        const failure = await catchFailureAsync(() => atomicWrite(path, "x".repeat(2 ** 21)));
        expect(failure.message).toBe(`cannot write ${path}: the disk is full`);
        expect(await readFile(path, "utf8")).toBe("old");
        expect(await readdir(disk)).toEqual(["report.html"]);
        await atomicWrite(path, "y".repeat(2 ** 18));
        expect(await readFile(path, "utf8")).toHaveLength(2 ** 18);
      } finally {
        spawnSync("umount", [disk]);
        await rm(disk, { recursive: true, force: true });
      }
    },
  );
});

/** A file system of 1 MiB in memory, or undefined if this user may not mount one. */
function tryMount(): string | undefined {
  const made = spawnSync("mktemp", ["-d"], { encoding: "utf8" });
  const disk = made.stdout?.trim();
  if (!disk) return undefined;
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).status === 0) return disk;
  spawnSync("rmdir", [disk]);
  return undefined;
}

test("what the killed writers run is the built file, so it must be there", () => {
  expect(existsSync(fileURLToPath(BUILT))).toBe(true);
});
