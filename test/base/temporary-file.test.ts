import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, describe, expect, test } from "vitest";

import { atomicFile } from "../../src/base/atomic-file.ts";
import { atomicWrite } from "../../src/base/atomic-write.ts";
import { forget, temporaryFor, temporaryPath } from "../../src/base/temporary-file.ts";
import { MAIN } from "../cli/run-cli.ts";

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

const PROGRAMME = `version: 1
name: Cut off
task: {kind: chat, goals: [style]}
model: {base: Qwen/Qwen2.5-7B}
data:
  files: [{path: data.jsonl, role: train, origin: own}]
  plannedRows: 1000
  meanTokens: 100
  pipeline: [{stage: trainable}, {stage: dedup}]
`;
const ROWS = Array.from({ length: 60_000 }, (_, row) =>
  JSON.stringify({ prompt: `question ${row} ${"word ".repeat(row % 90)}`, completion: `answer ${row}` }),
).join("\n");
const RUN = ["data", "run", "--quiet", "--shard-rows", "500", "--workers", "2", "--executor"];
const COMMANDS: readonly (readonly string[])[] = [
  [...RUN, "threads"],
  [...RUN, "processes"],
  ["data", "quality", "data.jsonl", "--out", "out.jsonl"],
  ["data", "redact", "data.jsonl", "--out", "out.parquet"],
  ["data", "freeze", "data.jsonl", "--out", "frozen", "--by", "Ada", "--reason", "test"],
];
const hidden = (dir: string): string[] =>
  (readdirSync(dir, { recursive: true }) as string[]).filter((name) => /^\..*\.(?:tmp|jsonl)$/.test(basename(name)));

describe.each(["SIGINT", "SIGTERM"] as const)("a command that gets %s while it writes", (signal) => {
  test.each(COMMANDS.map((words) => [words.join(" "), words] as const))(
    "leaves no hidden file: %s",
    async (_, words) => {
      const dir = folder();
      writeFileSync(join(dir, "programme.yaml"), PROGRAMME);
      writeFileSync(join(dir, "data.jsonl"), ROWS);
      const child = spawn(process.execPath, [MAIN, ...words], { cwd: dir, stdio: "ignore" });
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
      let seen = 0;
      while (child.exitCode === null && seen === 0) {
        await sleep(5);
        seen = hidden(dir).length;
      }
      child.kill(signal);
      expect(seen, "no hidden file was seen while it ran").toBeGreaterThan(0);
      expect(await ended).toBe(130);
      await sleep(300); // processes that it started end a moment later
      expect(hidden(dir)).toEqual([]);
      expect(existsSync(join(dir, "out.jsonl"))).toBe(false);
    },
  );
});
