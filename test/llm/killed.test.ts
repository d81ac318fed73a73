import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, expect, test } from "vitest";

import { MAIN } from "../cli/run-cli.ts";
import { folderOf } from "../curate/pipeline/rows.ts";
import { readWhatWasSent, startEndpoint, type TestEndpoint } from "../loadtest/start-endpoint.ts";
import { ask, complete, gathered, requestsFor } from "./llm-server.ts";
import { lawRuns } from "../law-runs.ts";

const ROUNDS = lawRuns(24);
const CONCURRENCY = 4;
const REQUESTS = 300;

const open: TestEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of open.splice(0)) await endpoint.close();
});

/** A process that asks everything with a journal. */
const script = (url: string, journal: string): string => `
  import { askMany } from ${JSON.stringify(new URL("../llm/ask-many.js", `file://${MAIN}`).href)};
  const requests = Array.from({ length: ${REQUESTS} }, (_, index) => ({
    id: "r" + index, prompt: "question " + index, maxTokens: 100,
  }));
  const asking = askMany({
    endpoint: { url: ${JSON.stringify(url)}, model: "stub" }, requests,
    limits: { concurrency: ${CONCURRENCY}, timeoutMs: 5000 },
    price: { source: "test", cost: ({ input, output }) => BigInt(input + 2 * output) * 1000000n },
    spendCapUsd: "1", journal: ${JSON.stringify(journal)}, now: () => new Date(),
  });
  for await (const result of asking) if ("error" in result) process.exit(9);
`;

test("killed with -9 at any moment, it asks again for at most the requests on their way, and pays the rest once", async () => {
  const endpoint = await startEndpoint((response) => void sleep(4).then(() => complete(response, "yes")));
  open.push(endpoint);
  const journal = join(await folderOf({}), "answers.jsonl");
  const kept = (): number => {
    try {
      return new Set(
        readFileSync(journal, "utf8")
          .split("\n")
          .slice(0, -1)
          .map((line) => JSON.parse(line) as { key: string; kind: string })
          .filter(({ kind }) => kind === "answer")
          .map(({ key }) => key),
      ).size;
    } catch {
      return 0;
    }
  };
  let [kills, sent] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const before = kept();
    const child = spawn(process.execPath, ["--input-type=module", "-e", script(endpoint.url, journal)]);
    const ended = new Promise<NodeJS.Signals | null>((resolve) => {
      child.once("close", (_code, signal) => resolve(signal));
    });
    // Killed once it has got somewhere: a round adds some answers, the last ones too few to end it.
    const target = sent + 1 + Math.floor(((round * 0.618) % 1) * 30);
    while (endpoint.bodies.length < target && child.exitCode === null) await sleep(1);
    child.kill("SIGKILL");
    const wasKilled = (await ended) === "SIGKILL";
    await readWhatWasSent();
    const again = endpoint.bodies.length - sent - (kept() - before);
    sent = endpoint.bodies.length;
    expect(again).toBeLessThanOrEqual(wasKilled ? CONCURRENCY : 0);
    if (wasKilled) kills += 1;
  }
  expect(kills).toBeGreaterThan(ROUNDS / 2);
  const known = kept();
  const asking = ask(endpoint.url, { requests: requestsFor(REQUESTS), journal });
  await gathered(asking);
  expect(asking.totals()).toMatchObject({ known, sent: REQUESTS - known });
  expect(endpoint.bodies.length - REQUESTS).toBeLessThanOrEqual(kills * CONCURRENCY);
});
