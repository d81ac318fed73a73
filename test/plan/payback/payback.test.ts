import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isRefusal, type Estimate, type Quantity } from "../../../src/domain/estimate.ts";
import { Traffic } from "../../../src/domain/traffic.ts";
import type { ProgrammeInput } from "../../../src/domain/programme.ts";
import { Payback } from "../../../src/domain/study.ts";
import type { ServingFacts, TrainingFacts } from "../../../src/plan/cost/cost-facts.ts";
import { paybackText } from "../../../src/plan/payback/payback-text.ts";
import { payback } from "../../../src/plan/payback/payback.ts";
import { request } from "../cost/request.ts";
import { lawRuns } from "../../law-runs.ts";

/** One replica of one H100 at 2.00 US dollars an hour; the API is GPT-4o at its list price. */
const SERVING: ServingFacts = {
  gpu: "H100-80GB-SXM",
  gpuCount: 1,
  usdPerGpuHour: { p10: 2, p50: 2, p90: 2, unit: "USD", basis: "by hand", n: 0, sources: [] },
  apiPrice: {
    model: "openai/gpt-4o",
    inputUsdPerMtok: "2.50",
    outputUsdPerMtok: "10.00",
    cachedInputUsdPerMtok: null,
    cacheWriteUsdPerMtok: null,
    batchInputUsdPerMtok: null,
    batchOutputUsdPerMtok: null,
    tiers: [],
    tunedFrom: null,
    trainingUsdPerMtok: null,
    sellerClass: "first-party",
    validFrom: "2026-05-01",
    validTo: null,
    seenOn: "2026-05-01",
    note: "",
    source: { kind: "catalogue", ref: "list price" },
  },
  capacityClass: "8b",
  matmulTflops: 800,
  activeParamCount: 8e9,
  figures: [],
};

const LOAD = { inputTokensPerMonth: 600e6, outputTokensPerMonth: 100e6, outputTokensPerSec: 2_000 };

function back(
  over: Partial<ProgrammeInput>,
  serving: Partial<ServingFacts> = {},
  training: Partial<TrainingFacts> = {},
): ReturnType<typeof payback> {
  return payback({ ...request(over, training), serving: { ...SERVING, ...serving } });
}

const FREE: Partial<ProgrammeInput> = {
  today: { apiUsdPerMonth: "30000" },
  serving: LOAD,
  team: { engineerUsdPerHour: "120" },
};

function known(quantity: Quantity): Estimate {
  if (isRefusal(quantity)) throw new Error(quantity.refused);
  return quantity;
}

