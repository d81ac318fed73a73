import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { heldOut, traffic, trainingRows } from "../../../examples/loop/make-rows.mjs";
import { parseYaml } from "../../../src/base/yaml.ts";
import { Evaluation } from "../../../src/domain/evaluation.ts";
import type { Invitation, LabelItems } from "../../../src/domain/label-work.ts";
import { TrainingFile } from "../../../src/domain/training-job.ts";
import { StagesFile } from "../../../src/domain/training-stages.ts";
import { RecordedCheck } from "../../../src/domain/watch-check.ts";
import { runHere } from "../../cli/run-here.ts";
import { ROOT } from "../../cli/run-cli.ts";
import { serveProcess } from "../../server/serve-process.ts";
import { unlockFolder } from "../../programme/evaluate/programme-folder.ts";

// The loop of examples/loop without its model: answers are right for what a model has learned, and wrong for the rest.
const WEEKS = 13;
const DRIFT_WEEK = 10;
const WEEK_MS = 7 * 86_400_000;
/** The last Monday; 1970-01-05 was one. Texts are kept for 90 days, so the weeks must be recent ones. */
const END_MS = Math.floor((Date.now() - 4 * 86_400_000) / WEEK_MS) * WEEK_MS + 4 * 86_400_000;
const START_MS = END_MS - WEEKS * WEEK_MS;

/** Day with which a week of the traffic begins. */
const mondayOf = (week: number): string => new Date(START_MS + week * WEEK_MS).toISOString().slice(0, 10);

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-loop-"));
  cpSync(join(ROOT, "examples/loop"), dir, { recursive: true });
});
afterAll(() => {
  unlockFolder(dir);
  rmSync(dir, { recursive: true, force: true, maxRetries: 20 });
});

async function ok(line: string, code = 0): Promise<string> {
  const words = line.match(/"[^"]*"|\S+/g)!.map((word) => word.replaceAll('"', ""));
  const ran = await runHere(words, { cwd: dir });
  expect(ran.code, `${line}: ${ran.stderr}`).toBe(code);
  return ran.stdout;
}

function write(name: string, rows: readonly object[]): void {
  writeFileSync(join(dir, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

const read = (name: string): string => readFileSync(join(dir, name), "utf8");

test("the files of the example are valid, and no held-out message is a training row", () => {
  const parsed = (name: string): unknown => parseYaml(read(name), name).value;
  for (const version of [1, 2]) {
    expect(TrainingFile.parse(parsed(`v${version}.yaml`)).dataset).toBe(`frozen/train-${version}`);
    expect(StagesFile.parse(parsed(`stages-${version}.yaml`)).name).toBe(`router-v${version}`);
  }
  expect(Evaluation.parse(parsed("eval/router.yaml")).gates.map(({ name }) => name)).toEqual(["better", "kept"]);
  const trained = new Set(trainingRows(200).map(({ prompt }) => prompt));
  expect(heldOut(80).filter(({ prompt }) => trained.has(prompt))).toEqual([]);
});

test("drift is found, its hard cases are labelled, and the next version of the data holds the right answers", async () => {
  const dialogue = (prompt: string, answer: string): object => ({
    messages: [
      { role: "user", content: prompt },
      { role: "assistant", content: answer },
    ],
  });
  for (const name of ["data", "watch"]) mkdirSync(join(dir, name));
  write(
    "data/train.jsonl",
    trainingRows(200).map(({ prompt, answer }) => dialogue(prompt, answer)),
  );
  await ok('data freeze data/train.jsonl --out frozen/train-1 --by me --reason "first version"');
  const requests = traffic({ weeks: WEEKS, perWeek: 30, driftWeek: DRIFT_WEEK, startMs: START_MS });
  write(
    "requests.jsonl",
    requests.map(({ id, time, user, prompt, queue, answer }) => {
      const isRight = queue !== "subscription";
      const given = isRight ? answer : '{"queue": "repair"}';
      return { id, time, user, prompt, answer: given, model: "router-v1", feedback: isRight ? "up" : "down" };
    }),
  );
  await ok("watch import requests.jsonl");
  writeFileSync(
    join(dir, "watch/router.yaml"),
    `version: 1\nreference: { from: ${mondayOf(0)}, to: ${mondayOf(7)} }\nsignals: [feedback, input, format]\nformat: json\n`,
  );
  const { check } = RecordedCheck.parse(JSON.parse(await ok("watch check router --json", 5)));
  expect(check.alarms.map(({ signal }) => signal)).toContain("feedback");
  expect(check.alarms.map(({ since }) => since).toSorted()[0]).toBe(mondayOf(DRIFT_WEEK));
  await ok(`watch queue router --from ${mondayOf(DRIFT_WEEK)} --rows 60 --usd-per-row 0.05`);
  const [queue] = readdirSync(join(dir, "watch/queues"));
  writeFileSync(join(dir, "labelling.yaml"), read("labelling.yaml").replace("QUEUE.jsonl", queue!));
  const added = `- { path: watch/queues/${queue}, role: train, origin: own }`;
  writeFileSync(join(dir, "programme.yaml"), read("programme.yaml").replace(/# loop.mjs adds .*/, added));
  await ok("data label create labelling.yaml");
  await label(new Map(requests.map(({ id, answer }) => [id, answer])));
  await ok("data label seal router --by QA");
  await ok("data run --yes --executor inline");
  const rows = read("curated.jsonl")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { messages: { content: string }[] });
  const learned = rows.filter(({ messages }) => messages.at(-1)!.content === '{"queue": "subscription"}');
  expect(learned.length).toBeGreaterThan(20);
  const right = new Map([...trainingRows(200), ...requests].map(({ prompt, answer }) => [prompt, answer]));
  expect(rows.filter(({ messages: [asked, said] }) => right.get(asked!.content) !== said!.content)).toEqual([]);
  const next = "data freeze curated.jsonl --out frozen/train-2 --by me --reason more --after frozen/train-1";
  expect(await ok(next)).toContain("added");
  expect(await ok("ledger show")).toContain("labelling");
});

/** Two annotators, who know the right answers, label every row through the API of the page. */
async function label(rightOf: ReadonlyMap<string, string>): Promise<void> {
  const people = ["Ada", "Ben"];
  const links: Invitation[] = [];
  for (const name of people)
    links.push(JSON.parse(await ok(`data label invite router --name ${name} --json`)) as Invitation);
  const server = await serveProcess(dir);
  const post = (path: string, body: object, cookie = ""): Promise<Response> =>
    fetch(`${new URL(server.url).origin}/api/v1${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie },
      body: JSON.stringify(body),
    });
  for (const { path, name } of links) {
    const session = await post("/label/session", { token: path.split("#")[1] });
    const cookie = session.headers.get("set-cookie")!.split(";")[0]!;
    for (;;) {
      const { items } = (await (await post("/label/router/items", { limit: 8 }, cookie)).json()) as LabelItems;
      if (items.length === 0) break;
      for (const { item, fields } of items) {
        const answer = rightOf.get(String(fields["id"]))!;
        const body = { key: `answer-${name}-${item}`, item, version: 1, answer, activeMs: 1_000 };
        expect((await post("/label/router/answers", body, cookie)).status).toBe(200);
      }
    }
  }
  await server.kill("SIGTERM");
}
