import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { LoadTestRequest } from "../../../src/domain/loadtest-request.ts";
import { LoadTestResult } from "../../../src/domain/loadtest-result.ts";
import { MAIN, runCli } from "../../cli/run-cli.ts";
import { type Stub, startStub } from "../../loadtest/start-stub.ts";

let dir: string;
let stub: Stub;
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
async function startTest(folder: string): Promise<ChildProcess> {
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
function fileOf(folder: string): { lines: string[]; rest: string } {
  const path = join(dir, folder, "requests.jsonl");
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [""];
  return { rest: lines.pop()!, lines };
}

/** The result that is made of the record of a test. */
async function rebuilt(folder: string): Promise<LoadTestResult> {
  const ran = await runCli(["loadtest", "--from", join(folder, "requests.jsonl"), "--json"], { cwd: dir });
  expect(ran).toMatchObject({ code: 0 });
  expect(readFileSync(join(dir, folder, "result.json"), "utf8")).toBe(
    `${JSON.stringify(JSON.parse(ran.stdout), null, 1)}\n`,
  );
  return LoadTestResult.parse(JSON.parse(ran.stdout));
}

const linesOf = (folder: string): string[] => fileOf(folder).lines;

describe("a load test that is killed", () => {
  test("leaves whole lines, those among them that had been read before, and a result is made of them: ten times", async () => {
    for (let round = 0; round < 10; round++) {
      const folder = `killed-${round}`;
      const child = await startTest(folder);
      await sleep(150 + 60 * round);
      const before = linesOf(folder);
      child.kill("SIGKILL");
      await once(child, "close");
      const { lines, rest } = fileOf(folder);
      expect(lines.slice(0, before.length)).toEqual(before);
      expect(rest).toBe("");
      const requests = lines.map((line) => LoadTestRequest.parse(JSON.parse(line)));
      expect(new Set(requests.map(({ index }) => index)).size).toBe(requests.length);
      expect(new Set(requests.map(({ outcome }) => outcome))).toContain("ok");
      const result = await rebuilt(folder);
      expect(result).toMatchObject({
        stopped: "killed",
        partial: true,
        seed: 1,
        target: `${stub.url}/v1/chat/completions`,
      });
      const of = (outcome: string): number => requests.filter((each) => each.outcome === outcome).length;
      expect(result.counts).toMatchObject({ ok: of("ok"), failed: of("failed"), timedOut: 0 });
      expect(result.counts.sent).toBe(Math.max(...requests.map(({ index }) => index)) + 1);
      expect(result.counts.cancelled).toBe(result.counts.sent - requests.length);
      expect(readFileSync(join(dir, folder, "report.html"), "utf8")).toContain(
        "This test is partial: the process was killed",
      );
    }
  });

  test("a trace of 100,000 requests is replayed from its start and ends at its bounds", async () => {
    const row = (index: number): string =>
      `${JSON.stringify({ timestamp: 20 * index, input_length: 10 + (index % 7), output_length: 2 })}\n`;
    await writeFile(join(dir, "trace.jsonl"), Array.from({ length: 100_000 }, (_, index) => row(index)).join(""));
    const words = "--mode trace --trace-file trace.jsonl --speedup 2 --max-requests 200 --out traced --json";
    const ran = await runCli(["loadtest", stub.url, ...words.split(" ")], { cwd: dir });
    const result = JSON.parse(ran.stdout) as LoadTestResult;
    expect(result).toMatchObject({ stopped: "max-requests", partial: true, dataset: { rows: 100_000 } });
    expect(result.counts.sent).toBe(200);
    expect(result.load).toMatchObject({ kind: "trace" });
    const due = linesOf("traced").map((line) => LoadTestRequest.parse(JSON.parse(line)));
    for (const { index, dueSec } of due) expect(dueSec).toBeCloseTo(index / 100, 6);
  });
});
