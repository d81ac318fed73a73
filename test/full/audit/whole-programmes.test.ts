import { appendFileSync, cpSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { RULES } from "../../../src/audit/audit-rules.ts";
import { chatRow } from "../../programme/audit/foreign-sources.ts";
import { unlockFolder } from "../../programme/evaluate/programme-folder.ts";
import { bill, billRun, edit, findingsOf, quote, search, trainOn, writeClean } from "./programme-folders.ts";

let root = "";
let clean: string[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tunewright-whole-"));
  await writeClean(join(root, "clean"));
  clean = await findingsOf(join(root, "clean"));
});
afterAll(async () => {
  unlockFolder(root);
  await rm(root, { recursive: true, force: true });
});

type Change = (dir: string) => void | Promise<void>;

const term =
  (is: string, seller: string): Change =>
  (dir) => {
    edit(dir, "term: spot", `term: ${is}`);
    edit(dir, "sellerClass: neocloud", `sellerClass: ${seller}`);
  };
const method =
  (is: string): Change =>
  (dir) => {
    edit(dir, "method: lora", `method: ${is}`);
  };
const base =
  (is: string): Change =>
  (dir) => {
    edit(dir, "base: Qwen/Qwen3-14B", `base: ${is}`);
  };
const evaluations =
  (count: number): Change =>
  (dir) => {
    rmSync(join(dir, "evaluations"), { recursive: true });
    rmSync(join(dir, "eval"), { recursive: true });
    edit(dir, "evaluation:\n", `evaluation:\n  evaluations: ${count}\n`);
  };
const margin =
  (is: number): Change =>
  (dir) => {
    const file = join(dir, "eval/acceptance.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("margin: 0.3", `margin: ${is}`));
  };
/** The serving section is replaced: no traffic. */
const served =
  (by: string): Change =>
  (dir) => {
    edit(dir, "  inputTokensPerMonth: 5280000000\n  outputTokensPerMonth: 880000000\n", "");
    edit(dir, "serving:\n", by);
  };
/** The rows of the training version; each has the shape of the clean one. */
const rows =
  (...pairs: [question: string, answer: string][]): Change =>
  (dir) =>
    trainOn(
      dir,
      pairs.map(([question, answer]) => chatRow(question, answer)),
    );
const configuration =
  (line: string): Change =>
  (dir) => {
    writeFileSync(join(dir, "trainer.toml"), `[hub]\n${line}\n`);
  };
const inSet =
  (change: (file: string) => void): Change =>
  (dir) => {
    unlockFolder(join(dir, "frozen"));
    change(join(dir, "frozen/set/test.jsonl"));
  };
const item = (): string =>
  (JSON.parse(readFileSync(join(root, "clean/answers/test.jsonl"), "utf8").split("\n")[0]!) as { question: string })
    .question;

/** For each rule a folder with exactly that mistake, and one with what looks like it. */
const FOLDERS: readonly [rule: string, mistake: Change, nearMiss: Change][] = [
  ["full-fine-tune", method("full-sft"), method("qlora")],
  ["no-early-stopping", (dir) => search(dir, 9), (dir) => search(dir, 7)],
  ["on-demand-hyperscaler", term("on-demand", "hyperscaler"), term("on-demand", "neocloud")],
  ["no-evaluation", evaluations(0), evaluations(1)],
  [
    "annotation-as-engineering",
    // The shape is that of the rule: the annotation is in the line of the engineers, and the test set is dear.
    (dir) => quote(dir, { data: 2000, evaluation: 518_000, training: 80_000, engineering: 200_000 }),
    (dir) => quote(dir, { data: 500_000, evaluation: 20_000, training: 80_000, engineering: 200_000 }),
  ],
  [
    "no-contamination-check",
    (dir) => rows([item(), "18"])(dir),
    (dir) => rows([item().split(" ").toReversed().join(" "), "18"])(dir),
  ],
  [
    "personal-data",
    rows(["Who signs?", "Write to jane.doe@acme-legal.com, IBAN DE89370400440532013000."]),
    rows(["Who signs?", "Write to the address in clause 7.2, version 1.14.3, item 2026-11-02."]),
  ],
  [
    "test-set-moved",
    inSet((file) =>
      appendFileSync(file, `${JSON.stringify({ id: "new", question: "1 + 1?", answer: "2", steps: "1-2" })}\n`),
    ),
    inSet((file) => utimesSync(file, new Date(), new Date())),
  ],
  ["base-end-of-life", base("Qwen/Qwen2.5-14B"), base("Qwen/Qwen3.5-9B")],
  ["no-serving-model", served(""), served('serving:\n  monthlyUsd: "900"\n')],
  [
    "budget-shape",
    (dir) => quote(dir, { data: 20_000, evaluation: 5000, training: 50_000, engineering: 25_000 }),
    (dir) => quote(dir, { data: 45_000, evaluation: 24_000, training: 14_000, engineering: 17_000 }),
  ],
  ["unclaimed-spend", (dir) => bill(dir, [{ usd: 500 }]), (dir) => bill(dir, [{ usd: 500, category: "Tax" }])],
  ["bill-above-estimate", (dir) => billRun(dir, 90_000), (dir) => billRun(dir, 30)],
  ["too-few-items", margin(0.02), margin(0.25)],
  [
    "labels-in-conflict",
    rows(["When does it end?", "In May."], ["When does it end?", "In June."]),
    rows(["When does it end?", "In May."], ["When does it end, and why?", "In June."]),
  ],
  [
    "base-licence",
    base("mistralai/Ministral-8B-Instruct-2410"),
    (dir) => {
      edit(dir, "base: Qwen/Qwen3-14B", "base: mistralai/Ministral-8B-Instruct-2410");
      const file = join(dir, "programme.yaml");
      writeFileSync(file, `${readFileSync(file, "utf8")}compliance:\n  researchOnly: true\n`);
    },
  ],
  ["secrets-in-files", configuration(`token = "ghp_${"a1B2".repeat(9)}"`), configuration('token = "${HF_TOKEN}"')],
];

/** The rules whose folders are in `other-evidence.test.ts`. The clean folder has no papers, so it has open duties. */
const ELSEWHERE = ["duties-overdue", "training-rows-in-test-set"];

describe("programmes as folders, audited by the command", () => {
  test("every rule has its folders, and the clean one has no finding of theirs", () => {
    expect(new Set([...FOLDERS.map(([rule]) => rule), ...ELSEWHERE])).toEqual(new Set(RULES.map(({ id }) => id)));
    expect(clean).toEqual(["duties-overdue"]);
  });

  test.for(FOLDERS)("%s: the mistake is found alone, and its near miss is not", async ([rule, mistake, nearMiss]) => {
    for (const [name, change, expected] of [
      ["mistake", mistake, [rule]],
      ["near-miss", nearMiss, []],
    ] as const) {
      const dir = join(root, `${rule}-${name}`);
      cpSync(join(root, "clean"), dir, { recursive: true });
      await change(dir);
      const found = (await findingsOf(dir)).filter((each) => !clean.includes(each));
      expect(found, name).toEqual(expected);
    }
  });
});
