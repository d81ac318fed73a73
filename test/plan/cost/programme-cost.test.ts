import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type CostLine, ProgrammeCost } from "../../../src/domain/cost.ts";
import { isRefusal, type Estimate, type Quantity } from "../../../src/domain/estimate.ts";
import type { ProgrammeInput } from "../../../src/domain/programme.ts";
import type { TrainingFacts } from "../../../src/plan/cost/cost-facts.ts";
import { envelopeSentence } from "../../../src/plan/cost/envelopes.ts";
import { programmeCost } from "../../../src/plan/cost/programme-cost.ts";
import { runCost } from "../../../src/plan/run/run-cost.ts";
import { request } from "./request.ts";
import { lawRuns } from "../../law-runs.ts";

const ends = ({ p10, p50, p90 }: Estimate): Pick<Estimate, "p10" | "p50" | "p90"> => ({ p10, p50, p90 });

const lineOf = (cost: ProgrammeCost, id: string): ProgrammeCost["lines"][number] =>
  cost.lines.find((line) => line.id === id)!;

describe("totals", () => {
  const cost = programmeCost(request());

  test("the answer keeps its schema", () => {
    expect(ProgrammeCost.safeParse(cost).error).toBeUndefined();
  });

  test("the p90 of the total is less than the sum of the p90s, and the p10 more than the sum of the p10s", () => {
    const known = cost.lines.flatMap((line) => (line.cost === null || line.category === "serving" ? [] : [line.cost]));
    expect(cost.endToEnd.p90).toBeLessThan(known.reduce((sum, { p90 }) => sum + p90, 0) * 0.95);
    expect(cost.endToEnd.p10).toBeGreaterThan(known.reduce((sum, { p10 }) => sum + p10, 0) * 1.05);
  });

  test("the range of the total is wider than that of independent lines, since lines hang together", () => {
    const alone = programmeCost(request({ assumptions: { "cost.activity.correlation": 0 } }));
    const width = ({ endToEnd }: ProgrammeCost): number => endToEnd.p90 - endToEnd.p10;
    expect(width(cost)).toBeGreaterThan(width(alone) * 1.1);
  });

  test("the same seed gives the same answer, another seed one within three per cent", () => {
    expect(programmeCost(request())).toEqual(cost);
    const other = programmeCost({ ...request(), seed: 2 });
    expect(other.endToEnd).not.toEqual(cost.endToEnd);
    for (const end of ["p10", "p50", "p90"] as const) {
      expect(Math.abs(other.endToEnd[end] / cost.endToEnd[end] - 1)).toBeLessThan(0.03);
    }
  });

  test("every line stands in exactly one category and the categories sum to the total where nothing varies", () => {
    const ids = cost.lines.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    // Medians do not add where parts vary; with every assumption pinned only the run's own spread is left.
    const still = programmeCost({ ...request(), assumption: pinned(request().assumption) });
    const parts = still.categories.filter(({ category }) => category !== "serving");
    const sum = parts.reduce((total, { cost: part }) => total + (part?.p50 ?? 0), 0);
    expect(sum / still.endToEnd.p50).toBeCloseTo(1, 2);
  });

  test("serving is in one total only", () => {
    const served = programmeCost(request({ serving: { monthlyUsd: "1000" } }));
    expect(served.endToEnd).toEqual(cost.endToEnd);
    expect(known(served.withServing).p50).toBeCloseTo(served.endToEnd.p50 + 6_000, 1);
  });
});

function known(quantity: Quantity): Estimate {
  if (isRefusal(quantity)) throw new Error(quantity.refused);
  return quantity;
}

/** A lookup in which every assumption stands at its middle. */
function pinned(assumption: (id: string) => ReturnType<ReturnType<typeof request>["assumption"]>) {
  return (id: string): ReturnType<typeof assumption> => {
    const row = assumption(id);
    return { ...row, p10: row.p50, p90: row.p50 };
  };
}

