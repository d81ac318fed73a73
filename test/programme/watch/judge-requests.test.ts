import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import watchJudge from "../../../src/cli/commands/watch-judge.ts";
import { QueuedCase } from "../../../src/domain/watch-queue.ts";
import { WatchJudged } from "../../../src/domain/watch-judge.ts";
import { checkWatch } from "../../../src/programme/watch/check-watch.ts";
import { importRequests } from "../../../src/programme/watch/import-requests.ts";
import { judgedFolder } from "../../../src/programme/watch/judged-requests.ts";
import { queueCases } from "../../../src/programme/watch/queue-cases.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { runCommand } from "../../cli/run-command.ts";
import { complete, promptIn } from "../../curate/judge/judge-stub.ts";
import { startEndpoint, type TestEndpoint } from "../../loadtest/start-endpoint.ts";
import { LedgerPage } from "../../../src/domain/ledger.ts";
import { runHere } from "../../cli/run-here.ts";
import { madeUpTraffic } from "../../watch/made-up-traffic.ts";

const NOW = Date.parse("2026-11-02T00:00:00Z");

let dir: string;
let endpoint: TestEndpoint;
beforeAll(async () => {
  // A judge that finds long answers unsupported, and does not answer in JSON about some.
  endpoint = await startEndpoint((response, _nth, body) => {
    const prompt = promptIn(body);
    if (prompt.includes("refund")) complete(response, "I would rather not say.");
    else complete(response, `{"supported": ${!prompt.includes("there. Open")}, "reason": "the steps"}`);
  });
  dir = await mkdtemp(join(tmpdir(), "tunewright-judged-"));
  await writeFile(join(dir, "requests.jsonl"), madeUpTraffic({ from: "2026-08-31", weeks: 9, perWeek: 30 }));
  await importRequests({
    programmeDir: dir,
    files: [{ path: join(dir, "requests.jsonl"), shown: "requests.jsonl" }],
    sample: 1,
    sliceField: undefined,
    env: {},
    nowMs: NOW,
  });
  await mkdir(join(dir, "watch"));
  await writeFile(
    join(dir, "watch/support.yaml"),
    `version: 1
reference: { from: 2026-08-31, to: 2026-10-25 }
sample: 50
judge: { url: "${endpoint.url}", model: stub, usdPerMtokInput: "1", usdPerMtokOutput: "2", maxUsd: "1" }
`,
  );
});
afterAll(async () => {
  await endpoint.close();
  await rm(dir, { recursive: true, force: true });
});

const judge = async (more: object = {}): Promise<WatchJudged> => {
  const { json } = await runCommand(
    watchJudge,
    { name: "support", ...more },
    { cwd: dir, confirm: () => Promise.resolve(true) },
  );
  return WatchJudged.parse(json);
};

test("the judge of a monitor is asked once about each request of the sample, and its answers are not kept", async () => {
  const plan = await judge({ dryRun: true });
  expect(plan).toMatchObject({ sampled: 270, known: 0, judge: null });
  expect(endpoint.bodies).toHaveLength(0);
  const first = await judge();
  expect(first.judge!.values.map(({ value }) => value)).toEqual(["supported", "unsupported"]);
  expect(first.judge!.unjudged).toEqual([{ reason: "no-json", questions: expect.any(Number) as number }]);
  expect(first.verdicts).toBe(270);
  const asked = endpoint.bodies.length;
  expect(await judge()).toMatchObject({ sampled: 270, known: 270, verdicts: 270 });
  expect(endpoint.bodies).toHaveLength(asked);
  const { stdout } = await runHere(["ledger", "show", "--json"], { cwd: dir });
  const { balances, total } = LedgerPage.parse(JSON.parse(stdout));
  expect(balances.find(({ account }) => account === "spent:evaluation")?.amount).toBe(first.judge!.spentUsd);
  expect(total).toBe(asked); // one entry per call
  expect(Number(first.judge!.spentUsd)).toBeCloseTo(0.00012 * asked, 9); // 100 tokens in, 10 out, each question once
  expect(existsSync(join(judgedFolder(dir, "support"), "answers.jsonl"))).toBe(false);
});

