import { describe, expect, test } from "vitest";

import { parseMoney } from "../../../src/base/money.ts";
import type { Study } from "../../../src/domain/study.ts";
import { approveBudget } from "../../../src/plan/budget/budget.ts";
import { paybackText } from "../../../src/plan/payback/payback-text.ts";
import { missingUsdPerMonth } from "../../../src/programme/study/break-even-text.ts";
import { studyMarkdown } from "../../../src/programme/study/study-markdown.ts";
import { studyText } from "../../../src/programme/study/study-text.ts";
import { TRAINING, studyOf } from "./study-of.ts";
import { longTest } from "../../long-suite.ts";

const risk = ({ risks }: Study, id: string): string | undefined => risks.find((each) => each.id === id)?.severity;
const conditions = (study: Study): string => study.conditions.join("\n");

describe("the verdict on money", () => {
  test("a programme whose return is clearly above zero, with every launch line known, is a go", async () => {
    const study = await studyOf();
    expect(study.payback.roi12WithServing).toMatchObject({ unit: "%" });
    expect(study.conditions.filter((condition) => !condition.includes("training rows"))).toEqual([]);
    expect(study.verdict).toBe("go");
  });

  // 30 runs × 5 h × 6,400 USD are 960,000 USD of compute, against 720,000 a year.
  const dear = { method: "lora", gpu: "H100-80GB-SXM", gpuCount: 1, gpuUsdPerHour: "6400", hoursPerRun: 5 } as const;

  test("a return below zero at the median is a no-go, whatever the high end may be", async () => {
    const study = await studyOf({ today: { apiUsdPerMonth: "12000" } });
    const roi = study.payback.roi12WithServing as { p50: number; p90: number };
    expect([roi.p50 < 0, roi.p90 > 0]).toEqual([true, true]);
    expect([study.verdict, study.conditions]).toEqual(["no-go", []]);
    expect(study.reasons.join("\n")).toMatch(/lost money at the median: a return of −\d+ %/);
  });

  longTest(
    "a stated spend counts as it is, and one that the list price contradicts is a condition or a reason",
    async () => {
      // 3,000 million input and 200 million output tokens cost 9,500 USD a month at the list price of gpt-4o.
      const serving = { inputTokensPerMonth: 3e9, outputTokensPerMonth: 2e8, monthlyUsd: "1000" };
      const today = (apiUsdPerMonth: string) => ({ api: "openai/gpt-4o", apiUsdPerMonth });
      const narrow = { kind: "extraction" as const, goals: ["format" as const], narrow: false };
      const [listed, stated] = [
        await studyOf({ today: today("9500"), serving, task: narrow }),
        await studyOf({ today: today("60000"), serving, task: narrow }),
      ];
      expect(stated.payback.monthlySaving).toMatchObject({ p10: 60_000, p50: 60_000, p90: 60_000 });
      expect(listed.payback.monthlySaving).toMatchObject({ p50: 9_500 });
      expect(stated.verdict).not.toBe("go");
      expect(`${conditions(stated)}\n${stated.reasons.join("\n")}`).toMatch(
        /60,000 USD a month are stated as spent and replaced, and the stated tokens cost 9,500/,
      );
      expect(`${conditions(listed)}\n${listed.reasons.join("\n")}`).not.toContain("stated as spent");
    },
  );

  test("a payback that most draws never see is never, and not unknown", async () => {
    const study = await studyOf({ today: { apiUsdPerMonth: "5000" } }, 10_000); // of which a few see it
    const never = "never in over 99 % of draws";
    expect(study.payback.neverShare).toBeGreaterThan(0.99);
    const written = { html: "study.html", markdown: "study.md", json: "study.json" };
    expect(studyText(study, written)).toContain(never);
    expect(studyText(study, written)).not.toMatch(/paid back in month.*unknown/);
    const page = studyMarkdown(study);
    expect(page).toContain(never);
    expect(page).toContain("**payback.monthWithServing** = never in");
    expect(page).toMatch(/Paid back in month, .*\| \[never\]/);
  });

  test("savings alone that never pay back are never, in the study and the payback, and not unknown", async () => {
    const study = await studyOf({ today: { apiUsdPerMonth: "100" } });
    expect(studyMarkdown(study)).toMatch(/\| The same, saving alone \| month \| \[never\]/);
    const row = paybackText(study.payback)
      .split("\n")
      .find((line) => line.startsWith("paid back in month, saving alone"));
    expect(row).toMatch(/ never$/);
    expect(study.unknowns.join("\n")).not.toContain("never in");
  });

  test("a return below zero at the high end is a no-go", async () => {
    const study = await studyOf({ training: { ...dear, runs: 30 } });
    expect(study.verdict).toBe("no-go");
    expect(study.reasons.join("\n")).toContain("lost money even at the high end");
  });

  test("where serving is unknown the saving alone is the upper bound that is judged", async () => {
    const study = await studyOf({ training: { ...dear, runs: 30 }, serving: {} });
    expect(study.verdict).toBe("no-go");
    expect(study.reasons.join("\n")).toContain("by the savings alone, an upper bound because serving is unknown");
  });

  test.each([{ apiAllowed: false }, { residency: "on-premises" as const }, { latencyMsP95: 100 }])(
    "a lost year stops it also where an outside API is ruled out: not to do it is an alternative (%o)",
    async (requirements) => {
      const lost = await studyOf({ training: { ...dear, runs: 30 }, requirements });
      expect([lost.verdict, risk(lost, "money.return"), lost.conditions]).toEqual(["no-go", "high", []]);
      // Serving that costs more than it replaces: the median return is under -100 %.
      const worse = await studyOf({ today: { apiUsdPerMonth: "3000" }, serving: { monthlyUsd: "9000" }, requirements });
      expect(worse.payback.roi12WithServing).toHaveProperty("p50", expect.closeTo(-200, -3));
      expect(worse.verdict).toBe("no-go");
      expect(worse.reasons.join("\n")).toContain("no cost to launch is low enough");
    },
  );

  test("the reason says what it would have to replace for a return of zero, and that much makes it so", async () => {
    const today = { apiUsdPerMonth: "12000" };
    const study = await studyOf({ today });
    const reason = study.reasons.find((text) => text.includes("reaches zero"))!;
    expect(reason).toMatch(
      /replaces [\d,]+ USD a month more than now \(12,000\), or costs about [\d,]+ USD to launch\.$/,
    );
    const missing = missingUsdPerMonth(study.payback)!;
    expect(reason).toContain(`replaces ${missing.toLocaleString("en-US")} USD a month more`);
    const enough = await studyOf({ today: { ...today, laborUsdPerMonth: String(missing) } });
    expect(enough.payback.roi12WithServing).toHaveProperty("p50", expect.closeTo(0, -1));
    expect([(enough.payback.roi12WithServing as { p50: number }).p50 >= 0, enough.verdict === "no-go"]).toEqual([
      true,
      false,
    ]);
    const short = await studyOf({ today: { ...today, laborUsdPerMonth: String(Math.floor(missing * 0.99)) } });
    expect(short.verdict).toBe("no-go");
  });

  test("where an outside API is ruled out and what it replaces has no price, it is a cost to approve", async () => {
    const study = await studyOf({ today: {}, requirements: { apiAllowed: false } });
    expect(study.verdict).toBe("go-if");
    expect(study.reasons.join("\n")).toContain(
      "the usage that the programme replaces has no price: it is a cost to approve",
    );
  });

  test("high spend is worded against the cost to launch, not as worth it", async () => {
    const { reasons } = await studyOf();
    expect(reasons.join("\n")).not.toContain("almost always");
    expect(reasons.join("\n")).toContain("cost to launch");
  });
});

