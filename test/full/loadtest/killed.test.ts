import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { LoadTestRequest } from "../../../src/domain/loadtest-request.ts";
import type { LoadTestResult } from "../../../src/domain/loadtest-result.ts";
import { runCli } from "../../cli/run-cli.ts";
import { expectWholeRecord, killedRuns, linesOf } from "../../loadtest/killed-run.ts";

describe("a load test that is killed", () => {
  const runs = killedRuns();

  test("leaves whole lines, those among them that had been read before, and a result is made of them: ten times", async () => {
    for (let round = 0; round < 10; round++) {
      await expectWholeRecord(runs, `killed-${round}`, 150 + 60 * round);
    }
  });

  test("a trace of 100,000 requests is replayed from its start and ends at its bounds", async () => {
    const row = (index: number): string =>
      `${JSON.stringify({ timestamp: 20 * index, input_length: 10 + (index % 7), output_length: 2 })}\n`;
    await writeFile(join(runs.dir, "trace.jsonl"), Array.from({ length: 100_000 }, (_, index) => row(index)).join(""));
    const words = "--mode trace --trace-file trace.jsonl --speedup 2 --max-requests 200 --out traced --json";
    const ran = await runCli(["loadtest", runs.stub.url, ...words.split(" ")], { cwd: runs.dir });
    const result = JSON.parse(ran.stdout) as LoadTestResult;
    expect(result).toMatchObject({ stopped: "max-requests", partial: true, dataset: { rows: 100_000 } });
    expect(result.counts.sent).toBe(200);
    expect(result.load).toMatchObject({ kind: "trace" });
    const due = linesOf(runs.dir, "traced").map((line) => LoadTestRequest.parse(JSON.parse(line)));
    for (const { index, dueSec } of due) expect(dueSec).toBeCloseTo(index / 100, 6);
  });
});
