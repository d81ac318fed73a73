import { expect, test } from "vitest";

import type { JudgedScore } from "../../src/domain/evaluation-judge.ts";
import type { ScoredItem, ScoreSummary } from "../../src/domain/evaluation-result.ts";
import { headlineScore } from "../../src/evaluate/report/headline-score.ts";
import { lowestItems } from "../../src/evaluate/report/lowest-items.ts";

const raw = { scorer: "helpful", mean: 0.9, interval: { low: 0.85, high: 0.95 }, n: 200 } as ScoreSummary;
const corrected = { value: 0.7, interval: { low: 0.6, high: 0.8 }, n: 200, labels: 60, method: "ppi++", note: null };
const judged = (scorer: string): JudgedScore => ({ scorer, headline: corrected }) as unknown as JudgedScore;

test.each([
  { what: "of a scorer without judges is its mean", judges: [], mean: 0.9, correction: null },
  { what: "of judges is the corrected score", judges: [judged("helpful")], mean: 0.7, correction: "ppi++" },
  { what: "is not that of judges of another scorer", judges: [judged("other")], mean: 0.9, correction: null },
])("the headline $what", ({ judges, mean, correction }) => {
  expect(headlineScore({ scores: [raw], judged: judges })).toMatchObject({ scorer: "helpful", mean, correction });
});

test("the lowest items are those below 1, an unanswered one included, and not one that no judge gave a verdict on", () => {
  const item = (id: string, score: number | null, answer: string | null): ScoredItem =>
    ({ id, scores: { s: score }, answers: [{ answer }] }) as unknown as ScoredItem;
  const items = [
    item("right", 1, "x"),
    item("half", 0.5, "x"),
    item("silent", null, null),
    item("unjudged", null, "x"),
  ];
  expect(lowestItems(items, "s")).toMatchObject({ below: 2, lowest: [{ id: "silent" }, { id: "half" }] });
});
