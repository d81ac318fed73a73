import { resolve } from "node:path";

import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import { PaybackPlan } from "../../domain/payback-plan.ts";
import { Day } from "../../domain/source.ts";
import { defineCommand } from "../command.ts";
import { writePage } from "../write-output.ts";

const Options = z.strictObject({
  dir: z.string().min(1).default(".").describe("Programme folder"),
  on: Day.optional().describe("Day of the prices; default: today"),
  discountPerYear: z.number().min(0).max(1).default(0.08).describe("Yearly discount rate of the net present value"),
  growthPerMonth: z
    .number()
    .gt(-1)
    .max(1)
    .optional()
    .describe("Monthly growth of the traffic: 0.05 is 5 % each month. Default: from serving.traffic"),
  priceDropPerYear: z.number().min(0).lt(1).default(0).describe("Yearly decline of API prices"),
  draws: z.int().min(100).max(100_000).default(10_000).describe("Monte Carlo draws"),
  seed: z.int().min(0).max(4_294_967_295).default(1).describe("Seed of the draws"),
  html: z.string().min(1).optional().describe("Write an HTML page with the chart by month to this file"),
});

/** `tunewright plan payback`: computes when a programme pays back, and which inputs that depends on. */
export default defineCommand({
  description:
    "Estimate when a programme pays back, including training, data, evaluation, maintenance, retrains and serving; its value after 12 and 24 months, also in today's dollars; and whether its serving cost comes from a load test (serving.loadTest), the estimator, or the programme's own figures.",
  args: ["dir"],
  options: Options,
  output: PaybackPlan,
  examples: [
    "plan payback my-programme",
    "plan payback my-programme --growth-per-month 0.05 --price-drop-per-year 0.3 --html payback.html",
  ],
  run: async (io, { dir, html, on, growthPerMonth, ...options }) => {
    const { hubCacheOf } = await import("../../programme/data/find-tokenizer.ts");
    const { paybackPlan } = await import("../../programme/cost/payback-plan.ts");
    const { readProgramme } = await import("../../programme/reading/read-programme.ts");
    const { paybackPlanText } = await import("../../plan/payback/payback-plan-text.ts");
    const day = on ?? isoDay(io.now());
    const loaded = await readProgramme(resolve(io.cwd, dir), day);
    const plan = await paybackPlan(loaded, {
      ...options,
      growthPerMonth,
      on: day,
      hubCache: hubCacheOf(io.env),
      onStep: io.progress,
    });
    if (html !== undefined) {
      const { paybackPage } = await import("../../plan/payback/payback-page.ts");
      await writePage(io, html, paybackPage(plan));
    }
    const { hasTraffic } = await import("../../programme/serving/compare-programme.ts");
    const next = hasTraffic(loaded) ? ["plan", "compare", dir] : ["feasibility", dir];
    return { json: plan, text: () => paybackPlanText(plan), next: commandLine(next) };
  },
});
