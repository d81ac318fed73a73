import { beforeAll, describe, expect, test } from "vitest";

import { isRefusal, type Estimate, type Quantity } from "../../../src/domain/estimate.ts";
import type { Study } from "../../../src/domain/study.ts";
import { restsOn } from "../../../src/programme/study/sections/rests-on.ts";
import { studyOf } from "./study-of.ts";

/** The article's case: 70B parameters on 50 billion tokens, with a supervised dataset after it. */
const CORPUS = 50e9;

function known(quantity: Quantity | null): Estimate {
  if (quantity === null || isRefusal(quantity)) throw new Error(quantity?.refused ?? "unknown");
  return quantity;
}

describe("a corpus alone", () => {
  let study: Study;
  beforeAll(async () => {
    study = await studyOf({
      task: { kind: "domain-corpus", goals: ["knowledge"] },
      model: { base: "meta-llama/Llama-3.1-8B" },
      data: { corpusTokens: 2e9 },
      training: {},
    });
  });

  test("is costed as continued pre-training, and nothing is asked of rows that are not planned", () => {
    expect(study.training.method).toBe("continued-pretraining");
    expect(study.risks.map(({ id }) => id)).not.toContain("data.few-rows");
    expect(JSON.stringify([study.conditions, study.method.fineTuneReasons])).not.toMatch(/more rows|\brows are/);
    expect(known(study.cost.lines.find(({ id }) => id === "cost.data.experts")!.cost).p90).toBe(0);
  });

  test("rests on its corpus and on one run", () => {
    const text = JSON.stringify(restsOn(study));
    expect(text).toMatch(/2B corpus tokens planned, none on hand.*one run and small proxies/);
    expect(text).not.toMatch(/rows planned|\d (supervised )?runs/);
  });
});

describe("continued pre-training", () => {
  let study: Study;
  beforeAll(async () => {
    study = await studyOf({
      task: { kind: "domain-corpus", goals: ["knowledge"] },
      model: { base: "meta-llama/Llama-3.3-70B-Instruct" },
      data: { plannedRows: 30_000, meanTokens: 800, corpusTokens: CORPUS },
      training: { method: "continued-pretraining" },
    });
  });
  const usd = (id: string): number => known(study.cost.lines.find((line) => line.id === id)!.cost).p50;

  test("passes over the corpus once, and says that this is not the user's figure", () => {
    expect(study.training.tokensPerRun).toBeCloseTo(CORPUS, -3);
    expect(study.figures.find(({ id }) => id === "run.corpusEpochs")).toMatchObject({
      p50: 1,
      reason: "training.epochs is not set",
    });
  });

  test("rests on its corpus first, and on supervised runs after the one over it", () => {
    expect(JSON.stringify(restsOn(study))).toMatch(
      /50B corpus tokens planned.*30,000 training rows planned.*one run and small proxies.*5–14 supervised runs after it/,
    );
  });

  test("costs one run and some, not a sweep of whole runs", () => {
    const run = known(study.training.costPerRun).p50;
    expect(usd("cost.training.final") / run).toBeCloseTo(1, 3);
    expect(known(study.training.cost).p50 / run).toBeGreaterThan(1.05);
    expect(known(study.training.cost).p50 / run).toBeLessThan(1.4);
    // 6 × 70.55e9 × 50e9 FLOP are 14,700 H100-hours at 400 model TFLOP/s, which no published run of 70B passes
    const hours = known(study.training.gpuHours).p50;
    expect(hours).toBeGreaterThan(10_000);
    expect(hours).toBeLessThan(100_000);
  });

  test("is compared with the published 180,000 to 420,000, with the speed that those imply", () => {
    const [compute] = study.cost.envelopes;
    expect(compute).toMatchObject({ low: 180_000, high: 420_000, verdict: "below" });
    expect(compute!.reason).toMatch(/for 50B tokens once, those would be \d+ model TFLOP\/s per GPU/);
  });

  test("has its supervised pass on a run of its own, far below the one over the corpus", () => {
    expect(usd("cost.training.supervised")).toBeGreaterThan(0);
    expect(usd("cost.training.supervised")).toBeLessThan(usd("cost.training.final") / 10);
  });

  test("plans the compute of the same runs for the AI Act", () => {
    // 6 × parameters × tokens, of one run with its sweep and lost work, and 8 supervised runs of 72 million tokens
    const perToken = 6 * study.model.activeParamCount;
    const tokens = CORPUS * (1 + 0.05 + 0.07 / 0.93) + 8 * 30_000 * 800 * 3;
    expect(known(study.aiAct.plannedFlop).p50 / (perToken * tokens)).toBeGreaterThan(0.9);
    expect(known(study.aiAct.plannedFlop).p50 / (perToken * tokens)).toBeLessThan(1.1);
  });
});