test("a pass that the method rules exclude is found where the plan has it", async () => {
  const study = await studyOf({
    training: { ...TRAINING, preferencePass: "dpo" },
    data: { plannedRows: 8_000, meanTokens: 400, minutesPerRow: 0.5 },
  });
  expect(risk(study, "training.method-excluded")).toBe("high");
  expect(conditions(study)).toContain("The plan trains with dpo, which the method rules exclude");
});

test("what a method rule asks for is a condition", async () => {
  const study = await studyOf({
    today: { laborUsdPerMonth: "20000" },
    task: { kind: "chat", goals: ["style"], narrow: false },
  });
  expect(study.verdict).toBe("go-if");
  expect(conditions(study)).toContain("only if you reduce the task");
  expect(study.reasons.join("\n")).not.toContain("only if you reduce the task");
});

describe("a cost to launch that lacks a line that is due", () => {
  test("is no go: the line is a condition, and the number says what is not in it", async () => {
    const study = await studyOf({ compliance: { euMarket: true } });
    expect(study.verdict).toBe("go-if");
    expect(conditions(study)).toContain("without compliance work");
    expect(study.reasons.join("\n")).toContain("USD to launch, without compliance work, against");
    expect(study.decisions.join("\n")).toContain(", without compliance work, with a cap of");
  });

  test("is a go once the line is given", async () => {
    expect((await studyOf({ compliance: { euMarket: true, reviewUsd: "4000" } })).verdict).toBe("go");
  });
});

