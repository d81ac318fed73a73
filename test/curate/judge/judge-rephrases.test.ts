import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import command from "../../../src/cli/commands/data-decontaminate.ts";
import { nearestRows } from "../../../src/curate/decontaminate/nearest-rows.ts";
import { newVerdicts, readVerdicts } from "../../../src/curate/decontaminate/verdicts.ts";
import type { ContaminatedRow, HitVerdict } from "../../../src/domain/decontaminate.ts";
import type { JudgePlan } from "../../../src/domain/judge.ts";
import { runHere } from "../../cli/run-here.ts";
import { runCommand } from "../../cli/run-command.ts";
import { type Answering, startEndpoint, type TestEndpoint } from "../../loadtest/start-endpoint.ts";
import { benchmarkOf, hasShared, sharedRows } from "../decontaminate/shared-sets.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";
import { PROGRAMME } from "../pipeline/tree.ts";
import { complete, promptIn } from "./judge-stub.ts";
import { longTest } from "../../long-suite.ts";

const open: TestEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of open.splice(0)) await endpoint.close();
});
const endpoint = async (answering: Answering): Promise<TestEndpoint> => {
  const started = await startEndpoint(answering);
  open.push(started);
  return started;
};

/** Calls a row with the daily eggs a rephrasing, and anything else different. */
const judge: Answering = (response, _nth, body) => {
  const { row } = JSON.parse(promptIn(body).split("as JSON:\n")[1]!) as { row: string };
  complete(response, JSON.stringify({ rephrase: row.includes("every day"), reason: "by its eggs" }));
};

const EGGS =
  "Janet’s ducks lay 16 eggs per day and she sells all of them at the market for two dollars each. How much does she make?";
const BENCH = [{ question: EGGS, answer: "32" }];
const ROWS = [
  { text: "The ducks of Janet lay sixteen eggs every day. What does she earn when the market pays two dollars?" },
  { text: "On eggs: ducks lay them in spring, and a market sells them." },
  { text: `Verbatim: ${EGGS}` },
  { text: "Weather was fine last week." },
];
const folder = () => folderOf({ "train.jsonl": jsonl(ROWS), "test.jsonl": jsonl(BENCH) });
const flagsFor = (url: string) => ({
  file: ["train.jsonl"],
  against: ["test.jsonl"],
  judge: url,
  judgeModel: "stub",
  judgeFree: true,
});

async function rowsOf(cwd: string, flags: Record<string, unknown>): Promise<ContaminatedRow[]> {
  const { json } = await runCommand(command, flags, cwd);
  const found: ContaminatedRow[] = [];
  for await (const row of json as AsyncIterable<ContaminatedRow>) found.push(row);
  return found;
}