describe("lines", () => {
  test("the article's dataset of 30,000 regulated pairs costs the article's ranges, line by line but for labels", () => {
    const cost = programmeCost({ ...request({ data: { plannedRows: 30_000, syntheticRows: 30_000 } }), draws: 10_000 });
    const ends = (id: string): (number | undefined)[] => {
      const { cost: line } = lineOf(cost, `cost.data.${id}`);
      return [line?.p10, line?.p90].map((value) => Math.round((value ?? 0) / 100) * 100);
    };
    expect(ends("rights")).toEqual([2_000, 15_000]);
    expect(ends("redaction")).toEqual([3_000, 8_000]);
    expect(ends("synthetic")).toEqual([1_000, 6_000]);
    expect(ends("decontamination")).toEqual([1_000, 3_000]);
  });

  test("a dataset of 100,000 pairs lies within the article's 40-180k at its ends", () => {
    const cost = programmeCost(request({ data: { plannedRows: 100_000, syntheticRows: 100_000 } }));
    const sum = (end: "p10" | "p90"): number =>
      cost.lines
        .filter(({ id, category }) => category === "data" && !/experts|agreement/.test(id))
        .reduce((total, line) => total + (line.cost?.[end] ?? 0), 0);
    // Labels go by minutes per row: the article's own 6,000-25,000 and 1,000-4,000 for 30,000 pairs stand in here.
    expect((sum("p10") + 20_000 + 3_333) / 40_000).toBeCloseTo(1, 1);
    expect((sum("p90") + 83_333 + 13_333) / 180_000).toBeCloseTo(1, 1);
  });

  test("an annotator's rate in the middle of the published ones keeps the median, and a higher one is in proportion", () => {
    const experts = (regulated: boolean, annotatorUsdPerHour?: string): Estimate => {
      const data = { plannedRows: 30_000, regulated, ...(annotatorUsdPerHour ? { annotatorUsdPerHour } : {}) };
      return lineOf(programmeCost({ ...request({ data }), draws: 10_000 }), "cost.data.experts").cost!;
    };
    for (const regulated of [true, false]) {
      const [without, usual, double] = [
        experts(regulated),
        experts(regulated, "48.99"), // the geometric mean of 20 and 120
        experts(regulated, "97.98"),
      ];
      expect(Math.abs(usual.p50 / without.p50 - 1)).toBeLessThan(0.15);
      for (const end of ["p10", "p50", "p90"] as const) {
        expect(double[end] / usual[end]).toBeCloseTo(2, 2);
      }
    }
  });

  test("retraining costs a run of our own and what fails on the way, in addition to its people", () => {
    const assumptions = { "training.failed.share": 0.2 };
    const cost = programmeCost(request({ assumptions }, { overhead: [] }));
    const run = lineOf(cost, "cost.training.final").cost!.p50;
    expect(lineOf(cost, "cost.maintenance.retrain").cost!.p50 / ((2 * run) / 0.8)).toBeCloseTo(1, 2); // two quarters
    const full = programmeCost(request({ assumptions }, { method: "full-sft", overhead: [] }));
    expect(lineOf(full, "cost.maintenance.retrain-work").cost).toEqual(
      lineOf(cost, "cost.maintenance.retrain-work").cost,
    );
  });

  test("more rows never cost less", () => {
    const total = (plannedRows: number): number =>
      programmeCost({ ...request({ data: { plannedRows, syntheticRows: 0 } }), draws: 200 }).categories[0]!.cost!.p50;
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 400_000 }), (rows) => {
        expect(total(rows * 2)).toBeGreaterThanOrEqual(total(rows));
      }),
      { numRuns: lawRuns(40) },
    );
  });

  test("annotation costs rows times minutes times rate where the user gives them", () => {
    const cost = programmeCost(
      request({ data: { plannedRows: 14_000, minutesPerRow: 3, annotatorUsdPerHour: "45", annotatedShare: 0.5 } }),
    );
    // 14,000 × 0.5 × 3 / 60 h × 45 USD, by hand
    expect(lineOf(cost, "cost.data.experts").cost!.p50).toBeCloseTo(15_750, -1);
  });

  test("what does not apply is zero with its reason", () => {
    const cost = programmeCost(
      request({
        data: { plannedRows: 1_000, personalData: "none", thirdParty: false, syntheticRows: 0, annotatedShare: 0 },
      }),
    );
    for (const id of ["rights", "redaction", "experts", "synthetic", "agreement", "corpus"]) {
      const line = lineOf(cost, `cost.data.${id}`);
      expect([line.cost?.p90, line.reason]).toEqual([0, expect.stringMatching(/data\./)]);
    }
  });

  test("what is unknown is null with its reason, is named, and is in no total", () => {
    const cost = programmeCost(request());
    const line = lineOf(cost, "cost.compliance.review");
    expect([line.cost, line.reason]).toEqual([null, expect.stringContaining("compliance.reviewUsd")]);
    expect(cost.unknown).toEqual(["cost.compliance.review", "cost.serving.inference"]);
    expect(cost.endToEnd.basis).toContain("without compliance work");
    expect(cost.figures.find(({ id }) => id === "total.endToEnd")!.label).toContain("without compliance work");
  });

  test("a total with serving is refused where serving is unknown, never the total without it", () => {
    const cost = programmeCost(request());
    expect(cost.withServing).toMatchObject({ refused: expect.stringContaining("serving is unknown") });
    const figure = cost.figures.find(({ id }) => id === "total.withServing")!;
    expect([figure.p50, figure.reason]).toEqual([null, expect.stringContaining("serving is unknown")]);
  });

  test("a refused run leaves the training unknown, never zero", () => {
    const refused = { refused: "no calibration cell", hint: "measure a run" };
    const cost = programmeCost(request({}, { gpuHoursPerRun: refused }));
    expect(isRefusal(cost.computeOnly)).toBe(true);
    expect(lineOf(cost, "cost.training.final").cost).toBeNull();
    expect(cost.categories.find(({ category }) => category === "training")!.cost).toBeNull();
    expect(cost.endToEnd.p50).toBeGreaterThan(0);
  });

  test("stated runs are all the runs there are: repeats and the passes are among them", () => {
    const stated = programmeCost(request({ training: { runs: 8 } }, { runs: 8 }));
    const sweep = lineOf(stated, "cost.training.sweep").cost!.p50;
    const final = lineOf(stated, "cost.training.final").cost!.p50;
    expect(sweep / final).toBeCloseTo(7, 2);
    expect(lineOf(stated, "cost.training.failed").cost!.p90).toBe(0);
  });

  test("assumed runs count like stated ones: stating the value that is assumed changes nothing", () => {
    const passes = ["none", "dpo", "grpo"] as const;
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.constantFrom(...passes), fc.boolean(), (runs, pass, isTimed) => {
        const training = { preferencePass: pass, ...(isTimed ? { hoursPerRun: 6 } : {}) };
        const data = { plannedRows: 10_000, preferencePairs: 5_000 };
        const assumed = programmeCost({
          ...request({ data, training, assumptions: { "training.runs": runs } }),
          draws: 200,
        });
        const stated = programmeCost({ ...request({ data, training: { ...training, runs } }, { runs }), draws: 200 });
        expect(stated.computeOnly).toMatchObject(ends(known(assumed.computeOnly)));
      }),
      { numRuns: lawRuns(40) },
    );
  });

  test("the final run costs what one run costs: the same three numbers", () => {
    const { training } = request();
    const { p10, p50, p90 } = known(runCost(training.gpuHoursPerRun, training.usdPerGpuHour));
    const { cost } = lineOf(programmeCost({ ...request(), draws: 10_000 }), "cost.training.final");
    for (const [line, run] of [
      [cost!.p10, p10],
      [cost!.p50, p50],
      [cost!.p90, p90],
    ] as const) {
      expect(line / run).toBeCloseTo(1, 3);
    }
  });

  test("what a run takes besides its steps is paid for on all its GPUs, unless the hours are stated", () => {
    const over = {
      runs: 4,
      gpuCount: 8,
      usdPerGpuHour: { ...request().training.usdPerGpuHour, p10: 2, p50: 2, p90: 2 },
    };
    const hours = (p50: number): Quantity => ({
      ...request().training.usdPerGpuHour,
      p10: p50,
      p50,
      p90: p50,
      unit: "h",
    });
    const overhead = [
      { id: "run.beside.load", label: "loading", hours: hours(0.3) },
      { id: "run.beside.evaluation", label: "evaluation", hours: hours(0.2) },
    ];
    const costOf = (training: ProgrammeInput["training"], beside: TrainingFacts["overhead"]): CostLine =>
      lineOf(programmeCost(request({ training }, { ...over, overhead: beside })), "cost.training.overhead");
    const line = costOf({ runs: 4 }, overhead);
    expect(line.cost!.p50).toBeCloseTo(4 * 0.5 * 8 * 2, 6); // runs × hours × GPUs × price
    expect(line.basis).toContain("(run.beside.load + run.beside.evaluation)");
    const unknown = { refused: "no measurement covers it", hint: "state the hours" };
    const untold = costOf({ runs: 4 }, [{ ...overhead[0]!, hours: unknown }]);
    expect(untold).toMatchObject({ cost: null, reason: expect.stringContaining("no measurement") as string });
    const timed = programmeCost(request({ training: { runs: 4, hoursPerRun: 6 } }, over));
    expect(lineOf(timed, "cost.training.overhead")).toMatchObject({
      cost: { p90: 0 },
      reason: expect.stringContaining("hoursPerRun"),
    });
  });

  test("a preference pass costs a multiple of the run by its pairs, and is unknown without them", () => {
    const withPairs = programmeCost(
      request({ data: { plannedRows: 10_000, preferencePairs: 10_000 }, training: { preferencePass: "dpo" } }),
    );
    const run = lineOf(withPairs, "cost.training.final").cost!.p50;
    const pass = lineOf(withPairs, "cost.training.preference").cost!.p50;
    expect(pass / run).toBeCloseTo(3, 2); // 2 sequences × (4 + 2) / 4 FLOPs of an adapter with its reference
    const rewardGpuHours = { ...request().training.gpuHoursPerRun, p10: 500, p50: 500, p90: 500 };
    const rewards = programmeCost(request({ training: { preferencePass: "grpo" } }, { rewardGpuHours }));
    expect(lineOf(rewards, "cost.training.preference").cost!.p50).toBeCloseTo(500 * 1.5, 0);
    const without = programmeCost(request({ training: { preferencePass: "dpo" } }));
    expect(lineOf(without, "cost.training.preference").cost).toBeNull();
  });
});