test("the method to confirm is the planned one, next to the one that is ranked first", async () => {
  const full = await studyOf({ training: { ...TRAINING, method: "full-sft" } });
  expect(full.decisions).toContain("Confirm the method: full-sft is planned, and the rules rank lora first.");
  expect((await studyOf()).decisions).toContain("Confirm the method: lora is ranked first.");
});

describe("the budget to approve", () => {
  test("is the one that plan budget writes, with what launch, maintenance and serving take of it", async () => {
    const study = await studyOf();
    const programme = { name: "A programme" } as Parameters<typeof approveBudget>[0]["programme"];
    const approval = { programme, cost: study.cost, approver: "A", approvedOn: "2026-06-15", note: "" };
    const { totalUsd } = approveBudget({ ...approval, programmeSha256: "" });
    const sentence = study.decisions.find((decision) => decision.startsWith("Approve a budget"))!;
    const [total, ...parts] = [...sentence.matchAll(/\d[\d,]{3,}/g)].map(([text]) =>
      parseMoney(text.replaceAll(",", "")),
    );
    expect(total).toBe(parseMoney(totalUsd));
    expect(parts.slice(0, 3).reduce((sum, part) => sum + part, 0n)).toBe(total);
    expect(sentence).toMatch(
      /\(launch [\d,]+, 6 months of maintenance [\d,]+, 6 months of serving [\d,]+\) with a cap of [\d,]+,/,
    );
  });
});

describe("the calendar", () => {
  const long = { method: "lora", gpu: "H100-80GB-SXM", gpuCount: 1, gpuUsdPerHour: "2.50" } as const;
  const team = { engineerWeeks: 4, engineerUsdPerHour: "150" };

  test("training in sequence counts towards the deadline, which is a condition where it cannot be met", async () => {
    // 28 days of engineering from 1 July, then 10 runs of 96 hours: 40 days, so 7 September.
    const asked = { team, training: { ...long, hoursPerRun: 96, runs: 10 } };
    const late = await studyOf({ ...asked, requirements: { deadline: "2026-09-06" } });
    expect([late.verdict, risk(late, "schedule.deadline")]).toEqual(["go-if", "high"]);
    expect(conditions(late)).toContain("he work ends on 2026-09-07 at the median");
    expect(late.risks.find(({ id }) => id === "schedule.deadline")!.text).toContain(
      "from 2026-07-01 4 engineer-weeks by one person, then 40 days of training (all runs and passes in sequence, start-up included)",
    );
    const kept = await studyOf({ ...asked, requirements: { deadline: "2026-09-07" } });
    expect(risk(kept, "schedule.deadline")).toBeUndefined();
  });

  test("one run of over two weeks is a risk, one that outlives its base model a high one", async () => {
    const asked = (hoursPerRun: number): Promise<Study> => studyOf({ training: { ...long, hoursPerRun, runs: 1 } });
    expect(risk(await asked(14 * 24), "training.long-run")).toBeUndefined();
    expect(risk(await asked(15 * 24), "training.long-run")).toBe("medium");
    expect(risk(await asked(200 * 24), "training.long-run")).toBe("high");
  });

  test("a deadline without a start is compared with today, and is never a no-go", async () => {
    const { unknowns } = await studyOf({ start: undefined, requirements: { deadline: "2027-04-30" } });
    expect(unknowns.join("\n")).toContain(
      "no start is set, so the deadline of 2027-04-30 is compared with a start today, 2026-06-15",
    );
    const { unknowns: neither } = await studyOf({ start: undefined });
    expect(neither.join("\n")).toContain("Set start, and requirements.deadline if there is one");
  });
});

test("an assumption that is replaced and that no number follows from is named, one that is read is not", async () => {
  const { risks } = await studyOf({ assumptions: { "leak.share": 0.1, "dataset.rights.usd": 3000 } });
  const named = risks.find(({ id }) => id === "money.assumption-without-effect");
  expect(named?.text).toMatch(/^leak\.share: your value is recorded/);
  const used = await studyOf({ assumptions: { "dataset.rights.usd": 3000 } });
  expect(used.risks.map(({ id }) => id)).not.toContain("money.assumption-without-effect");
});

