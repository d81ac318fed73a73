import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { findDuplicates, type FoundDuplicates } from "../../../src/curate/duplicates/dedup-files.ts";
import { dedupResult } from "../../../src/curate/duplicates/dedup-result.ts";
import { duplicatesStage } from "../../../src/curate/duplicates/duplicates-stage.ts";
import { runPipeline } from "../../../src/curate/pipeline/run-pipeline.ts";
import { sumNotes } from "../../../src/curate/report/sum-notes.ts";
import { type CuratedRow, heldSummaries, type StageResult } from "../../../src/curate/stage.ts";
import type { StageFinding } from "../../../src/domain/data-pipeline.ts";
import { DedupOptions, DuplicatesOptions } from "../../../src/domain/dedup.ts";
import { naiveWhole } from "../kernels/naive-shingles.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";
import { alikeTexts } from "./alike-texts.ts";

const path = join(await folderOf({}), "rows.jsonl");

async function found(texts: readonly string[], options: object): Promise<FoundDuplicates> {
  await writeFile(path, jsonl(texts.map((text) => ({ text }))));
  return findDuplicates([{ path, name: "rows.jsonl" }], DedupOptions.parse({ textField: "text", ...options }));
}

async function staged(
  texts: readonly string[],
  options: object,
  sourceOf = (_row: number): string => "rows",
): Promise<StageResult & { findings: readonly StageFinding[] }> {
  const parsed = DuplicatesOptions.parse({ textField: "text", ...options });
  const rows = texts.map((text, row): CuratedRow => ({
    id: `r${row}`,
    source: sourceOf(row),
    line: row + 1,
    fields: { text },
  }));
  const summaries = [await duplicatesStage.summarise(rows, parsed)];
  const decision = await duplicatesStage.decide(heldSummaries(summaries), parsed);
  const result = await duplicatesStage.run(rows, parsed, { decision, firstRow: 0 });
  return { ...result, findings: duplicatesStage.findings!(decision) };
}

/** A template of 200 words in which each text has three words of its own, and a text of its own. */
const words = Array.from({ length: 200 }, (_, at) => `w${at}`);
const templated = Array.from({ length: 30 }, (_, row) => words.with(50, `a${row}`).join(" "));