describe("payback", () => {
  const full = back({ today: { apiUsdPerMonth: "30000" }, serving: LOAD });

  test("the answer keeps its schema", () => {
    const { figures: _figures, ...answer } = full;
    expect(Payback.safeParse(answer).error).toBeUndefined();
  });

  test("serving and maintenance make it later and the return smaller", () => {
    expect(known(full.monthWithServing).p50).toBeGreaterThan(known(full.monthWithoutServing).p50);
    expect(known(full.roi12WithServing).p50).toBeLessThan(known(full.roi12WithoutServing).p50);
  });

  test("one replica costs its GPU for the hours of a month", () => {
    // 2 USD × 730.5 h; 100 million tokens a month at three times the mean are 114 tokens/s, under 2,000
    expect(known(full.monthlyServing).p50).toBeCloseTo(1_461, 6);
  });

  test("people who operate replicas are a part of their own, and none where a stated cost contains them", () => {
    const hours = { "serving.operations.hours-per-month": 10 };
    const of = (serving: ProgrammeInput["serving"]): ReturnType<typeof payback> =>
      back({ serving, assumptions: hours, team: { engineerUsdPerHour: "120" }, today: { apiUsdPerMonth: "30000" } });
    const counted = of(LOAD);
    expect(known(counted.monthlyPeople).p50).toBeCloseTo(1_200, 6);
    expect(known(counted.monthlyServing).p50).toBeCloseTo(1_461, 6);
    expect(known(of({ ...LOAD, monthlyUsd: "1461" }).monthlyPeople).p50).toBe(0);
    const without = back({ ...FREE, assumptions: { "serving.operations.hours-per-month": 0 } });
    const withPeople = back({ ...FREE, assumptions: hours });
    expect(known(withPeople.roi12WithServing).p50).toBeLessThan(known(without.roi12WithServing).p50);
  });

  test("serving without a high end leaves every end that depends on it unknown, and the medians as they are", () => {
    const why = { refused: "the slow end keeps no SLO", hint: "measure one" };
    const sized = { p10: 1_000, p50: 1_461, unit: "USD/month" };
    const over = { today: { api: "openai/gpt-4o", apiUsdPerMonth: "30000" }, serving: LOAD };
    const closed = back(over, { gpuUsdPerMonth: { ...sized, p90: 2_000, basis: "by hand", n: 0, sources: [] } });
    const open = back(over, { gpuUsdPerMonth: { ...why, known: sized } });
    expect(open.monthlyServing).toEqual({ ...why, known: { ...sized, unit: "USD" } });
    for (const name of ["monthWithServing", "spent24Months", "breakEvenTokensPerDay"] as const) {
      const { p10, p50, unit } = known(closed[name]);
      expect(open[name]).toEqual({ ...why, known: { p10, p50, unit } });
    }
    const { p50, p90, unit } = known(closed.roi12WithServing);
    expect(open.roi12WithServing).toEqual({ ...why, known: { p50, p90, unit } });
    expect(open.curve.map(({ p10 }) => p10)).toEqual([closed.curve[0]!.p10, ...Array(24).fill(null)]);
    for (const name of ["monthlySaving", "monthlyPeople", "investment", "monthWithoutServing"] as const)
      expect(open[name]).toEqual(closed[name]);
    expect(paybackText(open)).toMatch(/serving per month +1,000 +1,460 +unknown/);
    const figure = open.figures.find(({ id }) => id === "payback.monthlyServing");
    expect(figure).toMatchObject({ p10: 1_000, p50: 1_461, p90: null, reason: why.refused });
  });

  test("replicas come whole, by the peak load, with spares on top", () => {
    // 100e6 / 2,629,800 s × 3 = 114 tokens/s over 50 → 3 replicas, and 1 spare
    const many = back({
      today: { apiUsdPerMonth: "30000" },
      serving: { ...LOAD, outputTokensPerSec: 50, spareReplicas: 1 },
    });
    expect(known(many.monthlyServing).p50).toBeCloseTo(4 * 1_461, 6);
  });

  test("the curve starts at minus the investment and crosses zero near the payback month", () => {
    const [start] = full.curve;
    expect(start!.p50).toBeCloseTo(-known(full.investment).p50, 0);
    const crossing = full.curve.find(({ p50 }) => p50 >= 0)!.month;
    expect(Math.abs(crossing - known(full.monthWithServing).p50)).toBeLessThanOrEqual(1);
  });

  test("the investment is explained by the launch lines that are known, not by their formulas", () => {
    const { formula, inputs } = full.figures.find(({ id }) => id === "payback.investment")!;
    expect(formula).toBe("sum of the launch lines, draw by draw");
    expect(inputs).toContain("cost.training.final");
    expect(inputs.filter((id) => !/^cost\.(?:data|training|evaluation|engineering)\./.test(id))).toEqual([]);
  });

  test("a larger saving never pays back later", () => {
    const month = (usd: number): number => {
      const { monthWithoutServing: quantity } = back({ today: { apiUsdPerMonth: String(usd) } });
      return isRefusal(quantity) ? Infinity : quantity.p50;
    };
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 60_000 }), (usd) => {
        expect(month(usd * 2)).toBeLessThanOrEqual(month(usd));
      }),
      { numRuns: lawRuns(15) },
    );
  });

  test("what costs more than it saves never pays back, and the share of such draws is told", () => {
    const small = back({ today: { apiUsdPerMonth: "2000" }, serving: LOAD });
    expect(small.neverShare).toBe(1);
    expect(small.monthWithServing).toMatchObject({ refused: expect.stringContaining("does not pay back within 60") });
    expect(known(small.roi12WithServing).p50).toBeLessThan(-100);
  });

  test("an unknown saving, an unknown load and an unknown price are refused by name, never zero", () => {
    expect(back({}).monthlySaving).toMatchObject({ refused: expect.stringContaining("savings") });
    const noLoad = back({ today: { apiUsdPerMonth: "30000" } });
    expect(noLoad.monthlyServing).toMatchObject({ refused: expect.stringContaining("serving.outputTokensPerMonth") });
    expect(noLoad.monthWithServing).toMatchObject({ refused: expect.stringContaining("serving is unknown") });
    expect(isRefusal(noLoad.monthWithoutServing)).toBe(false);
    const noPrice = { refused: "no price of this GPU", hint: "give one" };
    const unpriced = back({ today: { apiUsdPerMonth: "30000" }, serving: LOAD }, { usdPerGpuHour: noPrice });
    expect(unpriced.monthlyServing).toMatchObject({ refused: expect.stringContaining("no price of this GPU") });
  });

  test("capacity of the catalogue is a range of at least a factor of two either way", () => {
    const { outputTokensPerSec: _measured, ...load } = LOAD;
    const busy = { ...load, outputTokensPerMonth: 30e9, inputTokensPerMonth: 30e9 };
    const { monthlyServing } = back({ today: { apiUsdPerMonth: "300000" }, serving: busy });
    expect(known(monthlyServing).p90 / known(monthlyServing).p10).toBeGreaterThan(2);
    const unmeasured = back({ serving: busy }, { capacityClass: undefined });
    expect(unmeasured.monthlyServing).toMatchObject({
      refused: expect.stringContaining("no measured serving capacity"),
    });
  });

  describe("a replica that nobody measured", () => {
    const fixed = {
      "serving.h100.output-tokens-per-sec.8b": 4_000,
      "serving.prefill.efficiency": 0.5,
    };
    const served = (input: number | undefined, output: number): Quantity =>
      back({
        today: { apiUsdPerMonth: "30000" },
        assumptions: fixed,
        serving: { outputTokensPerMonth: output, ...(input === undefined ? {} : { inputTokensPerMonth: input }) },
      }).monthlyServing;

    test("reads prompts at a share of the matrix rate, and writes in the time that is left", () => {
      // 800e12 × 0.5 / (2 × 8e9) = 25,000 input tokens/s. Times a peak of 3 over 2,629,800 s:
      // 100e9 / 25,000 = 4 million s of reading and 1e9 / 4,000 = 0.25 million s of writing → 4.85, five replicas.
      expect(known(served(100e9, 1e9)).p50).toBeCloseTo(5 * 1_461, 6);
      expect(known(served(1, 1e9)).p50).toBeCloseTo(1_461, 6);
    });

    test("never costs less for more input", () => {
      const tokens = fc.double({ min: 1, max: 1e12, noNaN: true });
      fc.assert(
        fc.property(tokens, tokens, (input, more) => {
          expect(known(served(input + more, 1e9)).p50).toBeGreaterThanOrEqual(known(served(input, 1e9)).p50);
        }),
        { numRuns: lawRuns(15) },
      );
    });

    test("needs the input tokens; a load that the user measured holds its prompts already", () => {
      expect(served(undefined, 1e9)).toMatchObject({ refused: expect.stringContaining("inputTokensPerMonth") });
      const measured = (input: number): number =>
        known(back({ serving: { ...LOAD, inputTokensPerMonth: input, outputTokensPerSec: 50 } }).monthlyServing).p50;
      expect(measured(100e9)).toBe(measured(1));
    });

    test("shows the matrix rate, the efficiency and the parameters in its chain", () => {
      const { figures } = back({ serving: { inputTokensPerMonth: 1e9, outputTokensPerMonth: 1e9 } });
      const inputs = figures.find(({ id }) => id === "payback.monthlyServing")!.inputs;
      expect(inputs).toEqual(
        expect.arrayContaining([
          "serving.matmulTflops",
          "assumption.serving.prefill.efficiency",
          "model.activeParamCount",
          "user.serving.inputTokensPerMonth",
        ]),
      );
    });

    test("is refused where the GPU's matrix rate was not measured", () => {
      const { monthlyServing } = back(
        { serving: { inputTokensPerMonth: 1e9, outputTokensPerMonth: 1e9 } },
        { matmulTflops: null },
      );
      expect(monthlyServing).toMatchObject({ refused: expect.stringContaining("no measured matrix rate") });
    });
  });

  test("an API spend that follows from tokens needs both kinds of them", () => {
    const { monthlySaving } = back({ today: { api: "openai/gpt-4o" }, serving: { outputTokensPerMonth: 1e9 } });
    expect(monthlySaving).toMatchObject({ refused: expect.stringContaining("inputTokensPerMonth") });
  });

  test("maintenance says so where the run that it repeats is unknown", () => {
    const refused = { refused: "no calibration cell", hint: "measure a run" };
    expect(known(back({}, {}, { gpuHoursPerRun: refused }).monthlyMaintenance).basis).toMatch(
      /^without the compute of retraining/,
    );
    expect(known(back({}).monthlyMaintenance).basis).not.toContain("without");
  });

  test("the saving follows from the API price and the tokens where the spend is not given", () => {
    const priced = back({ today: { api: "openai/gpt-4o", shareReplaced: 0.5 }, serving: LOAD });
    // 600 × 2.50 + 100 × 10.00: the tokens of serving are those that are taken over
    expect(known(priced.monthlySaving).p50).toBeCloseTo(2_500, 6);
    expect(priced.today?.notes.join("\n")).toContain("today.shareReplaced is not used");
  });

  test("a stated spend counts as it is, and what the list price contradicts is said", () => {
    const saved = (apiUsdPerMonth: string) =>
      known(back({ today: { api: "openai/gpt-4o", apiUsdPerMonth, shareReplaced: 0.5 }, serving: LOAD }).monthlySaving);
    // The list price is 600 × 2.50 + 100 × 10.00 = 2,500.
    expect(["1000", "2500", "2501", "40000"].map((usd) => saved(usd).p50)).toEqual([500, 1250, 1250.5, 20_000]);
    const { figures, today } = back({ today: { api: "openai/gpt-4o", apiUsdPerMonth: "40000" }, serving: LOAD });
    expect(figures.find(({ id }) => id === "payback.monthlySaving")?.formula).toBe(
      "user.today.apiUsdPerMonth × user.today.shareReplaced",
    );
    expect(today?.conflict).toContain("the stated tokens cost 2,500");
  });

  test("cached input and batches of the month of traffic lower it, and take replicas out of the peak", () => {
    const month = { inputTokensPerMonth: 1, outputTokensPerMonth: 1, source: { kind: "user", ref: "an export" } };
    const traffic = (shares: object): Traffic => Traffic.parse({ ...month, ...shares });
    const apiPrice = {
      ...SERVING.apiPrice!,
      cachedInputUsdPerMtok: "1.25",
      batchInputUsdPerMtok: "1.25",
      batchOutputUsdPerMtok: "5",
    };
    const of = (shares: object) =>
      back({ today: { api: "openai/gpt-4o" }, serving: LOAD }, { apiPrice, traffic: traffic(shares) });
    // 600 × (0.6 × 2.50 + 0.4 × 1.25) + 100 × 10.00
    const cached = of({ cachedInputShare: 0.4 });
    expect(known(cached.monthlySaving).p50).toBeCloseTo(2_200, 6);
    expect(cached.figures.find(({ id }) => id === "payback.monthlySaving")?.formula).toContain(
      "40 % of the input cached",
    );
    expect(known(of({ batchShare: 1 }).monthlySaving).p50).toBeCloseTo(1_250, 6);
    expect(known(of({ batchShare: 0.5 }).monthlyServing).p50).toBeLessThanOrEqual(known(of({}).monthlyServing).p50);
  });
});

