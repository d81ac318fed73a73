import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseMoney } from "../../../src/base/money.ts";
import { Budget } from "../../../src/domain/budget.ts";
import { approveBudget, budgetPhases, isBudgetIntact } from "../../../src/plan/budget/budget.ts";
import { budgetText } from "../../../src/plan/budget/budget-text.ts";
import { programmeCost } from "../../../src/plan/cost/programme-cost.ts";
import { catchFailure } from "../../catch-failure.ts";
import { request } from "../cost/request.ts";

const asked = request();
const cost = programmeCost(asked);
const approval = {
  programme: asked.programme,
  cost,
  approver: "Head of finance",
  approvedOn: "2026-06-01",
  note: "",
  programmeSha256: "0".repeat(64),
};

describe("an approved budget", () => {
  const budget = approveBudget(approval);

  test("keeps its schema, in whole dollars", () => {
    expect(Budget.safeParse(budget).error).toBeUndefined();
    for (const { budgetUsd, capUsd } of budget.lines) expect(budgetUsd + capUsd).toMatch(/^\d+\.00\d+\.00$/);
  });

  test("its lines sum to the total exactly, each is at most its cap, and the whole is capped below the caps' sum", () => {
    const sum = (field: "budgetUsd" | "capUsd"): bigint =>
      budget.lines.reduce((total, line) => total + parseMoney(line[field]), 0n);
    expect(sum("budgetUsd")).toBe(parseMoney(budget.totalUsd));
    for (const line of budget.lines) expect(parseMoney(line.budgetUsd) <= parseMoney(line.capUsd)).toBe(true);
    expect(parseMoney(budget.capUsd) < sum("capUsd")).toBe(true);
    expect(parseMoney(budget.capUsd) > parseMoney(budget.totalUsd)).toBe(true);
  });

  test("the reserve goes to lines by their spread: a stated cost is approved as stated", () => {
    const stated = request({ evaluation: { setupUsd: "6200" } });
    const { lines } = approveBudget({ ...approval, programme: stated.programme, cost: programmeCost(stated) });
    expect(lines.find(({ id }) => id === "cost.evaluation.setup")).toMatchObject({
      budgetUsd: "6200.00",
      capUsd: "6200.00",
    });
  });

  const unit = Number(budget.totalUsd) / 1000;

  test("no amount is more precise than the total: phases have its unit, lines a tenth of it", () => {
    const digits = 10 ** (Math.floor(Math.log10(Number(budget.totalUsd))) - 2);
    const whole = (usd: string, of: number): boolean => Number.isInteger(Number(usd) / of);
    expect([budget.totalUsd, budget.capUsd].map((usd) => Number(Number(usd).toPrecision(3)) === Number(usd))).toEqual([
      true,
      true,
    ]);
    const estimated = budget.lines.filter(({ id }) => {
      const { p10, p90 } = cost.lines.find((line) => line.id === id)!.cost!;
      return p10 !== p90;
    });
    const stated = budget.lines.length > estimated.length;
    for (const { budgetUsd } of estimated) expect(stated || whole(budgetUsd, digits / 10)).toBe(true);
    for (const phase of Object.values(budgetPhases(budget.lines))) expect(whole(phase, digits / 10)).toBe(true);
  });

  test("each line is near its median, and lines that cost nothing or are unknown are not in it", () => {
    for (const { id, budgetUsd } of budget.lines) {
      const median = cost.lines.find((line) => line.id === id)!.cost!.p50;
      // The smallest amount is one unit, a thousandth of the total.
      expect(Number(budgetUsd)).toBeGreaterThan(median * 0.9 - unit);
      expect(Number(budgetUsd)).toBeLessThan(median * 1.25 + unit);
    }
    expect(budget.lines.map(({ id }) => id)).not.toContain("cost.compliance.review");
    expect(budget.lines.map(({ id }) => id)).not.toContain("cost.data.corpus");
  });

  test("launch, maintenance and serving sum to the total exactly", () => {
    const phases = budgetPhases(budget.lines);
    const parts = [phases.launch, phases.maintenance, phases.serving].map((part) => parseMoney(part));
    expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(parseMoney(budget.totalUsd));
    const maintenance = budget.lines.filter(({ id }) => id.startsWith("cost.maintenance."));
    expect(parts[1]).toBe(maintenance.reduce((sum, line) => sum + parseMoney(line.budgetUsd), 0n));
  });

  test("what is unknown is not zero: its phase is unknown, and the total says what it lacks", () => {
    const lines = cost.lines.map((line) =>
      line.category === "serving" ? { ...line, cost: null, reason: "no price" } : line,
    );
    const unserved = { ...cost, lines };
    const partial = approveBudget({ ...approval, cost: unserved });
    expect(partial.notBudgeted).toContainEqual({ id: "cost.serving.inference", reason: "no price" });
    expect(isBudgetIntact({ ...partial, notBudgeted: [] })).toBe(false);
    const text = budgetText(partial, unserved);
    expect(text).toMatch(/6 months of serving +unknown/);
    expect(text).toMatch(/total, without .*serving +[\d,]+/);
  });

  test("any change of it breaks its hash", () => {
    expect(isBudgetIntact(budget)).toBe(true);
    const index = fc.integer({ min: 0, max: budget.lines.length - 1 });
    fc.assert(
      fc.property(index, (at) => {
        const changed = structuredClone(budget);
        changed.lines[at]!.capUsd = "1000000.00";
        expect(isBudgetIntact(changed)).toBe(false);
      }),
    );
    expect(isBudgetIntact({ ...budget, approver: "Someone else" })).toBe(false);
  });

  test("the same approval gives the same hash", () => {
    expect(approveBudget(approval).sha256).toBe(budget.sha256);
  });

  test("an approver without a name and a programme without a known cost are refused", () => {
    expect(catchFailure(() => approveBudget({ ...approval, approver: "  " })).message).toContain("approver");
    const empty = { ...cost, lines: cost.lines.map((line) => ({ ...line, cost: null })) };
    expect(catchFailure(() => approveBudget({ ...approval, cost: empty })).message).toContain("nothing to approve");
  });
});
