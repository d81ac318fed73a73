import { beforeAll, describe, expect, test } from "vitest";

import { parseMoney } from "../../../src/base/money.ts";
import { Reconciliation } from "../../../src/domain/cost.ts";
import { programmeCosts, type ProgrammeCosts } from "../../../src/programme/cost/programme-costs.ts";
import { readTsv } from "../../catalog/read-tsv.ts";

/** Day after the article's prices: the estimate uses what held then. */
const ON = "2026-06-01";
const EXAMPLES = ["contracts", "support", "clinical"] as const;

const answers = new Map<string, ProgrammeCosts>();

beforeAll(async () => {
  for (const name of EXAMPLES) answers.set(name, await programmeCosts(`examples/${name}`, { on: ON, draws: 2_000 }));
});

describe("worked programmes of the article", () => {
  test.each(readTsv("worked-programmes.tsv"))("$example: $line is $stated_usd ($source)", (row) => {
    const { reconciliation, loaded } = answers.get(row["example"]!)!;
    const line = reconciliation!.lines.find(({ label }) => label === row["line"])!;
    expect(line.statedUsd).toBe(row["stated_usd"]);
    expect(line.fromInputsUsd ?? "").toBe(row["from_inputs_usd"]);
    if (row["unit_price_usd"] === "") return;
    expect(line.why).toContain(`${row["unit_price_usd"]} USD per GPU-hour, ${row["price_verdict"]} the published`);
    const { gpuCount = 0, hoursPerRun = 0, runs = 0 } = loaded.programme.training;
    const quoted = loaded.programme.quoted!.lines.find(({ category }) => category === "training")!;
    expect(gpuCount * hoursPerRun * runs).toBe(quoted.quantity);
  });

  test.each(readTsv("worked-findings.tsv"))("$example: finds “$finding” ($source)", ({ example, finding }) => {
    const { findings, lines } = answers.get(example!)!.reconciliation!;
    expect([...findings, ...lines.map(({ why }) => why)].join("\n")).toContain(finding);
  });

  test.each(EXAMPLES)("%s: the stated lines sum to the stated total exactly", (name) => {
    const { reconciliation } = answers.get(name)!;
    expect(Reconciliation.safeParse(reconciliation).error).toBeUndefined();
    const sum = reconciliation!.lines.reduce((total, line) => total + parseMoney(line.statedUsd), 0n);
    expect(sum).toBe(parseMoney(reconciliation!.statedTotalUsd));
    expect(reconciliation!.addsUp).toBe(true);
  });

  test("contracts: the stated month 5 is within our range of the saving alone, and too early once serving counts", () => {
    const { monthWithoutServing: alone, monthWithServing: full } = answers.get("contracts")!.payback;
    if ("refused" in alone || "refused" in full) throw new Error("payback was refused");
    expect([alone.p10 <= 5, alone.p90 >= 5]).toEqual([true, true]);
    expect(full.p50).toBeGreaterThan(5);
  });

  test("support and clinical: payback is refused, since the article states no saving", () => {
    for (const name of ["support", "clinical"]) {
      expect(answers.get(name)!.payback.monthWithServing).toHaveProperty("refused");
    }
  });

  test("a sentence is a finding only where its own numbers say so", async () => {
    const { reconcile } = await import("../../../src/plan/reconcile/reconcile.ts");
    const { assumptionsWith } = await import("../../../src/catalog/assumptions.ts");
    const { loaded, cost, training } = answers.get("contracts")!;
    const quoted = structuredClone(loaded.programme.quoted!);
    // 65 % data and evaluation, 10 % compute, inside the envelope: nothing of that kind may be found.
    quoted.totalUsd = "50000";
    quoted.lines = [
      { category: "data", label: "Dataset", usd: "27500" },
      { category: "training", label: "Compute", usd: "5000" },
      { category: "evaluation", label: "Evaluation", usd: "5000" },
      { category: "engineering", label: "Engineering", usd: "12500" },
    ];
    const programme = { ...loaded.programme, quoted };
    const { findings } = reconcile({
      programme,
      cost,
      assumption: assumptionsWith({}),
      training: { ...training.facts, modelledGpuHoursPerRun: training.facts.gpuHoursPerRun },
      prices: [],
    })!;
    expect(findings.join("\n")).not.toMatch(/article's 60|article's 5–|USD per GPU-hour|GPU-hours as stated/);
    expect(findings.join("\n")).toContain("the stated compute of 5,000 is above the article's envelope of 200–1,500");
  });

  test("lines that do not add up are said to be off by how much", async () => {
    const { reconcile } = await import("../../../src/plan/reconcile/reconcile.ts");
    const { assumptionsWith } = await import("../../../src/catalog/assumptions.ts");
    const { loaded, cost, training } = answers.get("contracts")!;
    const quoted = { ...loaded.programme.quoted!, totalUsd: "88000.50" };
    const answer = reconcile({
      programme: { ...loaded.programme, quoted },
      cost,
      assumption: assumptionsWith({}),
      training: training.facts,
      prices: [],
    })!;
    expect([answer.addsUp, answer.sumOfLinesUsd]).toEqual([false, "88550.00"]);
    expect(answer.findings[0]).toContain("do not add up");
  });
});