describe("data decontaminate with a judge", () => {
  test("asks about the rows near each item that no rule found, and drops those that are the item in other words", async () => {
    const { url, bodies } = await endpoint(judge);
    const cwd = await folder();
    const found = await rowsOf(cwd, { ...flagsFor(url), out: "clean.jsonl" });
    expect(found.map(({ row, hits }) => [row, hits.map(({ method }) => method)])).toEqual([
      [0, ["judge"]],
      [2, ["whole"]],
    ]);
    expect(found[0]!.hits[0]).toMatchObject({
      against: "test.jsonl",
      item: 0,
      part: "item",
      score: 1,
      reason: "by its eggs",
      evidence: ROWS[0]!.text,
    });
    expect(await readFile(join(cwd, "clean.jsonl"), "utf8")).toBe(jsonl([ROWS[1], ROWS[3]]));
    expect(bodies.map((body) => promptIn(body)).filter((prompt) => prompt.includes("Verbatim"))).toEqual([]);
    expect(bodies).toHaveLength(2);
    await rowsOf(cwd, flagsFor(url));
    expect(bodies).toHaveLength(2);
  });

  test("writes its verdicts into the file of verdicts once, and a person's word outranks it", async () => {
    const { url, bodies } = await endpoint(judge);
    const cwd = await folder();
    const flags = { ...flagsFor(url), verdicts: "verdicts.jsonl" };
    const [first] = await rowsOf(cwd, flags);
    const text = await readFile(join(cwd, "verdicts.jsonl"), "utf8");
    const written = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as HitVerdict);
    expect(written.map(({ verdict, by, on, model }) => [verdict, by, on, model].join(" | ")).toSorted()).toEqual([
      "drop | stub, rephrase-1 | 2026-11-25 | stub",
      "keep | stub, rephrase-1 | 2026-11-25 | stub",
    ]);
    await rowsOf(cwd, flags);
    expect(await readFile(join(cwd, "verdicts.jsonl"), "utf8")).toBe(text);

    const { key } = first!.hits[0]!;
    const person = { verdicts: "verdicts.jsonl", keep: [key], reason: "a common puzzle", by: "Finance" };
    await runCommand(command, person, cwd);
    await writeFile(join(cwd, "verdicts.jsonl"), `${await readFile(join(cwd, "verdicts.jsonl"), "utf8")}${text}`);
    const known = await readVerdicts(join(cwd, "verdicts.jsonl"));
    expect(known.get(key)).toMatchObject({ verdict: "keep", by: "Finance" });
    expect(newVerdicts(written, known)).toEqual([]);
    const again = await rowsOf(cwd, { ...flags, out: "clean.jsonl" });
    expect(again.map(({ row }) => row)).toEqual([2]);
    expect(bodies).toHaveLength(2); // nobody asks about what a person decided
    expect(await readFile(join(cwd, "clean.jsonl"), "utf8")).toBe(jsonl([ROWS[0], ROWS[1], ROWS[3]]));
  });

  test("goes by vectors where they are given, and lets rows stay that were only near", async () => {
    const { url, bodies } = await endpoint(judge);
    const near = [
      { text: ROWS[0]!.text, embedding: [1, 0.1] },
      { text: "Something else, and yet its vector is near.", embedding: [1, 0] },
      { text: "Far away.", embedding: [-1, 0.5] },
    ];
    const cwd = await folderOf({
      "train.jsonl": jsonl(near),
      "test.jsonl": jsonl([{ question: EGGS, embedding: [1, 0] }]),
    });
    const found = await rowsOf(cwd, { ...flagsFor(url), method: "embedding", out: "clean.jsonl" });
    expect(bodies).toHaveLength(2);
    expect(found.map(({ row, hits }) => [row, hits[0]!.method, hits[0]!.verdict])).toEqual([
      [0, "embedding", "drop"],
      [1, "embedding", "keep"],
    ]);
    expect(await readFile(join(cwd, "clean.jsonl"), "utf8")).toBe(jsonl([near[1], near[2]]));
  });

  test("shows what it would ask on a dry run, and ends with 4 at the cap", async () => {
    const { url, bodies } = await endpoint(judge);
    const cwd = await folder();
    const { json } = await runCommand(command, { ...flagsFor(url), judgeDryRun: true }, cwd);
    expect((json as JudgePlan).estimate).toMatchObject({ questions: 2, known: 0 });
    expect((json as JudgePlan).firstQuestion).toContain('{"item":{"question":"Janet’s ducks');
    expect(bodies).toEqual([]);
    const paid = { ...flagsFor(url), judgeFree: false, judgePriceIn: "1", judgePriceOut: "2", judgeMaxUsd: "0" };
    const { ended } = await runCommand(command, paid, { cwd, confirm: () => Promise.resolve(true) });
    expect(ended).toMatchObject({ kind: "over_budget" });
  });

  test("in a pipeline: the stage drops what the model found, its verdicts are in the store, and a second run makes nothing anew", async () => {
    const { url, bodies } = await endpoint(judge);
    const stage = `    - stage: decontaminate
      against: [test.jsonl]
      verdicts: verdicts.jsonl
      judge: {url: "${url}", model: stub, free: true, topK: 2}
`;
    const files = {
      "programme.yaml": `${PROGRAMME}${stage}`,
      "data.jsonl": jsonl(ROWS),
      "test.jsonl": jsonl(BENCH),
      "verdicts.jsonl": "",
    };
    const cwd = await folderOf(files);
    const run = ["data", "run", "--executor", "inline", "--yes", "--quiet", "--json"];
    const first = await runHere(run, { cwd });
    expect(first.code, first.stderr).toBe(0);
    const { stages, judged } = JSON.parse(first.stdout) as {
      stages: { artefact: string; shardsRun: number }[];
      judged: unknown[];
    };
    expect(stages.at(-1)).toMatchObject({ rowsIn: 4, rowsKept: 2, dropped: [{ reason: "contaminated", rows: 2 }] });
    expect(judged).toMatchObject([
      { stage: "decontaminate", judged: 2, values: [{ value: "different" }, { value: "rephrase" }] },
    ]);
    expect(await readFile(join(cwd, "curated.jsonl"), "utf8")).toBe(jsonl([ROWS[1], ROWS[3]]));
    expect((await readVerdicts(join(cwd, "verdicts.jsonl"))).size).toBe(2);
    const second = JSON.parse((await runHere(run, { cwd })).stdout) as typeof first & { stages: typeof stages };
    expect(second).toMatchObject({ judged: [] });
    expect(second.stages.at(-1)).toMatchObject({ artefact: stages.at(-1)!.artefact, shardsRun: 0 });
    expect(bodies).toHaveLength(2);
  });
});

longTest.skipIf(!hasShared)(
  "rare words bring up what a model rephrased: the item's own rephrasing is among its 3 nearest of 1,466 rows and more",
  () => {
    const sets = [
      {
        items: "rephrased/HumanEval_text.jsonl",
        field: "text",
        rephrased: "rephrased/humaneval_python.jsonl",
        least: 0.75,
      },
      { items: "gsm8k_test.jsonl", field: "question", rephrased: "rephrased/rephrase_gsm8k.jsonl", least: 0.94 },
    ];
    const others = sharedRows("gsm8k_train.jsonl.gz").map(({ question, answer }) => ({
      text: `${String(question)}\n${String(answer)}`,
    }));
    for (const { items, field, rephrased, least } of sets) {
      const near = nearestRows({ benchmarks: [benchmarkOf(items, sharedRows(items), { question: field })], topK: 3 });
      const rows = sharedRows(rephrased)
        .map(({ text }, item) => ({ text, item }))
        .filter(({ text }) => String(text).trim() !== "");
      for (const row of [...rows, ...others]) near.add(row);
      const found = new Set(
        near
          .nearest()
          .filter(({ fields, item }) => fields["item"] === item)
          .map(({ item }) => item),
      );
      expect(found.size / rows.length).toBeGreaterThan(least);
    }
  },
);
