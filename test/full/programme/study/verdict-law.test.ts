import fc from "fast-check";
import { expect, test } from "vitest";

import type { ProgrammeInput } from "../../../../src/domain/programme.ts";
import type { Study } from "../../../../src/domain/study.ts";
import { missingUsdPerMonth } from "../../../../src/programme/study/break-even-text.ts";
import { firstYearReturn } from "../../../../src/programme/study/study-facts.ts";
import { studyOf, TRAINING } from "../../../programme/study/study-of.ts";

const PROGRAMMES = 60;

const serving = fc.oneof(
  fc.constantFrom({}, { monthlyUsd: "2000" }, { monthlyUsd: "15000" }),
  fc.record({
    inputTokensPerMonth: fc.integer({ min: 1e6, max: 3e9 }),
    outputTokensPerMonth: fc.integer({ min: 1e6, max: 5e8 }),
    gpu: fc.constantFrom("H100-80GB-SXM", "L40S"),
  }),
);

const today = fc.oneof(
  fc.record(
    {
      apiUsdPerMonth: fc.integer({ min: 500, max: 90_000 }).map(String),
      laborUsdPerMonth: fc.integer({ min: 500, max: 40_000 }).map(String),
    },
    { requiredKeys: [] },
  ),
  fc.constant({ api: "openai/gpt-4o" }),
);

/** Programmes of which half rule out an outside API, in each way that there is. */
const programme: fc.Arbitrary<Partial<ProgrammeInput>> = fc.record({
  model: fc
    .constantFrom("Qwen/Qwen2.5-7B", "meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen3-32B")
    .map((base) => ({ base })),
  task: fc
    .constantFrom<("chat" | "extraction" | "qa")[]>("chat", "extraction", "qa")
    .map((kind) => ({ kind, goals: ["format", "cost"] })),
  data: fc.integer({ min: 500, max: 40_000 }).map((plannedRows) => ({ plannedRows, meanTokens: 500 })),
  training: fc.constantFrom("2.50", "400", "6400").map((gpuUsdPerHour) => ({ ...TRAINING, gpuUsdPerHour })),
  serving,
  today,
  requirements: fc.constantFrom<NonNullable<ProgrammeInput["requirements"]>>(
    {},
    {},
    {},
    { apiAllowed: false },
    { residency: "on-premises" },
    { latencyMsP95: 100 },
  ),
});

const median = ({ payback }: Study): number | undefined => firstYearReturn(payback)?.roi.p50;

test("no go and no conditional go has a negative median return, and the sum that a no-go names makes it zero", async () => {
  const counts = { go: 0, "go-if": 0, "no-go": 0, flipped: 0 };
  await fc.assert(
    fc.asyncProperty(programme, async (value) => {
      const study = await studyOf(value);
      counts[study.verdict] += 1;
      if (study.verdict !== "no-go") {
        expect(median(study) ?? 0).toBeGreaterThanOrEqual(0);
        expect(study.payback.neverShare ?? 0).toBeLessThan(0.5);
      }
      const missing = missingUsdPerMonth(study.payback);
      if (missing === undefined) return;
      expect(study.verdict).toBe("no-go");
      expect(study.reasons.join(" ")).toContain("The return reaches zero if");
      const labor = Number(value.today?.laborUsdPerMonth ?? 0) + missing;
      const enough = await studyOf({ ...value, today: { ...value.today, laborUsdPerMonth: String(labor) } });
      expect(median(enough)).toBeGreaterThanOrEqual(-0.01);
      expect(enough.reasons.join(" ")).not.toContain("lost money");
      counts.flipped += 1;
    }),
    { numRuns: Number(process.env["TUNEWRIGHT_VERDICTS"] ?? PROGRAMMES), endOnFailure: true },
  );
  process.stdout.write(`verdicts: ${JSON.stringify(counts)}\n`);
}, 3_600_000);
