import { appendFileSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ComplianceReport } from "../../../src/domain/compliance.ts";
import { chatRow } from "../../programme/audit/foreign-sources.ts";
import { unlockFolder } from "../../programme/evaluate/programme-folder.ts";
import {
  answersOf,
  edit,
  evaluateMethods,
  findingsOf,
  ON,
  release,
  run,
  trainOn,
  writeClean,
} from "./programme-folders.ts";

let root = "";
let clean: string[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tunewright-evidence-"));
  await writeClean(join(root, "clean"));
  clean = await findingsOf(join(root, "clean"));
});
afterAll(async () => {
  unlockFolder(root);
  await rm(root, { recursive: true, force: true });
});

function copyOf(name: string): string {
  cpSync(join(root, "clean"), join(root, name), { recursive: true });
  return join(root, name);
}

const spend =
  (activity: string, usd: number, memo: string) =>
  (dir: string): Promise<string> =>
    run(dir, "ledger", "add", "--activity", activity, "--usd", String(usd), "--memo", memo, "--on", ON);
const today =
  (api: string) =>
  (dir: string): void =>
    edit(dir, "api: openai/gpt-6-luna", `api: ${api}`);
const hosted =
  (model: string) =>
  (dir: string): void =>
    writeFileSync(
      join(dir, "training-hosted.yaml"),
      `version: 1\nname: hosted\nengine: openai\nmodel: ${model}\ndataset: frozen/train\nhosted:\n  epochs: 2\n  usdPerMillionTokens: "25"\n`,
    );
/** The questions that the evaluation of the clean programme asked, in order. */
const questions = (dir: string): string[] =>
  readFileSync(join(dir, "answers/test.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { question: string }).question);
const lastRow = (dir: string, file: string): string => readFileSync(join(dir, file), "utf8").trim().split("\n").at(-1)!;

type Change = (dir: string) => unknown;

/** Evidence of a mistake in other records than those of `whole-programmes.test.ts`, and what looks like it. */
const FOLDERS: readonly [rule: string, records: string, mistake: Change, nearMiss: Change][] = [
  [
    "full-fine-tune",
    "an evaluation of both methods",
    (dir) => evaluateMethods(dir, { full: 100, lora: 100 }),
    (dir) => evaluateMethods(dir, { full: 150, lora: 100 }),
  ],
  [
    "no-evaluation",
    "a released version",
    (dir) => release(dir, "clauses"),
    // The evaluation of the clean programme names a target "tuned".
    (dir) => release(dir, "tuned"),
  ],
  ["base-end-of-life", "the API in use", today("openai/gpt-4o"), today("openai/gpt-6-sol")],
  ["base-end-of-life", "a provider that tunes", hosted("gpt-4o-mini-2024-07-18"), hosted("gpt-6-luna")],
  [
    "annotation-as-engineering",
    "the ledger",
    spend("engineering", 400, "annotation of 900 clauses"),
    async (dir) => {
      await spend("engineering", 400, "build the annotation page")(dir);
      await spend("data", 400, "annotation of 900 clauses")(dir);
    },
  ],
  [
    "budget-shape",
    "what was spent",
    spend("engineering", 5_000_000, "contractors"),
    spend("engineering", 50, "contractors"),
  ],
  [
    "training-rows-in-test-set",
    "dataset files",
    (dir) => appendFileSync(join(dir, "data/train.jsonl"), `${lastRow(dir, "data/eval.jsonl")}\n`),
    // The instruction that all rows share is in both files as it is.
    (dir) => appendFileSync(join(dir, "data/train.jsonl"), `${lastRow(dir, "data/train.jsonl")}\n`),
  ],
];

describe("programmes as folders, audited by the command", () => {
  test.for(FOLDERS)("%s by %s: the mistake is found alone, and its near miss is not", async (folder) => {
    const [rule, records, mistake, nearMiss] = folder;
    for (const [name, change, expected] of [
      ["mistake", mistake, [rule]],
      ["near-miss", nearMiss, []],
    ] as const) {
      const dir = copyOf(`${rule}-${records.replaceAll(" ", "-")}-${name}`);
      await change(dir);
      const found = (await findingsOf(dir)).filter((each) => !clean.includes(each));
      expect(found, name).toEqual(expected);
    }
  });

  test("a run of each method that was evaluated gives the difference of their scores with its interval", async () => {
    const dir = copyOf("methods");
    await evaluateMethods(dir, { full: 102, lora: 100 });
    const answer = (await answersOf(dir)).get("full-fine-tune")!;
    expect(answer.text).toBe(
      "All weights are tuned; the method rules recommend LoRA. An evaluation of both shows no gain of the full fine-tune.",
    );
    // Of 150 items, 102 and 100 are right: 0.68 and 0.667. The first 100 are right in both, so 2 differ.
    expect(answer.evidence.at(-1)!.says).toMatch(
      /^accuracy on 150 items: all weights, full 0\.68; adapter, lora 0\.667; difference 0\.013 \(95 %: /,
    );
  });

  test("test items in the trained rows are told with the scores of the evaluation with and without them", async () => {
    const dir = copyOf("contrast");
    const asked = questions(dir);
    await trainOn(
      dir,
      asked.slice(0, 30).map((question) => chatRow(question, "An answer.")),
    );
    const answer = (await answersOf(dir)).get("no-contamination-check")!;
    expect(answer).toMatchObject({
      state: "finding",
      text: expect.stringMatching(/^30 training rows contain/) as string,
    });
    const items = readFileSync(join(dir, answer.evidence.at(-1)!.place.replace("result.json", "items.jsonl")), "utf8");
    const scores = items
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { scores: { accuracy: number } }).scores.accuracy);
    const shown = (some: readonly number[]): string =>
      String(Number((some.reduce((sum, score) => sum + score, 0) / some.length).toPrecision(3)));
    expect(answer.evidence.at(-1)!.says).toContain(
      `is ${shown(scores)} on ${scores.length} items, and ${shown(scores.slice(30))} on the ${scores.length - 30} that share nothing`,
    );
  });

  test("duties-overdue by papers: each duty with a paper is not overdue until the day after the paper's last one", async () => {
    const dir = copyOf("duties");
    const show = async (): Promise<ComplianceReport> =>
      ComplianceReport.parse(JSON.parse(await run(dir, "comply", "show", ".", "--on", ON)));
    const open = (await show()).requirements
      .filter(({ kind, applies }) => kind === "obligation" && applies === "yes")
      .flatMap(({ evidence }) => evidence.filter(({ state }) => state !== "found"));
    expect(open.length).toBeGreaterThan(5);
    writeFileSync(join(dir, "paper.md"), "# A paper of a person\n");
    const named = new Set(
      open.map(({ detail }) => {
        const [, record, id] = /record: (\S+) and requirements: \[(\S+)\]/.exec(detail)!;
        return `  - { record: ${record}, title: Paper, path: paper.md, requirements: [${id}], validUntil: ${ON} }\n`;
      }),
    );
    const answers = readFileSync(join(dir, "compliance.yaml"), "utf8");
    writeFileSync(join(dir, "compliance.yaml"), `${answers}documents:\n${[...named].join("")}`);
    expect(await findingsOf(dir)).toEqual([]);
    const [first] = named;
    const proved = readFileSync(join(dir, "compliance.yaml"), "utf8");
    writeFileSync(join(dir, "compliance.yaml"), proved.replace(first!, first!.replace(ON, "2026-11-27")));
    expect(await findingsOf(dir)).toEqual(["duties-overdue"]);
  });
});