test("verdicts without labels of people are not watched, and the check says why", async () => {
  const { check } = await checkWatch(dir, "support", NOW);
  expect(check.signals.map(({ signal }) => signal)).not.toContain("ungrounded");
  expect(check.notWatched).toContainEqual({
    what: "answers without support",
    reason: "the judge's verdicts cannot be corrected: labels.ungrounded names no file of labels",
  });
});

test("answers that the judge found unsupported are queued as hard cases, those of another judge are not", async () => {
  const ask = (name: string) =>
    queueCases({
      programmeDir: dir,
      name,
      from: "2026-08-31",
      rows: 1_000,
      budgetUsd: undefined,
      usdPerRow: undefined,
      training: undefined,
      isRandom: false,
      out: `out/${name}.jsonl`,
      nowMs: NOW,
    });
  const unsupported = async (name: string): Promise<{ found: number; rows: number; notLookedFor: string }> => {
    const queue = await ask(name);
    const lines = (await readFile(join(dir, queue.out), "utf8")).trim().split("\n");
    const cases = lines.map((line) => QueuedCase.parse(JSON.parse(line)));
    const queued = cases.filter(({ reasons }) => reasons.includes("unsupported"));
    for (const { messages } of queued) expect(messages[1]!.content).toContain("there. Open");
    const { found } = queue.byReason.find(({ reason }) => reason === "unsupported")!;
    return { found, rows: queued.length, notLookedFor: queue.notLookedFor.join() };
  };
  const judged = await unsupported("support");
  const verdicts = (await readFile(join(judgedFolder(dir, "support"), "verdicts.jsonl"), "utf8")).trim().split("\n");
  expect(judged.found).toBe(verdicts.filter((line) => line.includes('"ungrounded":1')).length);
  expect(judged.rows).toBeGreaterThan(0);
  expect(judged.notLookedFor).not.toContain("no judge was asked");
  const monitor = await readFile(join(dir, "watch/support.yaml"), "utf8");
  await writeFile(join(dir, "watch/other.yaml"), monitor.replace("model: stub", "model: other"));
  await cp(judgedFolder(dir, "support"), judgedFolder(dir, "other"), { recursive: true });
  const other = await unsupported("other");
  expect(other).toMatchObject({ found: 0, rows: 0 });
  expect(other.notLookedFor).toContain("no judge was asked (tunewright watch judge)");
});

test("labels of a random queue correct the verdicts; those of hard cases are left out", async () => {
  const queue = await queueCases({
    programmeDir: dir,
    name: "support",
    from: "2026-08-31",
    rows: 220,
    budgetUsd: undefined,
    usdPerRow: undefined,
    training: undefined,
    isRandom: true,
    out: undefined,
    nowMs: NOW,
  });
  expect(queue.byReason.filter(({ queued }) => queued > 0)).toEqual([{ reason: "random", found: 270, queued: 220 }]);
  const rows = (await readFile(join(dir, queue.out), "utf8")).trim().split("\n");
  const labelled = rows.map((line, k) => {
    const row = JSON.parse(line) as { id: string; reasons: string[] };
    return JSON.stringify({ ...row, reasons: k < 5 ? ["refusal"] : row.reasons, label: k % 10 === 0 ? "bad" : "good" });
  });
  await writeFile(join(dir, "labels.jsonl"), `${labelled.join("\n")}\n`);
  const monitor = join(dir, "watch/support.yaml");
  await writeFile(
    monitor,
    `${await readFile(monitor, "utf8")}labels: { ungrounded: { file: labels.jsonl, positive: [bad] } }\n`,
  );
  const { check } = await checkWatch(dir, "support", NOW);
  const signal = check.signals.find((entry) => entry.signal === "ungrounded")!;
  expect(signal.corrected!.labels).toBeLessThan(200);
  expect(signal.state).toBe("too-short");
  expect(check.notes).toContain(
    "labels.ungrounded: 5 labels excluded: their rows were queued as hard cases, not at random",
  );
});

test("a monitor without a judge says what to add", async () => {
  await writeFile(join(dir, "watch/plain.yaml"), "version: 1\nreference: { from: 2026-08-31, to: 2026-10-25 }\n");
  const failure = await catchFailureAsync(() => judge({ name: "plain" }));
  expect(failure).toMatchObject({ kind: "bad_input", message: "watch/plain.yaml names no judge" });
});
