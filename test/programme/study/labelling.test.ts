import { describe, expect, test } from "vitest";

import type { ProgrammeInput } from "../../../src/domain/programme.ts";
import type { Study } from "../../../src/domain/study.ts";
import { LABELLING_MINUTES } from "../../../src/plan/cost/labelling-minutes.ts";
import { studyOf } from "./study-of.ts";
import { longTest } from "../../long-suite.ts";

const minutesOf = (study: Study): number => study.figures.find(({ id }) => id === LABELLING_MINUTES)!.p50!;
const task = (kind: ProgrammeInput["task"]["kind"]): ProgrammeInput["task"] => ({ kind, goals: ["format"] });
const studyWith = (kind: ProgrammeInput["task"]["kind"], data: ProgrammeInput["data"]): Promise<Study> =>
  studyOf({ task: task(kind), data });

describe("minutes to label a row that are not stated", () => {
  // Published times per row, each for rows of about this length.
  test.each([
    // Spider, arXiv:1809.08887: some 1,000 hours for 10,181 pairs.
    { row: "a pair of question and SQL", kind: "code", meanTokens: 110, published: 5.9 },
    // SQuAD, arXiv:1606.05250: 4 minutes for a paragraph and 5 questions; a fifth of a paragraph each.
    { row: "a question on a paragraph", kind: "qa", meanTokens: 60, published: 0.8 },
  ] as const)("of $row hold the published time within a factor of two", async ({ kind, meanTokens, published }) => {
    const minutes = minutesOf(await studyWith(kind, { plannedRows: 9_000, meanTokens }));
    expect(minutes).toBeGreaterThan(published / 2);
    expect(minutes).toBeLessThan(published * 2);
  });

  longTest("grow with the length of a row and in a regulated domain", async () => {
    const data = { plannedRows: 9_000, meanTokens: 400 };
    const usual = minutesOf(await studyWith("qa", data));
    expect(minutesOf(await studyWith("qa", { ...data, meanTokens: 1_600 }))).toBeGreaterThan(2 * usual);
    expect(minutesOf(await studyWith("qa", { ...data, regulated: true }))).toBeGreaterThan(1.2 * usual);
  });

  test("make 9,000 pairs of text and SQL cost tens of thousands, as a condition and a large bar", async () => {
    const study = await studyWith("code", { plannedRows: 9_000, meanTokens: 110 });
    const line = study.cost.lines.find(({ id }) => id === "cost.data.experts");
    expect(line!.cost!.p50).toBeGreaterThan(20_000);
    expect(study.verdict).toBe("go-if");
    expect(study.conditions.join("\n")).toContain("Time people on a hundred rows and set data.minutesPerRow");
    const bars = study.cost.tornado.map(({ input }) => input);
    expect(bars.slice(0, 3)).toContain(LABELLING_MINUTES);
  });

  test("are no condition once they are stated, or where nobody labels", async () => {
    for (const stated of [{ minutesPerRow: 2 }, { annotatedShare: 0 }]) {
      const study = await studyWith("code", { plannedRows: 9_000, meanTokens: 110, ...stated });
      expect(study.risks.some(({ id }) => id === "money.labelling-time")).toBe(false);
    }
  });
});
