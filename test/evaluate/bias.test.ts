import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { seededRandom } from "../../src/base/random.ts";
import { type BbqRow, bbqScores } from "../../src/evaluate/bias/bbq.ts";
import { groupCells } from "../../src/evaluate/bias/bias-text.ts";
import { type GroupedScore, groupGaps } from "../../src/evaluate/bias/group-gaps.ts";
import { swapWords } from "../../src/evaluate/bias/swap-words.ts";
import { describeShared, expectedReal, sharedRows } from "./shared-data.ts";
import { longTest } from "../long-suite.ts";

function scores(group: string, right: number, n: number): GroupedScore[] {
  return Array.from({ length: n }, (_, index) => ({
    group,
    value: Number(index < right),
    cluster: `${group}${index}`,
  }));
}

describe("gaps between groups", () => {
  test("80 of 100 and 60 of 100: Newcombe's interval, the chi-square p, the ratio", () => {
    const all = [...scores("a", 80, 100), ...scores("b", 60, 100)];
    const found = groupGaps(all, { minItems: 30, correction: "holm" });
    // Interval: Newcombe 1998, in shared vectors; chi-square 200 * (80 * 40 - 20 * 60)^2 / (140 * 60 * 100 * 100) = 9.5238.
    expect(found.worstGap).toMatchObject({ highest: "a", lowest: "b" });
    expect(found.worstGap!.interval.low).toBeCloseTo(0.073119, 6);
    expect(found.worstGap!.interval.high).toBeCloseTo(0.318505, 6);
    expect(found.groups[1]!.p).toBeCloseTo(0.002028, 5);
    expect(found.groups[1]!.adjustedP).toBe(found.groups[1]!.p); // both rows state one test
    expect(found.fourFifths).toMatchObject({ group: "b", isBelow: true });
    expect(found.fourFifths!.ratio).toBeCloseTo(0.75, 12);
  });

  longTest(
    "the interval of the largest gap covers zero in 19 of 20 sets whose groups are equal, right or wrong and not",
    () => {
      const random = seededRandom(5);
      const misses = (draw: () => number): number =>
        Array.from({ length: 200 }, () => {
          const all = Array.from({ length: 480 }, (_, index) => ({
            group: `g${index % 8}`,
            value: draw(),
            cluster: String(index),
          }));
          return groupGaps(all, { minItems: 30, correction: "holm" }).worstGap!;
        }).filter(({ interval: { low, high } }) => low > 0 || high < 0).length;
      expect(misses(() => Number(random() < 0.6))).toBeLessThanOrEqual(10); // 105 with the interval of a pair that was chosen before
      expect(misses(random)).toBeLessThanOrEqual(10);
      const { worstGap } = groupGaps(
        ["a", "b", "c"].flatMap((group, index) => scores(group, 20 + index, 40)),
        { minItems: 30, correction: "holm" },
      );
      expect(worstGap!.pairs).toBe(3);
    },
  );

  test("refusals have a gap and no ratio: whether one is good depends on the question", () => {
    const all = [...scores("a", 80, 100), ...scores("b", 60, 100)];
    const found = groupGaps(all, { minItems: 30, correction: "holm" });
    const refusals = groupGaps(all, { minItems: 30, correction: "holm", isHigherBetter: false });
    expect(refusals).toMatchObject({
      worstGap: found.worstGap,
      fourFifths: null,
      groups: [{ ratio: null }, { ratio: null }],
    });
  });

  test("a group with too few items is shown, and compared with nothing", () => {
    const all = [...scores("a", 90, 100), ...scores("b", 90, 100), ...scores("c", 0, 5)];
    const found = groupGaps(all, { minItems: 30, correction: "bh" });
    expect(found.groups[2]).toMatchObject({ group: "c", n: 5, mean: 0, isCompared: false, p: null, ratio: null });
    expect(found.worstGap!.gap).toBe(0);
    expect(groupGaps(scores("a", 1, 50), { minItems: 30, correction: "holm" })).toMatchObject({
      worstGap: null,
      fourFifths: null,
    });
  });

  test("clusters widen the interval: copies of an item are no evidence", () => {
    const doubled = (group: string, right: number): GroupedScore[] =>
      scores(group, right, 50).flatMap((score) => [score, score]);
    const single = groupGaps([...scores("a", 40, 50), ...scores("b", 20, 50)], { minItems: 30, correction: "holm" });
    const twice = groupGaps([...doubled("a", 40), ...doubled("b", 20)], { minItems: 30, correction: "holm" });
    const width = ({ low, high }: { low: number; high: number }): number => high - low;
    expect(width(twice.worstGap!.interval) / width(single.worstGap!.interval)).toBeGreaterThan(0.97);
    expect(twice.fourFifths!.ratio).toBeCloseTo(0.5, 12);
  });

  test("a group in a single cluster is shown, and not compared", () => {
    const one = scores("a", 30, 40).map((score) => ({ ...score, value: score.value / 2, cluster: "one passage" }));
    const found = groupGaps([...one, ...scores("b", 20, 40), ...scores("c", 20, 40)], {
      minItems: 30,
      correction: "holm",
    });
    expect(found.groups[0]).toMatchObject({ group: "a", n: 40, isCompared: false, differenceInterval: null });
    expect([found.worstGap!.highest, found.worstGap!.lowest].toSorted()).toEqual(["b", "c"]);
    expect(groupCells(found.groups[0]!, 30)[4]).toBe("too few groups or clusters");
  });

  test("the order of the scores changes nothing", () => {
    const all = [...scores("a", 33, 40), ...scores("b", 21, 40), ...scores("c", 30, 35)];
    const wanted = groupGaps(all, { minItems: 30, correction: "holm" });
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(groupGaps(shuffled, { minItems: 30, correction: "holm" })).toEqual(wanted);
      }),
      { seed: 18, numRuns: 20 },
    );
  });
});

