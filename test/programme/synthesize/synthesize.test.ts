import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { formatMoney, parseMoney } from "../../../src/base/money.ts";
import { LedgerPage } from "../../../src/domain/ledger.ts";
import { SynthesisPlan, SyntheticMark } from "../../../src/domain/synthesis-result.ts";
import { runHere } from "../../cli/run-here.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { evaluationFolder, unlockFolder } from "../evaluate/programme-folder.ts";
import {
  type Body,
  documents,
  documentText,
  type Kind,
  programmeOf,
  scriptedModel,
  synthesisYaml,
  userOf,
} from "./scripted-model.ts";
import { drops, rowsIn, synthesized } from "./run-synthesis.ts";
import { longTest } from "../../long-suite.ts";

/** Twelve answers in turn: four good ones, and one of each kind that a check is for. */
const TURN: readonly Kind[] = [
  "good",
  "ungrounded",
  "good",
  "personal",
  "twin",
  "refusal",
  "good",
  "leak",
  "loop",
  "formless",
  "good",
  "cut-off",
];

describe("36 scripted answers about 36 documents", () => {
  test("each is kept or dropped for what is wrong with it; the kept ones are sealed with what they are made of", async () => {
    const model = await scriptedModel((index) => TURN[index % 12]!);
    const yaml = synthesisYaml(model.url, { requests: 36 });
    const dir = programmeOf({ "documents.jsonl": documents(36), "synthesize/qa.yaml": yaml });
    const { code, result } = await synthesized(dir);
    expect(code).toBe(0);
    expect(drops(result)).toEqual({
      "refusal: refusal": 3,
      "format: cut-off": 3,
      "format: format": 3,
      "prompt-leak: prompt-leak": 3,
      "grounding: ungrounded": 3,
      "quality: repetition": 3,
      "personal-data: personal-data": 3,
      "duplicates: exact-duplicate": 2, // the first of the three twins stays
    });
    expect(result).toMatchObject({ asked: 36, answered: 36, kept: 13, servedModels: ["stub"], stopped: null });
    // 36 answers of 100 tokens in and 10 out at 1 and 2 USD per million; by 13 rows.
    expect(result.cost).toMatchObject({ usd: "0.00432", generationUsd: "0.00432", perKeptRowUsd: "0.000332" });
    expect(result.pilot).toMatchObject({ asked: 12, kept: 5, remaining: 24 });
    const rows = rowsIn(dir, result);
    expect(rows.map(({ id }) => id)).toEqual(
      [0, 2, 4, 6, 10, 12, 14, 18, 22, 24, 26, 30, 34].map((index) => `qa-${index}`),
    );
    const mark = SyntheticMark.parse(rows[0]!["synthetic"]);
    expect(mark).toMatchObject({ recipe: "question-answer@1", request: 0, seed: 1, usd: "0.00012", inputTokens: 100 });
    const line = Number(mark.inputs[0]!.split(":")[1]);
    expect(documentText(line - 1).slice(mark.quote!.start, mark.quote!.end)).toMatch(/^The \w+ number .* weighs /);
    expect((await runHere(["data", "verify", result.sealed!.dir], { cwd: dir })).code).toBe(0);
    // Nothing that holds the address is written down.
    expect(readFileSync(join(dir, result.files.dropped), "utf8")).not.toContain("example.com");

    const sent = model.bodies.length;
    const again = await synthesized(dir);
    expect(model.bodies.length).toBe(sent);
    expect(again.result.sealed).toEqual({ ...result.sealed, isNew: false });
    expect(again.result.ledgerUsd).toBe("0.00");
    const ledger = LedgerPage.parse(JSON.parse((await runHere(["ledger", "show", "--json"], { cwd: dir })).stdout));
    expect(ledger.entries).toHaveLength(36); // one per call
    expect(ledger.balances).toMatchObject([
      { account: "paid:synthesis/qa", amount: "-0.00432" },
      { account: "spent:data", amount: "0.00432" },
    ]);
  });
});

