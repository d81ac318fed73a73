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

  test("each line is near its median, and lines that cost nothing or are unknown are not in it", () => {
    for (const { id, budgetUsd } of budget.lines) {
      const median = cost.lines.find((line) => line.id === id)!.cost!.p50;
      expect(Number(budgetUsd) / median).toBeGreaterThan(0.9);
      expect(Number(budgetUsd) / median).toBeLessThan(1.25);
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
