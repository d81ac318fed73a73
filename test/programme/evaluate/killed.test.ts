import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import { expect, test } from "vitest";

import type { EvaluationRun } from "../../../src/domain/evaluation-run.ts";
import { MAIN } from "../../cli/run-cli.ts";
import { complete } from "../../llm/llm-server.ts";
import { startEndpoint } from "../../loadtest/start-endpoint.ts";
import { evaluationFolder, ok, questions } from "./programme-folder.ts";

const ROUNDS = 4;
const CONCURRENCY = 4;
const ITEMS = 150;

test("killed with -9 again and again, eval run asks anew for at most the requests on their way, and loses nothing", async () => {
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
    for (let round = 1; round <= ROUNDS; round++) {
      const child = spawn(process.execPath, [MAIN, "eval", "run", "e", "-C", dir], { stdio: "ignore" });
      const ended = new Promise<NodeJS.Signals | null>((resolve) =>
        child.once("close", (_code, signal) => resolve(signal)),
      );
      const target = round * 25;
      while (endpoint.bodies.length < target && child.exitCode === null) await sleep(1);
      child.kill("SIGKILL");
      if ((await ended) === "SIGKILL") kills += 1;
    }
    expect(kills).toBe(ROUNDS);
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
});

test("a second run of the same evaluation at the same time is refused, and the first goes on", async () => {
  const endpoint = await startEndpoint((response) => void sleep(20).then(() => complete(response, "1")));
  try {
    const dir = await evaluationFolder(questions(60), {
      yaml: `set: set
prompt: "{{question}}"
reference: answer
targets: { base: { url: "${endpoint.url}", model: stub, free: true, concurrency: 1 } }
scorers: [{ kind: numeric }]
`,
    });
    const child = spawn(process.execPath, [MAIN, "eval", "run", "e", "-C", dir], { stdio: "ignore" });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    while (endpoint.bodies.length < 2) await sleep(1);
    await expect(ok(dir, "eval run e")).rejects.toThrow(": 2");
    expect(await ended).toBe(0);
    expect(endpoint.bodies).toHaveLength(60);
  } finally {
    await endpoint.close();
  }
});
