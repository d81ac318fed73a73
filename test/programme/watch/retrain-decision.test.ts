import { describe, expect, test } from "vitest";

import type { Estimate } from "../../../src/domain/estimate.ts";
import type { EvaluationRow } from "../../../src/domain/evaluation-list.ts";
import type { WatchCheck } from "../../../src/domain/watch-check.ts";
import { qualityOverTime } from "../../../src/programme/watch/quality-over-time.ts";
import { retrainDecision } from "../../../src/programme/watch/retrain-decision.ts";
import { newcombe, wilson } from "../../../src/statistics/index.ts";

const cost: Estimate = { p10: 100, p50: 150, p90: 300, unit: "USD", basis: "test", n: 1, sources: [] };

const check = (signal: string): WatchCheck =>
  ({
    watch: "support",
    falseAlarms: 0.05,
    signals: [{ signal, label: signal, slice: null, state: "alarm" }],
  }) as unknown as WatchCheck;

/** A complete evaluation of the target `served` with this many right answers of 200. */
function evaluated(month: number, right: number, more: Partial<EvaluationRow> = {}): EvaluationRow {
  const { low, high } = wilson(right, 200);
  const headline = { scorer: "accuracy", mean: right / 200, interval: { low, high }, n: 200, correction: null };
  return {
    id: `served-${month}`,
    evaluation: "replay",
    target: "served",
    set: `replay-2026-${month}`,
    headline,
    isComplete: true,
    finishedAt: `2026-${month}-02T00:00:00.000Z`,
    ...more,
  } as EvaluationRow;
}

describe("quality over time", () => {
  test("lists the complete evaluations of a target, oldest first, and its change with Newcombe's interval", () => {
    const rows = [evaluated(12, 120), evaluated(10, 150), evaluated(11, 140), evaluated(9, 10, { isComplete: false })];
    const [series, ...others] = qualityOverTime(rows);
    expect(others).toEqual([]);
    expect(series!.points.map(({ day }) => day)).toEqual(["2026-10-02", "2026-11-02", "2026-12-02"]);
    const wanted = newcombe({ successes: 120, n: 200 }, { successes: 150, n: 200 });
    expect(series!.change!.difference).toBeCloseTo(-0.15, 12);
    expect(series!.change!.interval.low).toBeCloseTo(wanted.low, 10);
    expect(series!.change!.interval.high).toBeCloseTo(wanted.high, 10);
  });

  test("is unknown after one evaluation, and does not mix targets", () => {
    expect(qualityOverTime([evaluated(10, 150)])).toEqual([]);
    expect(qualityOverTime([evaluated(10, 150), evaluated(11, 120, { target: "base" })])).toEqual([]);
  });
});

describe("the decision on retraining", () => {
  test("is not yet without a check, with an alarm of the price alone, and with a score that did not fall", () => {
    expect(retrainDecision([], { quality: [], cost }).decision).toBe("not-yet");
    expect(retrainDecision([check("cost")], { quality: [], cost }).decision).toBe("not-yet");
    const quality = qualityOverTime([evaluated(10, 150), evaluated(11, 148)]);
    const found = retrainDecision([], { quality, cost });
    expect(found.decision).toBe("not-yet");
    expect(found.reasons.join()).toContain("accuracy of served in replay since 2026-10-02 did not fall beyond chance");
    expect(found.gain.basis).toContain("published");
  });

  test("is due with an alarm of the model's behaviour", () => {
    expect(retrainDecision([check("refusal")], { quality: [], cost }).decision).toBe("decide-now");
  });

  test("is due where a score fell, and compares what was lost with the cost and with what the set can show", () => {
    const quality = qualityOverTime([evaluated(10, 150), evaluated(12, 120)]);
    const found = retrainDecision([], { quality, cost });
    expect(found.decision).toBe("decide-now");
    expect(found.reasons[0]).toMatch(/accuracy of served in replay since 2026-10-02 fell by 15\.0 points/);
    const { high, low } = quality[0]!.change!.interval;
    expect(found.gain.points).toEqual([-100 * high, -100 * low]);
    expect(found.usdPerPoint).toEqual([100 / (-100 * low), 300 / (-100 * high)]);
    expect(found.risks.join()).not.toContain("cannot reliably show");
    const few = [evaluated(10, 150), evaluated(12, 120)].map((row) => ({
      ...row,
      headline: { ...row.headline!, n: 20 },
    }));
    const unsure = retrainDecision([], { quality: qualityOverTime(few), cost: null });
    expect(unsure.usdPerPoint).toBeNull();
    expect(unsure.risks.join()).toMatch(
      /replay has 20 items: it cannot reliably show a gain of less than [\d.]+ points/,
    );
  });
});
