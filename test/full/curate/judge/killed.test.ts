import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, describe, expect, test } from "vitest";

import { MAIN, runCli } from "../../../cli/run-cli.ts";
import { readWhatWasSent, startEndpoint, type TestEndpoint } from "../../../loadtest/start-endpoint.ts";
import { folderOf, jsonl } from "../../../curate/pipeline/rows.ts";
import { leftIn, PROGRAMME } from "../../../curate/pipeline/tree.ts";
import { complete, json, promptIn } from "../../../curate/judge/judge-stub.ts";

/** Rounds of the loop: `TUNEWRIGHT_KILLS=100` for a longer one. */
const ROUNDS = Number(process.env["TUNEWRIGHT_KILLS"] ?? 8);

const CONCURRENCY = 4;
const ROWS = Array.from({ length: 300 }, (_, at) => ({
  prompt: `What is ${at} and ${at + 1}?`,
  completion: `The sum of both is ${2 * at + 1}.`,
}));

const pipeline = (url: string): string => `${PROGRAMME}    - stage: quality
      judge: {url: "${url}", model: stub, usdPerMtokInput: "1", usdPerMtokOutput: "2", maxUsd: "5", min: 3, concurrency: ${CONCURRENCY}}
`;

const open: TestEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of open.splice(0)) await endpoint.close();
});

/** An endpoint that answers after a few milliseconds, its score by the question, and fails on every `failing`-th request. */
const endpoint = async (failing = Infinity): Promise<TestEndpoint> => {
  const started = await startEndpoint((response, nth, body) => {
    if (nth % failing === failing - 1) return json(response, 500, { error: "no" });
    const [, number] = /What is (\d+)/.exec(promptIn(body))!;
    void sleep(5).then(() => complete(response, `{"score": ${1 + (Number(number) % 5)}, "reason": "by ${number}"}`));
  });
  open.push(started);
  return started;
};

const answersIn = (cwd: string): { key: string; kind: string }[] => {
  try {
    const lines = readFileSync(join(cwd, ".tunewright/judge/answers.jsonl"), "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as { key: string; kind: string });
  } catch {
    return [];
  }
};
const answered = (cwd: string): number =>
  new Set(
    answersIn(cwd)
      .filter(({ kind }) => kind === "answer")
      .map(({ key }) => key),
  ).size;

describe("a pipeline with a judge", () => {
  test(`killed with -9 at any moment, ${ROUNDS} times, asks again for at most the requests on their way, and ends with the same bytes`, async () => {
    const { url, bodies } = await endpoint();
    const files = { "programme.yaml": pipeline(url), "data.jsonl": jsonl(ROWS) };
    const run = ["data", "run", "--workers", "2", "--yes", "--quiet"];
    const whole = await folderOf(files);
    const started = performance.now();
    expect(await runCli(run, { cwd: whole })).toMatchObject({ code: 0, stderr: "" });
    let ms = performance.now() - started;
    expect(bodies).toHaveLength(ROWS.length);
    bodies.length = 0;

    const cwd = await folderOf(files);
    let [kills, again, asked] = [0, 0, 0];
    const isEnough = (): boolean => kills > ROUNDS / 3;
    for (let round = 0; round < ROUNDS || (!isEnough() && round < 6 * ROUNDS); round++) {
      const before = answered(cwd);
      const child = spawn(process.execPath, [MAIN, ...run], { cwd, stdio: "ignore" });
      const ended = new Promise<boolean>((resolve) => {
        child.once("close", (_code, signal) => resolve(signal === "SIGKILL"));
      });
      await Promise.race([ended, sleep((0.3 + 0.5 * ((round * 0.618) % 1)) * ms)]);
      child.kill("SIGKILL");
      const wasKilled = await ended;
      await readWhatWasSent();
      const [sent, kept] = [bodies.length - asked, answered(cwd) - before];
      asked = bodies.length;
      expect(sent - kept).toBeLessThanOrEqual(wasKilled ? CONCURRENCY : 0);
      again += sent - kept;
      if (wasKilled) kills += 1;
      else {
        expect(leftIn(cwd)).toEqual(leftIn(whole));
        rmSync(join(cwd, ".tunewright"), { recursive: true });
        rmSync(join(cwd, "curated.jsonl"));
        if (round >= ROUNDS) ms *= 0.8; // the machine is faster now than it was
      }
    }
    expect(isEnough(), `${kills} kills`).toBe(true);
    expect(again).toBeLessThanOrEqual(kills * CONCURRENCY);
    expect(await runCli(run, { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(leftIn(cwd)).toEqual(leftIn(whole));
  });

  test("leaves the same bytes for any executor, though every third request fails; workers ask nobody, and a second run neither", async () => {
    const { url, bodies } = await endpoint(3);
    const files = { "programme.yaml": pipeline(url), "data.jsonl": jsonl(ROWS.slice(0, 60)) };
    const left: unknown[] = [];
    for (const executor of ["inline", "threads", "processes"]) {
      const cwd = await folderOf(files);
      const run = [
        "data",
        "run",
        "--workers",
        "2",
        "--shard-rows",
        "20",
        "--executor",
        executor,
        "--yes",
        "--quiet",
        "--json",
      ];
      bodies.length = 0;
      const first = await runCli(run, { cwd });
      expect(first.code, first.stderr).toBe(0);
      const { judged, stages } = JSON.parse(first.stdout) as { judged: unknown[]; stages: { dropped: unknown[] }[] };
      expect(judged).toMatchObject([
        { stage: "quality", judged: 60, unjudged: [], sent: bodies.length, spentUsd: "0.0072" },
      ]);
      expect(stages.at(-1)!.dropped).toMatchObject([{ reason: "judged-poor", rows: 24 }]);
      expect(new Set(bodies.map(promptIn)).size).toBe(60);
      left.push(leftIn(cwd));
      bodies.length = 0;
      const second = await runCli(run, { cwd });
      expect(JSON.parse(second.stdout)).toMatchObject({ judged: [], stages: [{}, {}, {}, { shardsRun: 0 }] });
      expect(bodies).toEqual([]);
      expect(readdirSync(join(cwd, ".tunewright/judge")).toSorted()).toEqual([
        "answers.jsonl",
        expect.stringMatching(/^quality-[0-9a-f]{16}\.jsonl$/),
      ]);
    }
    expect(left[1]).toEqual(left[0]);
    expect(left[2]).toEqual(left[0]);
  });
});
