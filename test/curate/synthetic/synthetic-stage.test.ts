import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { heldSummaries, type CuratedRow, type StageResult } from "../../../src/curate/stage.ts";
import { mostSynthetic, syntheticStage } from "../../../src/curate/synthetic/synthetic-stage.ts";
import type { SyntheticOptions } from "../../../src/domain/synthetic-share.ts";

async function passed(shards: CuratedRow[][], options: SyntheticOptions): Promise<StageResult & { found: string[] }> {
  const summaries = [];
  for (const rows of shards) summaries.push(await syntheticStage.summarise(rows, options));
  const decision = await syntheticStage.decide(heldSummaries(summaries), options);
  const result: StageResult = { kept: [], dropped: [], notes: [] };
  let firstRow = 0;
  for (const rows of shards) {
    const { kept, dropped } = await syntheticStage.run(rows, options, { decision, firstRow });
    result.kept.push(...kept);
    result.dropped.push(...dropped);
    firstRow += rows.length;
  }
  return { ...result, found: syntheticStage.findings!(decision).map(({ detail }) => detail) };
}

function row(id: string, fields: Record<string, unknown> = {}, source = "tickets.jsonl"): CuratedRow {
  return { id, source, line: 1, fields: { prompt: "a", completion: "b", ...fields } };
}

const people = (count: number): CuratedRow[] => Array.from({ length: count }, (_, k) => row(`p${k}`));

describe("the share of synthetic rows", () => {
  test.each([
    [6, 0.5, 6],
    [6, 0.25, 2],
    [7, 0.3, 3],
    [100, 0, 0],
    [0, 0.9, 0],
    [3, 0.9, 27],
  ])("%i other rows allow, at a share of %d, %i synthetic ones", (other, maxShare, most) => {
    expect(mostSynthetic(other, maxShare)).toBe(most); // by hand: s / (s + other) <= share
  });

  test("marks, models and named files make a row synthetic; rows beyond the share are dropped and counted", async () => {
    const rows = [
      ...people(4),
      row("s1", { synthetic: { recipe: "paraphrase@1" } }),
      row("s2", { generated_by: "some-model" }),
      row("s3", {}, "made.jsonl"),
      row("s4", { synthetic: true }),
      row("not", { synthetic: null, generated_by: "" }),
    ];
    const none = await passed([rows], { maxShare: 0, sources: ["made.jsonl"] });
    expect(none.dropped.map(({ row: { id } }) => id)).toEqual(["s1", "s2", "s3", "s4"]);
    const some = await passed([rows], { maxShare: 0.3, sources: ["made.jsonl"] });
    expect(some.kept).toHaveLength(7); // 5 others allow floor(0.3 x 5 / 0.7) = 2
    expect(some.dropped.every(({ reason }) => reason === "over-share")).toBe(true);
    expect(some.found).toEqual(["5 other rows allow 2 of 4 synthetic ones at a share of 30 %"]);
    const all = await passed([rows], { maxShare: 0.9, sources: ["made.jsonl"] });
    expect([all.dropped, all.found]).toEqual([[], []]);
  });

  test("never exceeds the limit, keeps every other row, and does not depend on order or shards", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ other: fc.nat({ max: 30 }), made: fc.nat({ max: 60 }) }),
        fc.constantFrom(0, 0.1, 0.25, 0.5, 0.9),
        fc.integer({ min: 1, max: 40 }),
        async ({ other, made }, maxShare, cut) => {
          const rows = [...people(other), ...Array.from({ length: made }, (_, k) => row(`s${k}`, { synthetic: {} }))];
          const options = { maxShare, sources: [] };
          const whole = await passed([rows], options);
          const back = rows.toReversed();
          const parts = await passed([back.slice(0, cut), back.slice(cut)], options);
          const ids = (result: StageResult): string[] => result.kept.map(({ id }) => id).toSorted();
          expect(ids(parts)).toEqual(ids(whole));
          expect(whole.kept.filter(({ id }) => id.startsWith("p"))).toHaveLength(other);
          expect(whole.kept.length - other).toBe(Math.min(made, mostSynthetic(other, maxShare)));
        },
      ),
      { seed: 20, numRuns: 40 },
    );
  });
});
