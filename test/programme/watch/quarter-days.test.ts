import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { batchDay, batchOf, batchStart, weekdayOf } from "../../../src/watch/batches.ts";
import { dueState, quarterDays } from "../../../src/watch/quarter-days.ts";

describe("the days of a quarter", () => {
  test("have thirteen Mondays and three first days of a month, in whatever quarter", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000 }), (k) => {
        const from = new Date(Date.UTC(2024, 0, 1) + k * 86_400_000).toISOString().slice(0, 10);
        const days = quarterDays(from);
        expect(days.checks).toHaveLength(13);
        expect([2, 3]).toContain(days.replays.length);
        const order = [from, days.data, days.reEvaluation, days.decision, days.retrain, days.to];
        expect(order.toSorted()).toEqual(order);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  test("are due within a week, and overdue once they are over", () => {
    expect(dueState("2026-11-24", "2026-11-25")).toBe("overdue");
    expect(dueState("2026-12-02", "2026-11-25")).toBe("due");
    expect(dueState("2026-12-03", "2026-11-25")).toBe("planned");
  });
});

describe("batches", () => {
  test("of a week begin on Monday, also across a year and before 1970", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000_000, max: 4_000_000_000_000 }), (ms) => {
        const index = batchOf(ms, "week");
        const start = batchStart(index, "week");
        expect(weekdayOf(start)).toBe(0);
        expect(start <= ms && ms < batchStart(index + 1, "week")).toBe(true);
      }),
      { seed: 5, numRuns: 100 },
    );
    expect(batchDay(batchOf(Date.UTC(2027, 0, 1), "week"), "week")).toBe("2026-12-28");
  });
});
