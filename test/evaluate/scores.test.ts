import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { ScoredItem } from "../../src/domain/evaluation-result.ts";
import { EvaluationScorer } from "../../src/domain/evaluation-scorer.ts";
import { pairedScore, type ScorePair } from "../../src/evaluate/compare/paired-score.ts";
import { readyScorers, scoreAnswer } from "../../src/evaluate/score/score-answer.ts";
import { summariseScore } from "../../src/evaluate/score/summarise-scores.ts";
import type { EvalItem } from "../../src/evaluate/set/eval-item.ts";

const [, ...rows] = readFileSync(new URL("../golden/scores.tsv", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");

function itemOf(row: Record<string, unknown>): EvalItem {
  return { id: "i", sha256: "", row, slices: {}, cluster: undefined };
}

function verdict(scorer: unknown, answer: string, reference: unknown) {
  const [ready] = readyScorers([EvaluationScorer.parse(scorer)], "answer");
  return scoreAnswer(ready!, { text: answer, isRefusal: false }, itemOf({ answer: reference }));
}

describe("scores of the golden table", () => {
  test.each(rows.map((row) => row.split("\t")))("%s of %s against %s", (...cells) => {
    const [scorer, answer, reference, value, unparsable] = cells as [string, string, string, string, string];
    const text = (cell: string): string =>
      cell
        .replaceAll("\\n", "\n")
        .replaceAll(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    const wanted =
      reference === ""
        ? undefined
        : /^\d$/.test(reference) && scorer.includes("choice")
          ? Number(reference)
          : reference;
    const found = verdict(JSON.parse(scorer), text(answer), wanted);
    expect(found.value).toBeCloseTo(Number(value), 12);
    expect(found.isUnparsable).toBe(unparsable === "yes");
  });
});

test("of several right answers the best counts", () => {
  expect(verdict({ kind: "f1" }, "the blue car", ["red bike", "blue car"]).value).toBe(1);
});

test("a reference of the wrong type leaves the item unscored, not wrong", () => {
  expect(verdict({ kind: "numeric" }, "4", "four").value).toBeNull();
  expect(verdict({ kind: "choice" }, "A", "not a letter").value).toBeNull();
});

test("ROUGE and F1 lie between 0 and 1, and are 1 for the reference itself", () => {
  const words = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 2, maxLength: 12 });
  const kinds = [
    ...(["rouge1", "rouge2", "rougeL", "rougeLsum"] as const).map((type) => ({ kind: "rouge" as const, type })),
    { kind: "f1" as const },
  ];
  fc.assert(
    fc.property(words, words, fc.constantFrom(...kinds), (said, wanted, scorer) => {
      const value = verdict(scorer, said.join(" "), wanted.join(" ")).value!;
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
      expect(verdict(scorer, wanted.join(" "), wanted.join(" ")).value).toBe(1);
    }),
    { seed: 18 },
  );
});

describe("right and wrong in clusters", () => {
  const inThrees = <T>(values: readonly T[]): (T & { cluster: string })[] =>
    values.map((value, index) => ({ ...value, cluster: String(Math.floor(index / 3)) }));
  const pairs = (differences: readonly number[]): Omit<ScorePair, "cluster">[] =>
    differences.map((value) => ({ baseline: value < 0 ? 1 : 0, target: value > 0 ? 1 : 0 }));
  const summary = (values: readonly number[]) => {
    const items = inThrees(
      values.map((value) => ({ scores: { exact: value }, answers: [{ answer: "", unparsable: [] }] })),
    );
    const [scorer] = readyScorers([{ kind: "exact" }], "answer");
    return summariseScore(items as unknown as ScoredItem[], scorer!);
  };

  // Reference values: scipy 1.17.1, its brentq on Tango's statistic over the effective number of items, and its t.
  test("two targets have Tango's interval over the effective number of items", () => {
    const differences = [1, 1, 0, -1, -1, -1, -1, ...Array.from({ length: 53 }, () => 0)];
    const found = pairedScore("exact", inThrees(pairs(differences)));
    expect(found).toMatchObject({ method: "tango-clustered", test: "mcnemar-clustered" });
    expect(found.interval!.low).toBeCloseTo(-0.22291004366286013, 9);
    expect(found.interval!.high).toBeCloseTo(0.14975347650301832, 9);
    expect(found.p).toBeCloseTo(0.6048174243104704, 9);
  });

  test("two targets that never differ have an interval, of as many items as there are clusters", () => {
    const { interval, p } = pairedScore("exact", inThrees(pairs(Array.from({ length: 300 }, () => 0))));
    expect(interval!.low).toBeCloseTo(-0.03787979720791757, 9);
    expect(interval!.high).toBeCloseTo(0.03787979720791757, 9);
    expect(p).toBe(1);
  });

  test("two clusters that differ alike are two cases, not certainty", () => {
    const { interval, p } = pairedScore("exact", inThrees(pairs([1, 1, 1, 1, 1, 1])));
    expect(p).toBeCloseTo(0.3918265520306073, 9); // t = sqrt 2, 1 degree of freedom
    expect(interval!.low).toBeLessThan(0);
  });

  test("a score has Wilson's interval over the effective number of items, also where all are right", () => {
    const found = summary(Array.from({ length: 60 }, (_, index) => (index < 49 ? 1 : 0)));
    expect(found.method).toBe("wilson-clustered");
    expect(found.interval!.low).toBeCloseTo(0.5914586229651324, 9);
    expect(found.interval!.high).toBeCloseTo(0.9320016738809095, 9);
    expect(summary(Array.from({ length: 300 }, () => 1)).interval).toEqual({
      low: expect.closeTo(1 - 0.03787979720791757, 9),
      high: 1,
    });
  });

  test("shares that are all the same have an interval of positive width", () => {
    const shares = Array.from({ length: 100 }, () => ({ baseline: 0.5, target: 0.5 }));
    const { interval } = pairedScore("f1", inThrees(shares));
    expect(interval!.low).toBeLessThan(-0.05);
    expect(interval!.high).toBeCloseTo(-interval!.low, 12);
  });
});
