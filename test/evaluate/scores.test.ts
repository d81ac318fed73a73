import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { EvaluationScorer } from "../../src/domain/evaluation-scorer.ts";
import { readyScorers, scoreAnswer } from "../../src/evaluate/score/score-answer.ts";
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