describe("break-even volume", () => {
  /** Training costs nothing, so that retraining does not either. */
  const backFree = (over: Partial<ProgrammeInput>, serving: Partial<ServingFacts> = {}): ReturnType<typeof payback> => {
    const usdPerGpuHour = { ...SERVING.usdPerGpuHour, p10: 0, p50: 0, p90: 0 } as Estimate;
    return back(over, serving, { usdPerGpuHour });
  };

  /** No people and no maintenance but the monthly evaluation, so that the fixed cost is known to the cent. */
  const only = (monthlyUsd: string): Partial<ProgrammeInput> => ({
    evaluation: { monthlyUsd },
    assumptions: {
      "serving.operations.hours-per-month": 0,
      ...Object.fromEntries(
        ["reevaluation", "drift", "data", "retrain"].map((id) => [`maintenance.${id}.usd-per-quarter`, 0]),
      ),
    },
  });

  test("it is the fixed cost per day over the API price with its input", () => {
    const { breakEvenTokensPerDay } = backFree({ serving: LOAD, ...only("0") });
    // 48 USD a day / (10 + 6 × 2.50) USD per million output tokens
    expect(known(breakEvenTokensPerDay).p50 / 1.92e6).toBeCloseTo(1, 6);
  });

  test("a replica of unknown speed carries less where each output token comes with more input", () => {
    const fixed = { "serving.h100.output-tokens-per-sec.8b": 4_000, "serving.prefill.efficiency": 0.5 };
    const free = only("3000");
    const { breakEvenTokensPerDay } = backFree({
      evaluation: free.evaluation!,
      assumptions: { ...free.assumptions, ...fixed },
      serving: { inputTokensPerMonth: 100e6, outputTokensPerMonth: 1e6, peakOverMean: 100 },
    });
    // A replica carries 864 s / (1 / 4,000 + 100 / 25,000) = 203,294 tokens, worth 260e-6 each, 52.86 USD for 48:
    // 4.86 USD a day towards 3,000 / 30.4375 = 98.56, so 21 are needed: (98.56 + 21 × 48) / 260e-6 tokens.
    expect(known(breakEvenTokensPerDay).p50 / 4.256e6).toBeCloseTo(1, 3);
  });

  test("self-hosting that costs more than the API at full load never breaks even", () => {
    const cheap = { ...SERVING.apiPrice!, inputUsdPerMtok: "0.01", outputUsdPerMtok: "0.02" };
    const { breakEvenTokensPerDay } = backFree({ serving: LOAD }, { apiPrice: cheap });
    expect(breakEvenTokensPerDay).toMatchObject({ refused: expect.stringContaining("costs more than the API") });
  });

  test("where fixed costs need several replicas, the volume fills them and one fewer would not do", () => {
    const { breakEvenTokensPerDay } = backFree({ serving: { ...LOAD, outputTokensPerSec: 100 }, ...only("3000") });
    // A replica carries 100 × 86,400 / 3 = 2.88 million tokens, worth 72 USD, for 48 USD: 24 USD a day towards
    // 3,000 / 30.4375 = 98.56 USD of maintenance, so five are needed: (98.56 + 5 × 48) / 25e-6 tokens.
    expect(known(breakEvenTokensPerDay).p50 / 13.5425e6).toBeCloseTo(1, 4);
  });
});