describe("continued pre-training", () => {
  const supervisedGpuHours = { p10: 4, p50: 5, p90: 6, unit: "GPU-h", basis: "by hand", n: 0, sources: [] };
  const corpus = { plannedRows: 20_000, corpusTokens: 50e9, preferencePairs: 20_000 };
  const gpuHoursPerRun = { ...supervisedGpuHours, p10: 30_000, p50: 40_000, p90: 60_000 };
  const facts = { method: "continued-pretraining", paramCount: 70e9, supervisedGpuHours, gpuHoursPerRun } as const;

  test("it is one run: the sweep and the lost work are shares of it", () => {
    const cost = programmeCost(request({ data: corpus }, facts));
    const run = lineOf(cost, "cost.training.final").cost!.p50;
    const share = (id: string): number => lineOf(cost, `cost.training.${id}`).cost!.p50 / run;
    expect(share("sweep")).toBeCloseTo(0.05, 2);
    expect(share("failed")).toBeCloseTo(0.07 / 0.93, 2);
  });

  test("the supervised pass and the preference pass after it cost runs over the rows, not over the corpus", () => {
    const cost = programmeCost(
      request({ data: corpus, training: { preferencePass: "dpo" }, assumptions: { "training.runs": 8 } }, facts),
    );
    const price = request().training.usdPerGpuHour as Estimate;
    const oneRun = 5 * price.p50;
    expect(lineOf(cost, "cost.training.supervised").cost!.p50 / (7 * oneRun)).toBeCloseTo(1, 1);
    expect(lineOf(cost, "cost.training.preference").cost!.p50 / ((8 / 3) * oneRun)).toBeCloseTo(1, 1);
    expect(lineOf(cost, "cost.maintenance.retrain").cost!.p90).toBeLessThan(30 * oneRun);
  });

  test("a corpus without rows has no supervised pass, and its clearance is in the price of a clean corpus", () => {
    const cost = programmeCost(request({ data: { ...corpus, plannedRows: 0, syntheticRows: 0 } }, facts));
    for (const id of ["cost.training.supervised", "cost.data.rights", "cost.data.decontamination"]) {
      expect(lineOf(cost, id)).toMatchObject({
        cost: { p90: 0 },
        reason: expect.stringContaining("no rows are planned"),
      });
    }
    for (const id of ["experts", "agreement", "synthetic"]) {
      expect(lineOf(cost, `cost.data.${id}`).reason).toContain("does not apply: no rows are planned");
    }
    expect(lineOf(cost, "cost.evaluation.runs").basis).toContain("one evaluation of the one run");
    expect(lineOf(cost, "cost.data.corpus").cost!.p50 / 158_000).toBeCloseTo(1, 1);
  });
});

