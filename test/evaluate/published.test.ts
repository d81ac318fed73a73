import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";

import { pairedScore } from "../../src/evaluate/compare/paired-score.ts";
import { lastNumber } from "../../src/evaluate/score/number-in.ts";
import { looksDeclined } from "../../src/evaluate/score/declined-answer.ts";
import { bootstrap, cohenKappa, mcnemar, pairedDifference, seededRandom, wilson } from "../../src/statistics/index.ts";
import { describeShared, expectedReal, sharedRows, sharedText } from "./shared-data.ts";

type Solved = { is_correct: boolean; solution: string };
type Problem = { ground_truth: string } & Record<string, Solved>;
const MODELS = ["6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification"] as const;

describeShared("GSM8K, 1,319 problems with the answers of four models (needs ../shared)", () => {
  test("the numeric score of every answer is the verdict that was published", () => {
    const problems = sharedRows<Problem>("gsm8k/example_model_solutions.jsonl");
    const answerIn = (text: string): number | undefined => lastNumber(/A: *([^\n]*)\s*$/.exec(text)?.[1] ?? "");
    const wrong = problems.flatMap((problem, index) =>
      MODELS.flatMap((model) => {
        const isEqual = answerIn(problem[model]!.solution) === answerIn(problem.ground_truth);
        return isEqual === problem[model]!.is_correct ? [] : [`${index} ${model}`];
      }),
    );
    expect(problems).toHaveLength(1319);
    expect(wrong).toEqual([]);
  });

  test("accuracies, intervals and every paired comparison are those that scipy gives", () => {
    const problems = sharedRows<Problem>("gsm8k/example_model_solutions.jsonl");
    type Pair = Record<"diff" | "se_paired" | "se_unpaired" | "corr" | "b" | "c" | "exact_p" | "mid_p", number>;
    const wanted = expectedReal()["gsm8k"] as {
      acc: Record<string, number>;
      wilson: Record<string, [number, number]>;
      pairs: Record<string, Pair>;
    };
    const scores = (model: string): number[] => problems.map((problem) => Number(problem[model]!.is_correct));
    for (const model of MODELS) {
      const right = scores(model).reduce((sum, value) => sum + value, 0);
      expect(right / 1319).toBeCloseTo(wanted.acc[model]!, 12);
      const { low, high } = wilson(right, 1319);
      expect([low, high].map((end) => end.toFixed(10))).toEqual(wanted.wilson[model]!.map((end) => end.toFixed(10)));
    }
    for (const [names, pair] of Object.entries(wanted.pairs)) {
      const [first, second] = names.split(" vs ").map(scores) as [number[], number[]];
      const paired = pairedDifference(first, second);
      expect(paired.difference).toBeCloseTo(pair.diff, 12);
      expect(paired.standardError).toBeCloseTo(pair.se_paired, 12);
      expect(paired.unpairedStandardError).toBeCloseTo(pair.se_unpaired, 12);
      expect(paired.correlation).toBeCloseTo(pair.corr, 10);
      expect(mcnemar(pair.b, pair.c).exactP / pair.exact_p).toBeCloseTo(1, 6);
      const compared = pairedScore(
        "accuracy",
        first.map((value, index) => ({ target: value, baseline: second[index]!, cluster: String(index) })),
      );
      expect([compared.onlyTarget, compared.onlyBaseline]).toEqual([pair.b, pair.c]);
      expect(compared.p! / pair.mid_p).toBeCloseTo(1, 6);
    }
  });

  test.each(["percentile", "bca"] as const)(
    "the %s bootstrap interval of a paired difference is that of numpy",
    (kind) => {
      const problems = sharedRows<Problem>("gsm8k/example_model_solutions.jsonl");
      const wanted = (expectedReal()["gsm8k"] as { boot_175b_ver_minus_ft: [number, number] }).boot_175b_ver_minus_ft;
      const differences = problems.map(
        (problem) => Number(problem["175b_verification"]!.is_correct) - Number(problem["175b_finetuning"]!.is_correct),
      );
      const meanOf = (units: Uint32Array): number =>
        units.reduce((sum, unit) => sum + differences[unit]!, 0) / units.length;
      const { interval } = bootstrap(differences.length, meanOf, { random: seededRandom(18), resamples: 5_000, kind });
      expect(Math.abs(interval!.low - wanted[0])).toBeLessThan(0.0015); // a tenth of the standard error, 0.0147
      expect(Math.abs(interval!.high - wanted[1])).toBeLessThan(0.0015);
    },
  );
});

describeShared("XSTest, 2,250 answers with labels of people (needs ../shared)", () => {
  test("the refusal scorer agrees with people at least as well as the published list of phrases does", () => {
    const rows = parse<Record<string, string>>(sharedText("xstest/xstest_human_vs_judges.csv"), { columns: true });
    const human = rows.map((row) => row["final_label"] !== "1_full_compliance");
    const ours = rows.map((row) => looksDeclined(row["completion"]!));
    const phrases = rows.map((row) => row["strmatch_label"] !== "1_full_compliance");
    const kappa = (labels: readonly boolean[]): number =>
      cohenKappa(labels.map((label, index) => [Number(label), Number(human[index])])).value!;
    expect(rows).toHaveLength(2250);
    expect(kappa(phrases)).toBeCloseTo(0.7697178591082688, 9);
    expect(kappa(ours)).toBeGreaterThan(0.7697);
  });
});