describe("a cluster of more different texts than the cap", () => {
  test("stays whole but for copies word for word, and other clusters go as they would", async () => {
    const policies = fc.constantFrom<object>({}, { keep: "longest" }, { threshold: 0.5 });
    await fc.assert(
      fc.asyncProperty(alikeTexts, policies, fc.integer({ min: 1, max: 3 }), async (texts, options, clusterCap) => {
        if (texts.length === 0) return;
        const text = (row: number): string => naiveWhole(texts[row]!);
        const { drops: all } = await found(texts, options);
        const { drops, spared } = await found(texts, { ...options, clusterCap });
        const expected = new Set<number>();
        for (const keeper of new Set(all.keeper)) {
          const near = [...all.keeper.keys()].filter((row) => all.keeper[row] === keeper && text(row) !== text(keeper));
          if (new Set(near.map(text)).size > clusterCap) for (const row of near) expected.add(row);
        }
        const stay = [...spared.rows];
        expect(new Set(stay.map(text))).toEqual(new Set([...expected].map(text)));
        expect(new Set(stay.map(text)).size).toBe(stay.length);
        for (const [at, row] of stay.entries()) expect(spared.keepers[at]).toBe(all.keeper[row]);
        for (const [row, keeper] of drops.keeper.entries()) {
          if (stay.includes(row)) expect(keeper).toBe(row);
          else if (expected.has(row)) expect(text(keeper)).toBe(text(row));
          else expect(keeper).toBe(all.keeper[row]);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("is named in a finding, and goes where the cap is raised", async () => {
    const texts = [...templated, templated[3]!.toUpperCase(), "something else"];
    const options = DedupOptions.parse({ clusterCap: 28 });
    const result = dedupResult(await found(texts, options), options, null);
    expect(result.files).toMatchObject([{ rowsKept: 31, exact: 1, near: 0 }]);
    expect(result.findings).toMatchObject([{ finding: "large-cluster", rows: 29 }]);
    expect(result.findings[0]!.detail).toContain("29 different texts are like row 0, more than 28");
    const raised = DedupOptions.parse({ clusterCap: 29, removalAlarm: 1 });
    expect(dedupResult(await found(texts, raised), raised, null)).toMatchObject({
      files: [{ rowsKept: 2 }],
      findings: [],
    });
  });

  test("is left to a tool whose clusters are made", async () => {
    const options = { compat: "datasketch", clusterCap: 1 };
    expect((await found(templated, options)).drops.keeper.every((keeper) => keeper === 0)).toBe(true);
  });
});

describe("the stage", () => {
  test("keeps the same rows, notes on each which one it is like, and says so of the whole", async () => {
    const texts = [...templated, templated[3]!.toUpperCase(), "something else"];
    const { kept, dropped, notes, findings } = await staged(texts, { clusterCap: 28 });
    expect(kept).toHaveLength(31);
    expect(dropped).toMatchObject([{ row: { id: "r30" }, reason: "exact-duplicate", detail: "the same words as r3" }]);
    expect(notes).toHaveLength(29);
    expect(notes[0]).toEqual({ id: "r1", note: { inLargeCluster: "r0" } });
    expect(notes[2]).toEqual({ id: "r3", note: { duplicates: 1, inLargeCluster: "r0" } });
    expect(findings).toMatchObject([{ finding: "large-cluster", rows: 29 }]);
    expect(findings[0]!.detail).toContain("row r0");
  });

  test("warns of each source that loses more than the share asked for, by its own rows", async () => {
    const texts = Array.from({ length: 90 }, (_, row) =>
      row % 3 === 0 ? "the same words again" : `words of row ${row} alone`,
    );
    const sourceOf = (row: number): string => (row % 3 === 0 ? "crawl" : "own");
    expect((await staged(texts, {}, sourceOf)).findings).toEqual([
      { finding: "source-removal", rows: 29, detail: expect.stringContaining("crawl loses 29 rows of 30 rows") },
    ]);
    expect((await staged(texts, { removalAlarm: 0.97 }, sourceOf)).findings).toEqual([]);
  });
});

test("a run of the pipeline and its report give the warnings, also where nothing had to be made again", async () => {
  const dir = await folderOf({
    "crawl.jsonl": jsonl(Array.from({ length: 40 }, () => ({ text: "the same words again" }))),
  });
  const run = () =>
    runPipeline(
      {
        dir,
        sources: [{ path: join(dir, "crawl.jsonl"), source: "crawl.jsonl" }],
        stages: [{ stage: "dedup", ...DuplicatesOptions.parse({}) }],
        resolve: (name) => Promise.resolve(join(dir, name)),
      },
      {
        executor: "inline",
        workers: 1,
        out: join(dir, "curated.jsonl"),
        mayReplace: () => Promise.resolve(false),
        now: () => new Date(0),
        onProgress: () => undefined,
      },
    );
  const { stages } = await run();
  expect(stages.map(({ findings }) => findings)).toEqual([
    [],
    [{ finding: "source-removal", rows: 39, detail: expect.stringContaining("crawl.jsonl loses 39 rows of 40 rows") }],
  ]);
  const again = await run();
  expect(again.stages[1]).toMatchObject({ shardsRun: 0, findings: stages[1]!.findings });
  const folder = join(dir, ".tunewright/artefacts", stages[1]!.artefact);
  const { duplicates } = await sumNotes([{ stage: "dedup", artefact: stages[1]!.artefact, folder }], undefined);
  expect(duplicates).toMatchObject({ clusters: 1, dropped: 39, findings: stages[1]!.findings });
});