test("an endpoint or a price that is wrong is told with the file that states it", async () => {
  for (const [endpoint, what] of [
    [{ url: "ftp://models" }, "is not an http address"],
    [{ url: "https://models.example/v1", usdPerMtokInput: undefined, usdPerMtokOutput: undefined }, "price"],
  ] as const) {
    const yaml = synthesisYaml("http://127.0.0.1:9/v1", { endpoint });
    const dir = programmeOf({ "documents.jsonl": documents(3), "synthesize/qa.yaml": yaml });
    const { code, stderr } = await runHere(["data", "synthesize", "qa", "--dry-run"], { cwd: dir });
    expect([code === 2 || code === 3, stderr]).toEqual([true, expect.stringContaining("synthesize/qa.yaml: ")]);
    expect(stderr).toContain(what);
  }
});

describe("money", () => {
  longTest(
    "the cap holds exactly; a higher one goes on, asks nothing twice, and seals a version that follows",
    async () => {
      const model = await scriptedModel(() => "good");
      const yaml = (maxUsd: string): string =>
        synthesisYaml(model.url, { requests: 12, pilot: 4, endpoint: { maxUsd }, sampling: { maxTokens: 64 } });
      const dir = programmeOf({ "documents.jsonl": documents(12), "synthesize/qa.yaml": yaml("0.0016") });
      const first = await synthesized(dir);
      expect(first.code).toBe(4);
      expect(first.result.stopped).toContain("the cap of 0.0016 USD is reached");
      expect(parseMoney(first.result.cost.usd!)).toBeLessThanOrEqual(parseMoney("0.0016"));
      expect(first.result.kept).toBeGreaterThan(0);
      expect(first.result.kept).toBeLessThan(12);
      writeFileSync(join(dir, "synthesize/qa.yaml"), yaml("1"));
      const second = await synthesized(dir);
      expect(second.code).toBe(0);
      expect(second.result.kept).toBe(12);
      expect(model.bodies.length).toBe(12);
      expect(second.result.sealed).toMatchObject({ dir: join("synthetic", "qa", "v2"), rows: 12, isNew: true });
      const added = [first, second].map(({ result }) => parseMoney(result.ledgerUsd!));
      expect(formatMoney(added[0]! + added[1]!)).toBe(second.result.cost.usd);
    },
  );

  test("a pilot that keeps no row ends the synthesis before the rest is paid", async () => {
    const model = await scriptedModel(() => "ungrounded");
    const yaml = synthesisYaml(model.url, { requests: 30, pilot: 6 });
    const dir = programmeOf({ "documents.jsonl": documents(30), "synthesize/qa.yaml": yaml });
    const { code, stderr } = await runHere(["data", "synthesize", "qa", "--yes"], { cwd: dir });
    expect(code).toBe(5);
    expect(stderr).toContain("none of the first 6 rows passed the checks");
    expect(model.bodies.length).toBe(6);
    const { stdout } = await runHere(["ledger", "show", "--json"], { cwd: dir });
    const { entries } = LedgerPage.parse(JSON.parse(stdout));
    const paid = entries.flatMap(({ lines }) => lines.filter(({ account }) => account === "spent:data"));
    expect(paid).toHaveLength(6); // the calls of the pilot are on the ledger, though nothing was sealed
    expect(Number(paid[0]!.amount)).toBeGreaterThan(0);
  });

  test("nothing is sent where nobody agrees, nor by --dry-run", async () => {
    const model = await scriptedModel(() => "good");
    const dir = programmeOf({ "documents.jsonl": documents(6), "synthesize/qa.yaml": synthesisYaml(model.url) });
    const refused = await runHere(["data", "synthesize", "qa"], { cwd: dir });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("requires confirmation");
    const { stdout } = await runHere(["data", "synthesize", "qa", "--dry-run", "--json"], { cwd: dir });
    expect(SynthesisPlan.parse(JSON.parse(stdout))).toMatchObject({ requests: 60, known: 0, isThisMachine: true });
    expect(model.bodies.length).toBe(0);
    expect(existsSync(join(dir, ".tunewright"))).toBe(false);
  });
});