test("where data must stay is a condition until the price is of one's own contract", async () => {
  const asked = (price: { sellerClass?: "own-contract"; gpuUsdPerHour?: string }): Promise<Study> =>
    studyOf({
      requirements: { residency: "eu" },
      training: { method: "lora", gpu: "H100-80GB-SXM", gpuCount: 1, hoursPerRun: 3, ...price },
    });
  const rented = await asked({});
  expect([rented.verdict, risk(rented, "duties.residency")]).toEqual(["go-if", "high"]);
  expect(rented.conditions.join("\n")).toContain("Data must stay in the EU".slice(1));
  expect(risk(await asked({ gpuUsdPerHour: "2.50" }), "duties.residency")).toBeUndefined();
  expect(risk(await asked({ sellerClass: "own-contract", gpuUsdPerHour: "2.50" }), "duties.residency")).toBeUndefined();
  expect(risk(await studyOf(), "duties.residency")).toBeUndefined();
});

describe("where an outside API is ruled out", () => {
  const today = { api: "deepseek/deepseek-chat", apiUsdPerMonth: "12000" };
  const reasons = async (apiAllowed: boolean, serving: object): Promise<string> =>
    (await studyOf({ today, serving, requirements: { apiAllowed } })).reasons.join("\n");

  longTest("today's API is no best alternative: the one that is allowed is, or none", async () => {
    expect(await reasons(false, { monthlyUsd: "2000" })).toMatch(
      /the only allowed alternative, \S+ with prompts alone, on the same GPUs, [\d,]+\./,
    );
    const hosted = { monthlyUsd: "2000", inputTokensPerMonth: 1e9, outputTokensPerMonth: 1e8 };
    expect(await reasons(false, hosted)).toContain("with prompts alone, on the same GPUs");
    expect(await reasons(true, { monthlyUsd: "2000" })).toMatch(
      /the best alternative, \S+ with prompts alone, on the same GPUs/,
    );
  });

  test("the table marks it and its list price so, and no other study has the mark", async () => {
    const rows = async (apiAllowed: boolean): Promise<string[]> =>
      studyMarkdown(await studyOf({ today, requirements: { apiAllowed } }))
        .split("\n")
        .filter((line) => /^\| (?:keep deepseek|deepseek\/deepseek-chat at its list price)/i.test(line));
    const [kept, listed] = await rows(false);
    for (const row of [kept, listed]) expect(row).toContain("ruled out: an outside API may not see the data");
    expect(kept).not.toContain("the best of these");
    expect((await rows(true)).join("\n")).not.toContain("ruled out");
  });
});

describe("the condition of a serving cost that is unknown", () => {
  const load = { inputTokensPerMonth: 5e7, outputTokensPerMonth: 8e6, gpuCount: 4, gpu: "L4" };
  const action = async (serving: object): Promise<string | undefined> =>
    (await studyOf({ serving })).risks.find(({ id }) => id === "money.serving-unknown")?.action;

  test("asks for the price where only that is missing", async () => {
    const asked = await action(load);
    expect(asked).toContain(
      "set serving.gpuUsdPerHour or serving.monthlyUsd: there is no on-demand price of L4 from a neocloud on 2026-06-15",
    );
    expect(asked).not.toContain("outputTokensPerMonth");
  });

  test("asks for the load where that is missing, and for nothing where the price is given", async () => {
    expect(await action({ gpu: "L4" })).toBe("set serving.outputTokensPerMonth and serving.gpu, or serving.monthlyUsd");
    expect(await action({ ...load, gpuUsdPerHour: "0.80" })).toBeUndefined();
  });
});

test("failed runs are said to be among the runs that are stated, or else among those assumed", async () => {
  const reason = async (training: object): Promise<string | null | undefined> =>
    (await studyOf({ training: { ...TRAINING, ...training } })).cost.lines.find(
      ({ id }) => id === "cost.training.failed",
    )?.reason;
  expect(await reason({})).toMatch(/^training\.runs counts all runs/);
  expect(await reason({ runs: undefined })).toMatch(/^the assumed number of runs counts all runs/);
});

test("a stated cost of serving is the only one, also where no replica that could be chosen meets the latency", async () => {
  const serving = { inputTokensPerMonth: 3e9, outputTokensPerMonth: 2e8, gpu: "H100-80GB-SXM", gpuCount: 1 };
  const requirements = { latencyMsP95: 1 };
  const none = await studyOf({ serving, requirements });
  expect([none.verdict, none.reasons.join("\n")]).toEqual([
    "no-go",
    expect.stringContaining("cannot be served as required"),
  ]);
  const today = { api: "openai/gpt-4o", apiUsdPerMonth: "60000" };
  const stated = await studyOf({ today, serving: { ...serving, monthlyUsd: "1234" }, requirements });
  expect(stated.reasons.join("\n")).not.toContain("cannot be served");
  const text = studyText(stated, { files: [], next: "" } as never);
  expect(text).toMatch(/^serving +USD\/month +1,230 +as stated in serving.monthlyUsd/m);
  expect(text).not.toContain("serving GPUs");
});
