import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "vitest";

import { MAIN } from "../cli/run-cli.ts";

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
/** Commands that write files. */
export const COMMANDS: readonly (readonly string[])[] = [
  [...RUN, "threads"],
  [...RUN, "processes"],
  ["data", "quality", "data.jsonl", "--out", "out.jsonl"],
  ["data", "redact", "data.jsonl", "--out", "redacted.jsonl"],
  ["data", "freeze", "data.jsonl", "--out", "frozen", "--by", "Ada", "--reason", "test"],
];
const hidden = (dir: string): string[] =>
  (readdirSync(dir, { recursive: true }) as string[]).filter((name) => /^\..*\.(?:tmp|jsonl)$/.test(basename(name)));

/** Runs a command in a folder, ends it by a signal while it writes, and expects that no hidden file is left. */
export async function expectNothingHidden(
  dir: string,
  words: readonly string[],
  signal: NodeJS.Signals,
): Promise<void> {
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
  // Processes that it started end a moment later.
  await expect.poll(() => hidden(dir), { timeout: 60_000, interval: 20 }).toEqual([]);
  expect(existsSync(join(dir, "out.jsonl"))).toBe(false);
}