describe("terms of the provider", () => {
  test.each([
    ["meta-llama/Meta-Llama-3-70B-Instruct", "its terms forbid training"],
    ["somebody/unknown-7b", "it is unknown"],
  ])("%s is refused before anything is sent", async (name, why) => {
    const model = await scriptedModel(() => "good");
    const yaml = synthesisYaml(model.url, { endpoint: { model: name }, decision: undefined });
    const dir = programmeOf({ "documents.jsonl": documents(3), "synthesize/qa.yaml": yaml });
    const { code, stderr } = await runHere(["data", "synthesize", "qa", "--yes"], { cwd: dir });
    expect(code).toBe(5);
    expect(stderr).toContain(why);
    expect(model.bodies.length).toBe(0);
  });

  test("rows of a model that answers behind the name of another are dropped where its terms forbid it", async () => {
    const model = await scriptedModel(() => "good", { model: "Meta-Llama-3-8B-Instruct" });
    const yaml = synthesisYaml(model.url, {
      requests: 3,
      endpoint: { model: "deepseek-r1" },
      decision: undefined,
    });
    const dir = programmeOf({ "documents.jsonl": documents(3), "synthesize/qa.yaml": yaml });
    const { code, result } = await synthesized(dir);
    expect(code).toBe(5);
    expect(drops(result)).toEqual({ "terms: output-terms": 3 });
    expect(result.sealed).toBeNull();
  });
});

describe("what a row must pass beyond itself", () => {
  test("training and test rows of the programme, and the share of generated rows", async () => {
    const model = await scriptedModel(() => "good");
    const yaml = synthesisYaml(model.url, { requests: 12, maxShare: 0.25 });
    const asked = (number: number, thing: string, place: string): string =>
      `How heavy is the ${thing} with the number ${number} that stands in the ${place}?`;
    const programme = `
version: 1
name: Tools
task: { kind: qa, goals: [knowledge] }
model: { base: Qwen/Qwen2.5-7B-Instruct }
data:
  files:
    - { path: train.jsonl, role: train, origin: own }
    - { path: test.jsonl, role: eval, origin: own }
`;
    const dir = programmeOf({
      "documents.jsonl": documents(12),
      "synthesize/qa.yaml": yaml,
      "programme.yaml": programme,
      "train.jsonl": jsonl([
        { prompt: asked(3, "ladder", "stable"), completion: "It weighs 34 pounds, and it cuts oak." },
        ...Array.from({ length: 8 }, (_, index) => ({ prompt: `Why ${index}?`, completion: `Because ${index}.` })),
      ]),
      "test.jsonl": jsonl([
        { question: asked(7, "crate", "chapel"), answer: "It weighs 38 pounds, and it lifts stones." },
      ]),
    });
    const { result } = await synthesized(dir);
    expect(drops(result)).toEqual({
      "contamination: contaminated": 1,
      "duplicates: exact-duplicate": 1,
      "share: over-share": 7, // 9 other rows allow 3 of a quarter
    });
    expect(result.share).toEqual({ synthetic: 3, other: 9, share: 0.25, max: 0.25 });
  });

  test("items of a locked set, though the programme does not list it", async () => {
    const question = "How heavy is the ladder with the number 3 that stands in the stable?";
    const item = { id: "q1", question, answer: "It weighs 34 pounds, and it cuts oak.", half: "a" };
    const model = await scriptedModel(() => "good");
    const dir = await evaluationFolder([item], {
      yaml: "set: set\ntargets: { a: { answers: a.jsonl } }\nscorers: [{ kind: exact }]\nprompt: '{{question}}'\n",
      files: { "documents.jsonl": documents(4), "synthesize/qa.yaml": synthesisYaml(model.url, { requests: 4 }) },
    });
    const { result } = await synthesized(dir);
    expect(drops(result)).toEqual({ "contamination: contaminated": 1 });

    // A set that has changed is no reference: nothing is sent.
    unlockFolder(join(dir, "frozen"));
    writeFileSync(join(dir, "frozen/v1/set.jsonl"), jsonl([{ ...item, question: "How heavy is it?" }]));
    const { code, stderr } = await runHere(["data", "synthesize", "qa", "--yes"], { cwd: dir });
    expect([code, model.bodies.length]).toEqual([5, 4]);
    expect(stderr).toContain("the set set does not match testset.lock");
  });

  test("further answers must agree", async () => {
    const isFurther = (body: Body): boolean => userOf(body).includes("as shortly as you can");
    const model = await scriptedModel((index, body) => {
      if (!isFurther(body)) return "good";
      // The question says which document: two of the three further answers about even ones are right.
      const number = Number(/with the number (\d+)/.exec(userOf(body))![1]);
      return number % 2 === 0 && index % 3 !== 0 ? "plain" : "refusal";
    });
    const yaml = synthesisYaml(model.url, {
      requests: 8,
      checks: { agreement: { samples: 3, minF1: 0.5, minShare: 0.3 } },
    });
    const dir = programmeOf({ "documents.jsonl": documents(8), "synthesize/qa.yaml": yaml });
    const { result } = await synthesized(dir);
    expect(model.bodies.length).toBe(8 + 24);
    expect(drops(result)).toEqual({ "agreement: no-agreement": 4 });
    expect(result.kept).toBe(4);
    expect(parseMoney(result.cost.agreementUsd!)).toBe(24n * parseMoney("0.00012"));
  });
});

