import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import type { EvaluationComparison, GateReport } from "../../../src/domain/evaluation-comparison.ts";
import type { JudgesAsked } from "../../../src/domain/judges-asked.ts";
import type { EvaluationRun } from "../../../src/domain/evaluation-run.ts";
import { listEvaluations, viewEvaluation } from "../../../src/programme/evaluate/list-evaluations.ts";
import { runHere } from "../../cli/run-here.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { complete } from "../../llm/llm-server.ts";
import { type Answering, startEndpoint, type TestEndpoint } from "../../loadtest/start-endpoint.ts";
import { evaluationFolder, ok, questions } from "./programme-folder.ts";
import { longTest } from "../../long-suite.ts";

const open: TestEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of open.splice(0)) await endpoint.close();
});

async function endpointThat(answering: Answering): Promise<TestEndpoint> {
  const endpoint = await startEndpoint(answering);
  open.push(endpoint);
  return endpoint;
}

const ITEMS = 16;

/** Answers: of the items with an even number right, of the others wrong. */
const answers = (isRight: (index: number) => boolean): string =>
  jsonl(questions(ITEMS).map(({ id, answer }, index) => ({ id, answer: isRight(index) ? answer! : `not ${answer}` })));

const RUBRIC = `version: 2
mode: reference
prompt: "Right answer: {{reference}}. Answer: {{answer}}. Levels: {{levels}}"
levels:
  - { label: right, score: 1, anchor: equal to the right answer }
  - { label: wrong, score: 0, anchor: anything else }
`;

const PAIR = `version: 1
mode: pairwise
prompt: "{{question}} | {{answer_a}} | {{answer_b}} | Say [[A]], [[B]] or [[C]]."
`;

/** The request as one text. */
const textOf = (body: Record<string, unknown>): string => (body["messages"] as { content: string }[])[0]!.content;

/** A judge that is right. */
const honest: Answering = (response, _nth, body) => {
  const [, reference, answer] = /Right answer: (.*?)\. Answer: (.*?)\. Levels/s.exec(textOf(body))!;
  complete(response, `Compared. [[${reference === answer ? "right" : "wrong"}]]`, { model: "judge-1" });
};

/** 40 rows that people labelled elsewhere: half of them right. */
const LABELS = jsonl(
  Array.from({ length: 40 }, (_, index) => ({
    question: `What is ${index}?`,
    reference: String(index),
    answer: index % 2 ? String(index) : "none",
    human: index % 2 ? "right" : "wrong",
  })),
);

const judged = (fields: string, scorer: string): string => `set: set
prompt: "{{question}}"
targets:
  base: { answers: base.jsonl, model: small }
  tuned: { answers: tuned.jsonl, model: small-tuned }
judges:
  strict: { ${fields} }
scorers:
  - { kind: judge, name: right, judges: [strict], ${scorer} }
gates:
  - { name: better, target: tuned, baseline: base, scorer: right, margin: 0.5, minItems: 10 }
`;

const FILES = {
  "base.jsonl": answers((index) => index % 2 === 0),
  "tuned.jsonl": answers((index) => index !== 3),
  "eval/judges/right.yaml": RUBRIC,
  "eval/judges/pair.yaml": PAIR,
  "labels.jsonl": LABELS,
};

const THRESHOLDS = "thresholds: { minLabels: 40 }";

const admittedScorer = `prompt: right, reference: answer, labels: { file: labels.jsonl }, ${THRESHOLDS}`;

const judgeAt = (url: string, more = "free: true"): string => `url: "${url}", model: judge-1, ${more}`;