describe("words that are swapped", () => {
  const swaps = [
    { from: "he", to: "she" },
    { from: "she", to: "he" },
    { from: "his", to: "her" },
    { from: "old man", to: "old woman" },
  ];
  test.each([
    ["He said she left with HIS coat.", "She said he left with HER coat."],
    ["The old man and the mantle", "The old woman and the mantle"],
    ["the theme", undefined],
    ["", undefined],
  ])("%j becomes %j", (text, wanted) => {
    expect(swapWords(text, swaps)).toBe(wanted);
  });

  test("an exchange undoes itself", () => {
    const exchange = swaps.slice(0, 2);
    fc.assert(
      fc.property(fc.array(fc.constantFrom("he", "she", "They", "HE", "She", "x")), (words) => {
        const text = words.join(" ");
        expect(swapWords(swapWords(text, exchange) ?? text, exchange) ?? text).toBe(text);
      }),
      { seed: 18, numRuns: 100 },
    );
  });
});

type Predicted = Omit<BbqRow, "chosen"> & Record<"ans0" | "ans1" | "ans2" | "unifiedqa-t5-11b_pred_race", string>;

describeShared("BBQ with the answers of UnifiedQA (needs ../shared)", () => {
  type Wanted = Record<
    "ambig" | "disambig",
    Record<"n" | "correct" | "nonunk" | "biased" | "unknown" | "acc" | "bias_score", number>
  >;
  test.each(["Religion", "Sexual_orientation"])("%s: counts, accuracy and bias score", (category) => {
    const wanted = (expectedReal()["bbq_unifiedqa_race_derived"] as Record<string, Wanted>)[category]!;
    const plain = (text: string): string =>
      text
        .toLowerCase()
        .replaceAll(/[^a-z0-9' ]/g, "")
        .trim();
    const rows = sharedRows<Predicted>(`bbq/preds_UnifiedQA_${category}.jsonl`).map((row): BbqRow => {
      const said = plain(row["unifiedqa-t5-11b_pred_race"]);
      const found = (["ans0", "ans1", "ans2"] as const).findIndex((name) => plain(row[name]) === said);
      return { ...row, chosen: found === -1 ? undefined : (found as 0 | 1 | 2) };
    });
    const scored = bbqScores(rows);
    for (const condition of ["ambig", "disambig"] as const) {
      const { n, correct, nonUnknown, biased, unknown, accuracy, biasScore } = scored[condition];
      const { nonunk, acc, bias_score: bias, ...counts } = wanted[condition];
      expect({ n, correct, nonunk: nonUnknown, biased, unknown }).toMatchObject({
        n: counts.n,
        correct: counts.correct,
        nonunk,
        biased: counts.biased,
        unknown: counts.unknown,
      });
      expect(accuracy).toBeCloseTo(acc, 12);
      expect(biasScore).toBeCloseTo(bias, 12);
    }
  });
});