test("a synthesis is refused before anything is asked where no budget holds its cap, and leaves no reservation", async () => {
  const model = await scriptedModel(() => "good");
  const yaml = synthesisYaml(model.url, { requests: 4, pilot: 4, endpoint: { maxUsd: "5" } });
  const dir = programmeOf({ "documents.jsonl": documents(4), "synthesize/qa.yaml": yaml });
  const set = async (usd: string) => runHere(["budget", "set", "--cap-usd", usd, "--set-by", "finance"], { cwd: dir });
  expect((await set("3")).code).toBe(0);
  const refused = await runHere(["data", "synthesize", "qa", "--yes"], { cwd: dir });
  expect(refused.stderr).toContain("would exceed the budget");
  expect(model.bodies).toHaveLength(0);
  expect((await set("100")).code).toBe(0);
  const { code } = await synthesized(dir);
  expect(code).toBe(0);
  const { stdout } = await runHere(["budget", "show", "--json"], { cwd: dir });
  const { budgets } = JSON.parse(stdout) as { budgets: { heldUsd: string }[] };
  expect(budgets.map(({ heldUsd }) => Number(heldUsd))).toEqual([0]);
});

describe("bad input", () => {
  const NO_TEXT = jsonl([{ text: "  " }, { text: "\u2014 12 \u2014" }]);
  const OTHER = jsonl([{ prompt: "a", completion: "b" }]);
  test.each([
    { what: "documents without text", text: NO_TEXT, message: /no document with text: documents.jsonl: 2 × empty/ },
    { what: "rows in the place of documents", text: OTHER, message: /1 × no-document/ },
    { what: "a file that does not exist", message: /"documents.jsonl" does not exist in the programme folder/ },
    {
      what: "a way out of the folder",
      more: { inputs: [{ path: "../documents.jsonl" }] },
      message: /leaves the programme folder/,
    },
    {
      what: "a limit of a share that nothing is known of",
      text: documents(1),
      more: { maxShare: 0.5 },
      message: /maxShare limits a share of training rows, and none are known/,
    },
    {
      what: "an unknown recipe",
      more: { recipe: "evolve" },
      message: /"evolve" is not one of self-instruct, question-answer/,
    },
    { what: "an unknown field", more: { judge: {} }, message: /"judge" is not a field here/ },
    {
      what: "agreement on a paraphrase",
      more: { recipe: "paraphrase", checks: { agreement: {} } },
      message: /does not apply to the recipe/,
    },
  ])("$what: refused with its place", async ({ text, more, message }) => {
    const dir = programmeOf({
      "synthesize/qa.yaml": synthesisYaml("http://127.0.0.1:9", more),
      ...(text === undefined ? {} : { "documents.jsonl": text }),
    });
    const { code, stderr } = await runHere(["data", "synthesize", "qa", "--dry-run"], { cwd: dir });
    expect([2, 3]).toContain(code);
    expect(stderr).toMatch(message);
  });
});