describe("a live judge", () => {
  test("is checked against human labels, then scores every answer, and asks nothing twice", async () => {
    const endpoint = await endpointThat(honest);
    const dir = await evaluationFolder(questions(ITEMS), {
      yaml: judged(judgeAt(endpoint.url), admittedScorer),
      files: FILES,
    });
    const { results } = (await ok(dir, "eval run e")) as EvaluationRun;
    const [base, tuned] = results;
    expect([base!.scores[0]!.mean, tuned!.scores[0]!.mean]).toEqual([0.5, 15 / 16]);
    const [score] = base!.judged;
    expect(score).toMatchObject({
      mode: "reference",
      isAdmitted: true,
      prompt: { file: "eval/judges/right.yaml", version: "2" },
      headline: { method: "rogan-gladen", labels: 40, n: ITEMS },
    });
    expect(score!.judges[0]).toMatchObject({ asked: ITEMS, withoutVerdict: 0, cost: { requests: ITEMS, usd: null } });
    expect(score!.judges[0]!.check).toMatchObject({ labels: 40, admitted: true });
    expect(score!.judges[0]!.check!.kappa.value).toBeCloseTo(1, 12);
    const { value, interval, n } = score!.headline;
    const listed = (await listEvaluations(dir)).evaluations.find(({ target }) => target === "base")!.headline!;
    expect(listed).toEqual({ scorer: "right", mean: value, interval, n, correction: "rogan-gladen" });
    expect(listed.interval).not.toEqual(base!.scores[0]!.interval); // wider: the check has 40 labels
    expect((await viewEvaluation(dir, base!.id)).headline).toEqual(listed);
    const sent = endpoint.bodies.length;
    expect(new Set(endpoint.bodies.map(textOf)).size).toBe(sent); // equal questions were sent once
    const again = (await ok(dir, "eval run e")) as EvaluationRun;
    expect(endpoint.bodies).toHaveLength(sent);
    expect(again.results.map(({ id }) => id)).toEqual(results.map(({ id }) => id));
    const page = readFileSync(join(dir, "evaluations", tuned!.id, "report.html"), "utf8");
    expect(page).toContain(", Rogan-Gladen<");
    expect(page).toContain("against 40 human labels");
    const { baseline, target } = (await ok(dir, "eval compare base tuned")) as EvaluationComparison;
    const compared = readFileSync(join(dir, `evaluations/compare-${baseline.id}-${target.id}.html`), "utf8");
    for (const shown of [page, compared]) {
      expect(shown).toContain(score!.prompt.sha256);
      expect(shown).toContain(base!.fingerprints.set);
      expect(shown).toContain("Judge strict");
    }
    expect(compared).toContain("against 40 human labels");
    const gate = (await ok(dir, "eval gate e")) as GateReport;
    expect(gate.gates[0]!.checks.filter(({ check }) => check === "judge").map(({ passed }) => passed)).toEqual([
      true,
      true,
    ]);
    writeFileSync(join(dir, "labels.jsonl"), LABELS.repeat(2));
    const other = await runHere(["eval", "gate", "e"], { cwd: dir });
    expect([other.code, other.stderr]).toEqual([5, expect.stringContaining("labels.jsonl was changed after an")]);
  });

  test.each<[string, Answering, RegExp]>([
    [
      "that writes prose",
      (response) => complete(response, "The answer looks fine to me."),
      /without a verdict is 100 %/,
    ],
    ["that always says right", (response) => complete(response, "[[right]]"), /specificity is 0.000/],
    [
      "that refuses",
      (response) => complete(response, "I'm sorry, but I can't assist with that."),
      /without a verdict is 100 %/,
    ],
  ])(
    "%s is refused by the labels, is not asked about the items, and no gate rests on it",
    async (_name, answer, why) => {
      const endpoint = await endpointThat(answer);
      const dir = await evaluationFolder(questions(ITEMS), {
        yaml: judged(judgeAt(endpoint.url), admittedScorer),
        files: FILES,
      });
      const { results } = (await ok(dir, "eval run e")) as EvaluationRun;
      expect(endpoint.bodies).toHaveLength(40);
      const [score] = results[0]!.judged;
      expect(score!.isAdmitted).toBe(false);
      expect(score!.reasons.join("; ")).toMatch(why);
      expect([score!.headline.value, results[0]!.scores[0]!.mean]).toEqual([null, null]);
      const { code, stdout } = await runHere(["eval", "gate", "e"], { cwd: dir });
      expect(code).toBe(5);
      expect(stdout).toContain("the human labels do not admit strict");
    },
  );

  longTest("is corrected by PPI++ only for the target whose answers people labelled", async () => {
    const endpoint = await endpointThat(honest);
    const items = questions(80);
    const saidBy = (isRight: (index: number) => boolean) =>
      items.map(({ id, answer }, index) => ({ id, answer: isRight(index) ? answer! : "none" }));
    const answersOf = { base: saidBy((index) => index % 2 === 0), tuned: saidBy((index) => index % 8 !== 1) };
    const labelsOf = (target: "base" | "tuned", more: object = {}) =>
      answersOf[target]
        .slice(0, 60)
        .map((row, index) => ({ ...row, human: row.answer === items[index]!.answer ? "right" : "wrong", ...more }));
    const run = async (labels: readonly object[]) => {
      const scorer = `prompt: right, reference: answer, labels: { file: labels.jsonl, from: sample }, ${THRESHOLDS}`;
      const dir = await evaluationFolder(items, {
        yaml: judged(judgeAt(endpoint.url), scorer),
        files: {
          ...FILES,
          "base.jsonl": jsonl(answersOf.base),
          "tuned.jsonl": jsonl(answersOf.tuned),
          "labels.jsonl": jsonl(labels),
        },
      });
      const { results } = (await ok(dir, "eval run e")) as EvaluationRun;
      return results.map(({ judged: [score] }) => score!.headline);
    };
    const [base, tuned] = await run(labelsOf("tuned"));
    expect(tuned).toMatchObject({ method: "ppi++", labels: 60, note: null });
    expect(base).toMatchObject({ method: "rogan-gladen", note: expect.stringMatching(/^22 of 60 labelled items/) });
    expect(base!.value).toBeCloseTo(0.5, 12); // the equal answers alone are right in 30 of 38 items
    const labelled = [...labelsOf("base", { author: "base" }), ...labelsOf("tuned", { author: "tuned" })];
    for (const { method, labels, note } of await run(labelled)) {
      expect({ method, labels, note }).toEqual({ method: "ppi++", labels: 60, note: null });
    }
  });

  test("of pairs asks in both orders, takes a changed verdict for a tie, and is refused if too many change", async () => {
    const first = await endpointThat((response) => complete(response, "[[A]]"));
    const pairs = jsonl(
      Array.from({ length: 40 }, (_, index) => {
        return { question: `q${index}`, answer_a: "yes", answer_b: "no", human: index % 2 ? "A" : "B" };
      }),
    );
    const scorer = `prompt: pair, against: base, labels: { file: pairs.jsonl }, ${THRESHOLDS}, unadmitted: true`;
    const yaml = judged(judgeAt(first.url), scorer);
    const dir = await evaluationFolder(questions(ITEMS), { yaml, files: { ...FILES, "pairs.jsonl": pairs } });
    const { results } = (await ok(dir, "eval run e")) as EvaluationRun;
    const [base, tuned] = results;
    expect(base!.scores[0]!.mean).toBe(0.5); // it is not compared with itself
    const [score] = tuned!.judged;
    expect(score!.judges[0]).toMatchObject({ asked: 2 * ITEMS, flipped: ITEMS });
    expect(tuned!.scores[0]!.mean).toBe(0.5);
    expect(score!.reasons.join("; ")).toContain("order of the answers is 100 %");
    expect(score!.headline).toMatchObject({ method: "uncorrected" });
  });

  test("of pairs that prefers the right answer gives the rate at which a target wins", async () => {
    const wins: Answering = (response, _nth, body) => {
      const [, a, b] = textOf(body).split(" | ");
      complete(
        response,
        a!.startsWith("not") === b!.startsWith("not") ? "[[C]]" : a!.startsWith("not") ? "[[B]]" : "[[A]]",
      );
    };
    const endpoint = await endpointThat(wins);
    const yaml = judged(judgeAt(endpoint.url), "prompt: pair, against: base, unadmitted: true");
    const dir = await evaluationFolder(questions(ITEMS), { yaml, files: FILES });
    await ok(dir, "eval run e --target base");
    const { results } = (await ok(dir, "eval run e --target tuned")) as EvaluationRun;
    expect(results[0]!.scores[0]!.mean).toBeCloseTo((7 + 9 / 2) / ITEMS, 12); // 7 won, 9 alike
    expect(results[0]!.judged[0]!.reasons).toEqual(["strict: there are no human labels"]);
    writeFileSync(join(dir, "eval/e.yaml"), yaml.replace("model: small }", "model: larger }"));
    const again = ["eval", "run", "e", "--target", "tuned"];
    expect((await runHere(again, { cwd: dir })).stderr).toContain("that answers are compared with, was changed");
    const [, changed] = ((await ok(dir, "eval run e")) as EvaluationRun).results;
    expect(changed!.fingerprints.scorers).not.toBe(results[0]!.fingerprints.scorers);
    writeFileSync(join(dir, "base.jsonl"), FILES["tuned.jsonl"]);
    expect((await runHere(again, { cwd: dir })).code).toBe(3);
  });

  test("is asked about the labelled rows alone by eval judge ask, whose answers the run then finds", async () => {
    const endpoint = await endpointThat(honest);
    const dir = await evaluationFolder(questions(ITEMS), {
      yaml: judged(judgeAt(endpoint.url), admittedScorer),
      files: FILES,
    });
    const asked = (await ok(dir, "eval judge ask e")) as JudgesAsked;
    expect(asked).toMatchObject({ evaluation: "e", ledger: null });
    expect(asked.judges).toMatchObject([
      { scorer: "right", judge: "strict", model: "judge-1", isAdmitted: true, check: { labels: 40 } },
    ]);
    expect(endpoint.bodies).toHaveLength(40);
    const { results } = (await ok(dir, "eval run e")) as EvaluationRun;
    expect(results[0]!.judged[0]!.judges[0]!.check).toEqual(asked.judges[0]!.check);
    expect(new Set(endpoint.bodies.map(textOf)).size).toBe(endpoint.bodies.length);
    const none = await runHere(["eval", "judge", "ask", "e", "--scorer", "rigt"], { cwd: dir });
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining("has no judge rigt")]);
  });

  test("that the labels do not admit ends eval judge ask with 5 and the reason", async () => {
    const endpoint = await endpointThat((response) => complete(response, "[[right]]"));
    const dir = await evaluationFolder(questions(4), {
      yaml: judged(judgeAt(endpoint.url), admittedScorer),
      files: FILES,
    });
    const { code, stdout, stderr } = await runHere(["eval", "judge", "ask", "e"], { cwd: dir });
    expect([code, stderr]).toEqual([5, expect.stringContaining("the judge strict is rejected: ")]);
    expect(stdout).toContain("strict (judge-1) for right: 40 answers");
  });

  test("shares a panel with another: the middle level counts, and their agreement is given", async () => {
    const endpoint = await endpointThat(honest);
    const harsh = await endpointThat((response) => complete(response, "[[wrong]]"));
    const yaml = judged(judgeAt(endpoint.url), "prompt: right, reference: answer, unadmitted: true")
      .replace("scorers:", `  harsh: { url: "${harsh.url}", model: judge-2, free: true }\nscorers:`)
      .replace("judges: [strict]", "judges: [strict, harsh]");
    const dir = await evaluationFolder(questions(ITEMS), { yaml, files: FILES });
    const { results } = (await ok(dir, "eval run e")) as EvaluationRun;
    expect(results[0]!.scores[0]!.mean).toBe(0);
    expect(results[0]!.judged[0]!.agreement).toBeLessThan(0.1);
    expect(results[0]!.judged[0]!.judges).toHaveLength(2);
  });

  test("never passes its cap, which holds for the check and all targets together", async () => {
    const endpoint = await endpointThat(honest);
    const paid = `usdPerMtokInput: "10", usdPerMtokOutput: "20", maxUsd: "0.03", maxTokens: 16, concurrency: 1`;
    const yaml = judged(judgeAt(endpoint.url, paid), admittedScorer);
    const dir = await evaluationFolder(questions(ITEMS), { yaml, files: FILES });
    const asked = await runHere(["eval", "run", "e"], { cwd: dir });
    expect([asked.code, endpoint.bodies.length]).toEqual([2, 0]);
    const { judgePlans } = (await ok(dir, "eval run e --dry-run")) as EvaluationRun;
    expect(judgePlans[0]).toMatchObject({
      judge: "strict",
      requests: 40 + 2 * ITEMS,
      maxUsd: "0.03",
      spentUsd: "0.00",
    });
    const { code, stdout } = await runHere(["eval", "run", "e", "--yes", "--json"], { cwd: dir });
    expect(code).toBe(4);
    const { results } = JSON.parse(stdout) as EvaluationRun;
    const costs = results.flatMap(({ judged: scores }) => scores.flatMap(({ judges }) => judges));
    const [card] = costs;
    expect(Number(card!.checkCost.usd)).toBeCloseTo(endpoint.bodies.length * 0.0012, 12); // 100 in, 10 out
    expect(endpoint.bodies.length * 0.0012).toBeLessThanOrEqual(0.03);
    expect(existsSync(join(dir, "evaluations/judges/e-strict/answers.jsonl"))).toBe(true);
  });

  test("an answer without a verdict is not scored; it does not count as wrong", async () => {
    const endpoint = await endpointThat((response, nth, body) =>
      textOf(body).includes("not 5") ? complete(response, "Hard to say.") : honest(response, nth, body),
    );
    const yaml = judged(judgeAt(endpoint.url), "prompt: right, reference: answer, unadmitted: true");
    const dir = await evaluationFolder(questions(ITEMS), { yaml, files: FILES });
    const { results } = (await ok(dir, "eval run e --target base")) as EvaluationRun;
    expect(results[0]!.scores[0]).toMatchObject({ n: ITEMS - 1, mean: 8 / 15 });
    expect(results[0]!.judged[0]!.judges[0]!.withoutVerdict).toBe(1);
  });

  test("that gives no verdict on wrong answers, or names levels in reasoning that was cut off, passes no gate", async () => {
    const endpoint = await endpointThat((response, nth, body) => {
      if (!textOf(body).includes("Answer: not ")) return honest(response, nth, body);
      const content = "It is [[right]] if it equals the right answer, so";
      complete(response, "", { choices: [{ index: 0, message: { content }, finish_reason: "length" }] });
    });
    const yaml = judged(judgeAt(endpoint.url), admittedScorer).replace("minItems: 10", "minItems: 5");
    const dir = await evaluationFolder(questions(ITEMS), { yaml, files: FILES });
    const [base] = ((await ok(dir, "eval run e")) as EvaluationRun).results;
    expect(base!.judged[0]!.judges[0]).toMatchObject({ isAdmitted: true, withoutVerdict: ITEMS / 2 });
    const gate = await runHere(["eval", "gate", "e", "--json"], { cwd: dir });
    expect(gate.code).toBe(5);
    const { checks } = (JSON.parse(gate.stdout) as GateReport).gates[0]!;
    expect(checks.flatMap(({ passed, detail }) => (passed ? [] : [detail]))).toEqual([
      `base: ${ITEMS / 2} of ${ITEMS} answers have no score right; the limit is 1 %`,
      `tuned: 1 of ${ITEMS} answers have no score right; the limit is 1 %`,
    ]);
  });

  test.each<{ what: string; change?: [string, string]; scorer?: string; message: string; exit?: number }>([
    {
      what: "a judge that is the model it judges",
      change: ["model: judge-1", "model: openai/Small"],
      message: "the model of the target base",
    },
    { what: "no labels", scorer: "prompt: right, reference: answer", message: "a judge requires human labels" },
    { what: "no such judge", change: ["strict:", "other:"], message: "there is no judge strict" },
    {
      what: "no such prompt",
      scorer: admittedScorer.replace("prompt: right", "prompt: rihgt"),
      message: "there is no eval/judges/rihgt.yaml",
      exit: 3,
    },
    { what: "no right answer", scorer: admittedScorer.replace("reference: answer, ", ""), message: "set reference" },
    {
      what: "a pair with nothing to compare",
      scorer: "prompt: pair, unadmitted: true",
      message: "set either against or reference",
    },
    {
      what: "a label that the prompt does not have",
      scorer: admittedScorer.replace("labels.jsonl", "odd.jsonl"),
      message: 'the label "perhaps" is not',
    },
  ])("refuses $what before anything is sent", async ({ change, scorer = admittedScorer, message, exit = 2 }) => {
    const endpoint = await endpointThat(honest);
    const yaml = judged(judgeAt(endpoint.url), scorer).replace(...(change ?? ["set: set", "set: set"]));
    const odd = jsonl([{ question: "?", answer: "1", reference: "1", human: "perhaps" }]);
    const dir = await evaluationFolder(questions(4), {
      yaml,
      files: { ...FILES, "odd.jsonl": odd, "base.jsonl": "", "tuned.jsonl": "" },
    });
    const { code, stderr } = await runHere(["eval", "run", "e"], { cwd: dir });
    expect(stderr).toContain(message);
    expect([code, endpoint.bodies.length]).toEqual([exit, 0]);
  });

  test("with allowSelf may judge its own model", async () => {
    const endpoint = await endpointThat(honest);
    const own = judgeAt(endpoint.url).replace("judge-1", "small");
    const yaml = judged(`${own}, allowSelf: true`, admittedScorer);
    const dir = await evaluationFolder(questions(ITEMS), { yaml, files: FILES });
    const { results } = (await ok(dir, "eval run e --target base")) as EvaluationRun;
    expect(results[0]!.judged[0]!.isAdmitted).toBe(true);
  });
});