describe("the published envelope", () => {
  test("our totals are compared with it: the ratio, its explanation and the total that was used", () => {
    const { envelopes, computeOnly, endToEnd } = programmeCost(request());
    expect(envelopes.map(({ total, low, high }) => [total, low, high])).toEqual([
      ["computeOnly", 200, 1_500],
      ["endToEnd", 30_000, 80_000],
    ]);
    const [compute, whole] = envelopes;
    expect(compute).toMatchObject({ ours: computeOnly, verdict: "within", times: null });
    expect(whole).toMatchObject({ ours: endToEnd, verdict: "above" });
    expect(whole!.times).toBeCloseTo(endToEnd.p50 / 80_000, 6);
    expect(whole!.reason).toMatch(/engineering .*without compliance work.*ours is used, because/);
  });

  test("compute far below it is explained by GPU-hours at our price", () => {
    const { envelopes } = programmeCost(request({}, { method: "full-sft" }));
    expect(envelopes[0]).toMatchObject({ verdict: "below" });
    // 1,500 USD / 1.50 USD
    expect(envelopes[0]!.reason).toContain("at our 1.50 USD its low end is 1,000 GPU-hours");
  });

  test("the sentence says by how much ours lies outside, and whether its range reaches in", () => {
    const [check] = programmeCost(request({}, { method: "full-sft" })).envelopes;
    const said = ([p10, p50, p90]: [number, number, number], times: number): string =>
      envelopeSentence({ ...check!, ours: { ...(check!.ours as Estimate), p10, p50, p90 }, times });
    expect(check).toMatchObject({ verdict: "below", low: 1_500 });
    expect(said([1_200, 1_440, 1_800], 1_500 / 1_440)).toMatch(
      /^training compute of 1,440 USD at the median is 4 % below the low end of the published 1,500–\S+ USD for .* \(our 1,200–1,800, p10–p90, reaches into it\): /,
    );
    expect(said([60, 80, 100], 18.75)).toMatch(/ is 19 times smaller than the low end of the published [^(]*: /);
    const above = { ...check!, verdict: "above", times: 1.2, high: 1_000 } as const;
    expect(envelopeSentence({ ...above, ours: { ...(check!.ours as Estimate), p10: 1_100, p50: 1_200 } })).toContain(
      " is 20 % above the high end of the published ",
    );
  });

  test("a corpus of another size and a model between the classes have none", () => {
    const none = (over: Parameters<typeof request>[1], corpusTokens = 0): number =>
      programmeCost(request({ data: { plannedRows: 10_000, corpusTokens } }, over)).envelopes.length;
    expect(none({ paramCount: 22e9 })).toBe(0);
    expect(none({ paramCount: 70e9, method: "continued-pretraining" }, 1e9)).toBe(0);
    expect(none({ paramCount: 70e9, method: "continued-pretraining" }, 50e9)).toBe(2);
  });
});

describe("drivers and chains", () => {
  const cost = programmeCost(request());

  test("the tornado is sorted by swing and each bar holds the total at the medians", () => {
    const swings = cost.tornado.map(({ lowUsd, highUsd }) => highUsd - lowUsd);
    expect(swings).toEqual(swings.toSorted((a, b) => b - a));
    expect(cost.tornado.length).toBeGreaterThan(5);
    for (const { lowUsd, highUsd } of cost.tornado) {
      expect(lowUsd).toBeLessThanOrEqual(cost.tornadoBaseUsd);
      expect(highUsd).toBeGreaterThanOrEqual(cost.tornadoBaseUsd);
    }
  });

  test("every figure's inputs are figures of the answer, down to sources, without a cycle", () => {
    const book = new Map(cost.figures.map((figure) => [figure.id, figure]));
    expect(book.size).toBe(cost.figures.length);
    const depth = (id: string, above: readonly string[]): number => {
      expect(above).not.toContain(id);
      const figure = book.get(id);
      expect(figure, id).toBeDefined();
      return 1 + Math.max(0, ...figure!.inputs.map((input) => depth(input, [...above, id])));
    };
    for (const line of cost.lines) expect(book.has(line.id)).toBe(true);
    expect(depth("total.endToEnd", [])).toBeGreaterThanOrEqual(3);
  });

  test("no draw is without end, however the shares fall", () => {
    const wide = { "training.failed.share": { p10: 0.2, p50: 0.6, p90: 0.95 } };
    const cost = programmeCost({ ...request({ assumptions: wide }), draws: 10_000 });
    expect(lineOf(cost, "cost.maintenance.retrain").cost!.p90).toBeLessThan(Infinity);
  });

  test("an override of an assumption moves the line and shows as the user's", () => {
    const over = programmeCost(request({ assumptions: { "dataset.rights.usd": 9_000 } }));
    expect(lineOf(over, "cost.data.rights").cost).toMatchObject({ p10: 9_000, p90: 9_000 });
    expect(over.figures.find(({ id }) => id === "assumption.dataset.rights.usd")!.source.kind).toBe("user");
  });

  test("impossible draws are refused with what is expected", () => {
    expect(() => programmeCost({ ...request(), draws: 5 })).toThrow("from 100 to 1,000,000");
  });
});
