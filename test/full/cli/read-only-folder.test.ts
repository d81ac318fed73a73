import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { MAIN, ROOT } from "../../cli/run-cli.ts";

/** Mounts an empty read-only file system, seen by one command alone. */
const MOUNTED = ["-rm", "sh", "-c", 'mount -t tmpfs -o ro tmpfs "$1" && cd "$1" && shift && exec "$@"', "sh"];

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-read-only-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "tunewright-mount-"));
  const { status } = spawnSync("unshare", [...MOUNTED, folder, "true"]);
  rmSync(folder, { recursive: true });
  return status === 0;
}

const rows = join(ROOT, "test/fixtures/workspace/train.jsonl");

describe.skipIf(!canMount())("in a read-only file system (needs unshare of util-linux, and user namespaces)", () => {
  test.each([
    ["data import", ["data", "import", rows, "--out", "new/rows.jsonl"], "cannot write"],
    ["init", ["init", "mine"], "cannot write"],
    [
      "prices import",
      ["prices", "import", join(ROOT, "test/fixtures/prices/contract.csv"), "--seller", "acme"],
      "cannot write",
    ],
    [
      "budget set",
      ["budget", "set", "--cap-usd", "5", "--scope", "tag", "--key", "a=b", "--set-by", "me"],
      "cannot use",
    ],
    ["serve", ["serve", "--port", "0"], "cannot use"],
  ])("%s says that the file system is read-only", (_name, words, says) => {
    const { status, stderr } = spawnSync("unshare", [...MOUNTED, dir, process.execPath, MAIN, ...words, "--yes"], {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" },
    });
    expect(stderr).toContain(`error: ${says}`);
    expect(stderr).toContain("the file system is read-only");
    expect(stderr).toContain("hint: choose another folder");
    expect(status).toBe(6);
  });
});
