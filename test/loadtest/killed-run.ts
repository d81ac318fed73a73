import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, expect } from "vitest";

import { LoadTestRequest } from "../../src/domain/loadtest-request.ts";
import { LoadTestResult } from "../../src/domain/loadtest-result.ts";
import { MAIN } from "../cli/run-cli.ts";
import { runHere } from "../cli/run-here.ts";
import { type Stub, startStub } from "./start-stub.ts";

/** A folder and an endpoint, for load tests that are killed. */
export type KilledRuns = {
  dir: string;
  /** The endpoint that is tested: some of its answers fail or end early. */
  stub: Stub;
};

/** Makes the folder and starts the endpoint before the tests of the file that calls it, and clears both away after. */
export function killedRuns(): KilledRuns {
  const runs = {} as KilledRuns;
  beforeAll(async () => {
    runs.dir = await mkdtemp(join(tmpdir(), "tunewright-loadtest-"));
    const faults = [{ kind: "500", every: 7, from: 3 } as const, { kind: "half", every: 11, from: 5 } as const];
    runs.stub = await startStub({ slots: 256, prefillMs: 20, perTokenMs: 5, faults });
  });
  afterAll(async () => {
    await runs.stub.stop();
    await rm(runs.dir, { recursive: true, force: true });
  });
  return runs;
}

/** Starts a test of 100 requests a second that would go on for a minute, and waits for its first good answer. */
export async function startTest({ dir, stub }: KilledRuns, folder: string): Promise<ChildProcess> {
  const words = ["loadtest", stub.url, "--rate", "100", "--seconds", "60", "--output-tokens", "4", "--out", folder];
  const child = spawn(process.execPath, [MAIN, ...words, "--json"], { cwd: dir, stdio: ["ignore", "pipe", "ignore"] });
  while (!linesOf(dir, folder).some((line) => line.includes('"outcome":"ok"'))) {
    expect(child.exitCode, "still runs").toBeNull();
    await sleep(20);
  }
  return child;
}

/** The file of a test as it is now: its lines, and what follows the last line end. */
export function fileOf(dir: string, folder: string): { lines: string[]; rest: string } {
  const path = join(dir, folder, "requests.jsonl");
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [""];
  return { rest: lines.pop()!, lines };
}

/** The result that is made of the record of a test. */
export async function rebuilt(dir: string, folder: string): Promise<LoadTestResult> {
  const ran = await runHere(["loadtest", "--from", join(folder, "requests.jsonl"), "--json"], { cwd: dir });
  expect(ran).toMatchObject({ code: 0 });
  expect(readFileSync(join(dir, folder, "result.json"), "utf8")).toBe(
    `${JSON.stringify(JSON.parse(ran.stdout), null, 1)}\n`,
  );
  return LoadTestResult.parse(JSON.parse(ran.stdout));
}

/** The whole lines of a record. */
export const linesOf = (dir: string, folder: string): string[] => fileOf(dir, folder).lines;

/** Kills a test after a time, and checks that its record has only whole lines and gives a partial result. */
export async function expectWholeRecord(runs: KilledRuns, folder: string, afterMs: number): Promise<void> {
  const child = await startTest(runs, folder);
  await sleep(afterMs);
  const before = linesOf(runs.dir, folder);
  child.kill("SIGKILL");
  await once(child, "close");
  const { lines, rest } = fileOf(runs.dir, folder);
  expect(lines.slice(0, before.length)).toEqual(before);
  expect(rest).toBe("");
  const requests = lines.map((line) => LoadTestRequest.parse(JSON.parse(line)));
  expect(new Set(requests.map(({ index }) => index)).size).toBe(requests.length);
  expect(new Set(requests.map(({ outcome }) => outcome))).toContain("ok");
  const result = await rebuilt(runs.dir, folder);
  expect(result).toMatchObject({
    stopped: "killed",
    partial: true,
    seed: 1,
    target: `${runs.stub.url}/v1/chat/completions`,
  });
  const of = (outcome: string): number => requests.filter((each) => each.outcome === outcome).length;
  expect(result.counts).toMatchObject({ ok: of("ok"), failed: of("failed"), timedOut: 0 });
  expect(result.counts.sent).toBe(Math.max(...requests.map(({ index }) => index)) + 1);
  expect(result.counts.cancelled).toBe(result.counts.sent - requests.length);
  expect(readFileSync(join(runs.dir, folder, "report.html"), "utf8")).toContain(
    "This test is partial: the process was killed",
  );
}
