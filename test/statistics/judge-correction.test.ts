import { describe, expect, test } from "vitest";

import { type Random, seededRandom } from "../../src/base/random.ts";
import { judgedHeadline, type JudgedItem } from "../../src/evaluate/judge/judged-headline.ts";
import { predictionPoweredMean } from "../../src/statistics/judge-correction.ts";

const TRUE_RATE = 0.5;

/** 40 passages of 10 questions; all that is known of an answer is mostly that of its passage. A judge errs in one of ten. */
function passages(random: Random): (JudgedItem & { human: number; cluster: string })[] {
  return Array.from({ length: 40 }, (_, passage) => {
    const rate = random() < TRUE_RATE ? 0.95 : 0.05;
    return Array.from({ length: 10 }, () => {
      const human = random() < rate ? 1 : 0;
      return { human, score: random() < 0.1 ? 1 - human : human, cluster: String(passage) };
    });
  }).flat();
}

describe("a rate that human labels correct, of items in clusters", () => {
  test("has the interval of independent items, but for C / (C - 1), if every item is a cluster", () => {
    const items = passages(seededRandom(3));
    const input = {
      labels: items.slice(0, 120).map(({ human }) => human),
      judged: items.slice(0, 120).map(({ score }) => score),
      unlabelled: items.slice(120).map(({ score }) => score),
    };
    const plain = predictionPoweredMean(input);
    const alone = predictionPoweredMean({ ...input, clusters: items.map((_item, index) => index) });
    expect(alone.estimate).toBe(plain.estimate);
    expect(alone.standardError).toBeCloseTo(plain.standardError * Math.sqrt(400 / 399), 12);
  });

  test("covers the truth in 19 of 20 draws with the clusters, and far less often without", () => {
    const random = seededRandom(11);
    const [rounds, covered] = [120, { with: 0, without: 0 }];
    for (let round = 0; round < rounds; round++) {
      const items = passages(random).map(({ human, ...item }): JudgedItem => {
        return { ...item, human: random() < 0.3 ? human : undefined };
      });
      for (const [name, given] of [
        ["with", items],
        ["without", items.map(({ score, human }): JudgedItem => ({ score, human }))],
      ] as const) {
        const { interval, method } = judgedHeadline({ items: given, labelsFrom: "sample", accuracy: undefined });
        expect(method).toBe("ppi++");
        if (interval!.low <= TRUE_RATE && TRUE_RATE <= interval!.high) covered[name] += 1;
      }
    }
    expect(covered.with / rounds).toBeGreaterThan(0.92);
    expect(covered.without / rounds).toBeLessThan(0.75);
  });

  test("is corrected for the judge's errors elsewhere with an interval that the clusters widen", () => {
    const items = passages(seededRandom(5));
    const accuracy = { sensitivity: { value: 0.9, n: 200 }, specificity: { value: 0.9, n: 200 } } as never;
    const widthOf = (given: JudgedItem[]): number => {
      const { interval } = judgedHeadline({ items: given, labelsFrom: "elsewhere", accuracy });
      return interval!.high - interval!.low;
    };
    const [clustered, plain] = [widthOf(items), widthOf(items.map(({ score }) => ({ score, human: undefined })))];
    expect(clustered / plain).toBeGreaterThan(1.5);
  });
});
