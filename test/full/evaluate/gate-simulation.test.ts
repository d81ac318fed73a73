import { describe, expect, test } from "vitest";

import { type Random, seededRandom } from "../../../src/base/random.ts";
import { EvaluationGate } from "../../../src/domain/evaluation.ts";
import type { EvaluationResult } from "../../../src/domain/evaluation-result.ts";
import { judgeGate } from "../../../src/evaluate/compare/judge-gate.ts";
import { pairedScore, type ScorePair } from "../../../src/evaluate/compare/paired-score.ts";
import { nonInferiorityItems } from "../../../src/statistics/index.ts";

const SIMULATIONS = 2000;

/** A target and a baseline that differ on a share of the items, the target worse by `worse`. */
function simulated(
  n: number,
  { discordant, worse }: { discordant: number; worse: number },
  random: Random,
): ScorePair[] {
  const onlyBaseline = (discordant + worse) / 2;
  return Array.from({ length: n }, (_, index) => {
    const u = random();
    const cluster = String(index);
    if (u < onlyBaseline) return { baseline: 1, target: 0, cluster };
    if (u < discordant) return { baseline: 0, target: 1, cluster };
    const both = u < discordant + (1 - discordant) * 0.7 ? 1 : 0;
    return { baseline: both, target: both, cluster };
  });
}

const FINGERPRINTS = { prompt: "p", scorers: "s", sampling: "s", gates: "g", target: "t" };

function resultOf(target: string): EvaluationResult {
  const counts = { answers: 1, answered: 1, errors: 0 };
  return {
    id: target,
    target,
    counts,
    isComplete: true,
    fingerprints: FINGERPRINTS,
    judged: [],
  } as unknown as EvaluationResult;
}

function passShare(n: number, facts: { margin: number; discordant: number; worse: number }, random: Random): number {
  const gate = EvaluationGate.parse({
    name: "g",
    target: "tuned",
    baseline: "base",
    scorer: "s",
    minItems: 1,
    margin: facts.margin,
  });
  let passed = 0;
  for (let round = 0; round < SIMULATIONS; round++) {
    const difference = pairedScore("s", simulated(n, facts, random));
    const ends = {
      baseline: resultOf("base"),
      target: resultOf("tuned"),
      now: { baseline: FINGERPRINTS, target: FINGERPRINTS },
      answerScore: "s",
      changedFiles: [],
      unscored: { baseline: 0, target: 0 },
    };
    if (judgeGate(gate, { difference, slices: [], trainedOn: undefined, ...ends }).passed) passed += 1;
  }
  return passed / SIMULATIONS;
}

describe("2,000 simulated gates of non-inferiority, each on the items that its margin asks for", () => {
  test.each([
    [0.05, 0.1],
    [0.05, 0.2],
    [0.1, 0.15],
    [0.1, 0.3],
  ])("margin %f, differing on %f of the items", (margin, discordant) => {
    const n = nonInferiorityItems(margin, discordant);
    const random = seededRandom(18);
    const worse = passShare(n, { margin, discordant, worse: margin }, random);
    const equal = passShare(n, { margin, discordant, worse: 0 }, random);
    process.stdout.write(`margin ${margin}, ${discordant} differ: ${n} items, worse passes ${worse}, equal ${equal}\n`);
    expect(worse).toBeLessThanOrEqual(0.05);
    expect(equal).toBeGreaterThanOrEqual(0.8);
  });
});

/** Clusters of equal size in which a target is worse, each as a whole or item by item. */
function clustered(
  { clusters, size }: { clusters: number; size: number },
  { discordant, worse, copied }: { discordant: number; worse: number; copied: number },
  random: Random,
): ScorePair[] {
  const drawn = (): Pick<ScorePair, "baseline" | "target"> => {
    const u = random();
    const [baseline, target] = u < (discordant + worse) / 2 ? [1, 0] : u < discordant ? [0, 1] : [1, 1];
    return { baseline, target };
  };
  return Array.from({ length: clusters }, (_, index) => {
    const shared = drawn();
    return Array.from({ length: size }, () => ({
      ...(random() < copied ? shared : drawn()),
      cluster: String(index),
    }));
  }).flat();
}

describe("a target that is worse by the margin, on items in clusters, of which few differ", () => {
  test.each([
    [60, 3, 0.03, 0.03],
    [100, 5, 0.05, 0.05],
    [100, 3, 0.03, 0.05],
    [500, 2, 0.02, 0.04],
    [20, 10, 0.05, 0.2],
  ])("%i clusters of %i, margin %f, differing on %f of the items", (...[clusters, size, margin, discordant]) => {
    const random = seededRandom(18);
    for (const copied of [0, 0.5, 1]) {
      let passed = 0;
      for (let round = 0; round < SIMULATIONS; round++) {
        const pairs = clustered({ clusters, size }, { discordant, worse: margin, copied }, random);
        if (pairedScore("s", pairs).interval!.low > -margin) passed += 1;
      }
      process.stdout.write(`${clusters} x ${size}, ${discordant} differ, ${copied} copied: ${passed / SIMULATIONS}\n`);
      expect(passed / SIMULATIONS).toBeLessThanOrEqual(0.05);
    }
  });
});
