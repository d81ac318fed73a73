import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, expect } from "vitest";

import { LoadTestResult } from "../../src/domain/loadtest-result.ts";
import { MAIN, runCli } from "../cli/run-cli.ts";
import { type Stub, startStub } from "./start-stub.ts";

/** Folder of the tests, once they run. */
export let dir: string;
/** The endpoint that is tested: some of its answers fail or end early. */
export let stub: Stub;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-loadtest-"));
  const faults = [{ kind: "500", every: 7, from: 3 } as const, { kind: "half", every: 11, from: 5 } as const];
  stub = await startStub({ slots: 256, prefillMs: 20, perTokenMs: 5, faults });
});
afterAll(async () => {
  await stub.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Starts a test of 100 requests a second that would go on for a minute, and waits for its first lines. */
export async function startTest(folder: string): Promise<ChildProcess> {
  const words = ["loadtest", stub.url, "--rate", "100", "--seconds", "60", "--output-tokens", "4", "--out", folder];
  const child = spawn(process.execPath, [MAIN, ...words, "--json"], { cwd: dir, stdio: ["ignore", "pipe", "ignore"] });
  for (let waited = 0; linesOf(folder).length === 0; waited += 20) {
    expect(child.exitCode, "still runs").toBeNull();
    expect(waited).toBeLessThan(20_000);
    await sleep(20);
  }
  return child;
}

/** The file of a test as it is now: its lines, and what stands behind the last line end. */
export function fileOf(folder: string): { lines: string[]; rest: string } {
  const path = join(dir, folder, "requests.jsonl");
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [""];
  return { rest: lines.pop()!, lines };
}

/** The result that is made of the record of a test. */
export async function rebuilt(folder: string): Promise<LoadTestResult> {
  const ran = await runCli(["loadtest", "--from", join(folder, "requests.jsonl"), "--json"], { cwd: dir });
  expect(ran).toMatchObject({ code: 0 });
  expect(readFileSync(join(dir, folder, "result.json"), "utf8")).toBe(
    `${JSON.stringify(JSON.parse(ran.stdout), null, 1)}\n`,
  );
  return LoadTestResult.parse(JSON.parse(ran.stdout));
}

/** The whole lines of a record. */
export const linesOf = (folder: string): string[] => fileOf(folder).lines;
