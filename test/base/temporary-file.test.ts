import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { atomicFile } from "../../src/base/atomic-file.ts";
import { atomicWrite } from "../../src/base/atomic-write.ts";
import { forget, temporaryFor, temporaryPath } from "../../src/base/temporary-file.ts";
import { COMMANDS, expectNothingHidden } from "./cut-off-command.ts";
import { longCases } from "../long-suite.ts";

const folders: string[] = [];
const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), "tunewright-temporary-"));
  folders.push(dir);
  return dir;
};
afterAll(() => {
  for (const dir of folders) rmSync(dir, { recursive: true, force: true });
});

describe("temporaryPath", () => {
  test("names a hidden file next to the other, and its name tells which", () => {
    const path = temporaryPath(join(folder(), "out.jsonl"));
    forget(path);
    expect(temporaryFor(basename(path))).toBe("out.jsonl");
    expect(temporaryFor(".out.jsonl.0f8fad5b-d9cb-469f-a165-70867728950e.tmp")).toBe("out.jsonl"); // earlier versions
    for (const name of [".mine.tmp", "out.jsonl", ".out.jsonl.1.tmp"]) expect(temporaryFor(name)).toBeUndefined();
  });

  test("removes what dead processes of this machine left, and nothing of others", async () => {
    const dir = folder();
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    const own = basename(temporaryPath(join(dir, "x")));
    forget(join(dir, own));
    const named = (machine: string, pid: number): string => `.a.jsonl.${machine}-${pid}-01234567.tmp`;
    const [, machine = ""] = /\.([0-9a-f]{8})-/.exec(own) ?? [];
    const left = named(machine, dead);
    const others = [named(machine, process.ppid), named("00000000", dead), ".mine.tmp", "a.jsonl"];
    const next = folder(); // folders are looked at once
    for (const name of [left, ...others]) writeFileSync(join(next, name), "");
    await atomicWrite(join(next, "b.jsonl"), "b");
    expect(readdirSync(next).toSorted()).toEqual([...others, "b.jsonl"].toSorted());
  });

  test("an aborted file leaves nothing", async () => {
    const dir = folder();
    const file = await atomicFile(join(dir, "a"));
    await file.write("x");
    await file.abort();
    expect(readdirSync(dir)).toEqual([]);
  });
});

// `test/full` sends both signals to each.
describe("a command that gets a signal while it writes", () => {
  test.each(
    longCases(
      1,
      [0, 1].map((index) => [COMMANDS[index]!.join(" "), index] as const),
    ),
  )("leaves no hidden file: %s", (_, index) =>
    expectNothingHidden(folder(), COMMANDS[index]!, index % 2 === 0 ? "SIGINT" : "SIGTERM"),
  );
});
