import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "vitest";

import type { EvaluationRun } from "../../../src/domain/evaluation-run.ts";
import { MAIN } from "../../cli/run-cli.ts";
import { complete } from "../../llm/llm-server.ts";
import { readWhatWasSent, startEndpoint } from "../../loadtest/start-endpoint.ts";
import { evaluationFolder, ok, questions } from "./programme-folder.ts";

const CONCURRENCY = 4;
const ITEMS = 150;

/** Kills `eval run` in so many rounds, and expects that what was answered is asked again no more. */
export async function expectNothingLost(rounds: number): Promise<void> {
  const endpoint = await startEndpoint(
    (response, _nth, body) =>
      void sleep(4).then(() => complete(response, /What is (\d+)/.exec(JSON.stringify(body["messages"]))![1]!)),
  );
  try {
    const dir = await evaluationFolder(questions(ITEMS), {
      yaml: `set: set
prompt: "{{question}}"
reference: answer
targets: { base: { url: "${endpoint.url}", model: stub, free: true, concurrency: ${CONCURRENCY} } }
scorers: [{ kind: numeric }]
`,
    });
    let kills = 0;
    for (let round = 1; round <= rounds; round++) {
      const child = spawn(process.execPath, [MAIN, "eval", "run", "e", "-C", dir], { stdio: "ignore" });
      const ended = new Promise<NodeJS.Signals | null>((resolve) =>
        child.once("close", (_code, signal) => resolve(signal)),
      );
      const target = round * 25;
      while (endpoint.bodies.length < target && child.exitCode === null) await sleep(1);
      child.kill("SIGKILL");
      if ((await ended) === "SIGKILL") kills += 1;
      await readWhatWasSent();
    }
    expect(kills).toBe(rounds);
    const before = endpoint.bodies.length;
    const { plans, results } = (await ok(dir, "eval run e")) as EvaluationRun;
    expect(plans[0]!.known).toBeGreaterThanOrEqual(before - kills * CONCURRENCY);
    expect(endpoint.bodies.length - before).toBe(ITEMS - plans[0]!.known);
    expect(endpoint.bodies.length - ITEMS).toBeLessThanOrEqual(kills * CONCURRENCY);
    expect(results[0]).toMatchObject({ counts: { answered: ITEMS, errors: 0 }, isComplete: true });
    expect(results[0]!.scores[0]).toMatchObject({ mean: 1, n: ITEMS });
  } finally {
    await endpoint.close();
  }
}
