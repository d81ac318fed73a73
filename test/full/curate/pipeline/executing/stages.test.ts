import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";
import type * as z from "zod";

import { sha256 } from "../../../../../src/base/hash.ts";
import { rowIds } from "../../../../../src/curate/pipeline/reading/row-id.ts";
import type * as pipeline from "../../../../../src/curate/pipeline/run-pipeline.ts";
import { STAGES } from "../../../../../src/curate/pipeline/executing/stages.ts";
import { PipelineStage } from "../../../../../src/domain/data-pipeline.ts";
import type { LabelSeal, SealedLabel } from "../../../../../src/domain/label-report.ts";
import { sealText } from "../../../../../src/programme/labels/manage-tasks.ts";
import { MAIN } from "../../../../cli/run-cli.ts";
import { folderOf, jsonl } from "../../../../curate/pipeline/rows.ts";
import { leftIn } from "../../../../curate/pipeline/tree.ts";

// Workers are files, which Node can run as TypeScript only from version 22: the built ones are tested.
const { runPipeline } = (await import(
  new URL("../curate/pipeline/run-pipeline.js", `file://${MAIN}`).href
)) as typeof pipeline;

/** Options that a stage cannot do without; other stages take their defaults. */
const ITEMS: Partial<Record<PipelineStage["stage"], object>> = {
  decontaminate: { against: ["test.jsonl"] },
  labels: { seal: "seal.json" },
  rights: { on: "2026-11-25" },
  synthetic: { maxShare: 0.3 },
};

const WORDS =
  "one of the many words that a ticket may hold when somebody asks about a parcel an invoice or an account".split(" ");

/** Rows of which some are alike, some are empty, one is of the test, and some hold addresses. */
const ROWS = Array.from({ length: 260 }, (_, row) => {
  const text = Array.from({ length: 30 }, (_word, at) => WORDS[(row * 7 + at * (1 + (row % 5))) % WORDS.length]).join(
    " ",
  );
  if (row % 41 === 3) return { instruction: "", output: "" };
  if (row === 77)
    return { prompt: "Which river flows through the old town of Heidelberg in the south?", completion: "Neckar" };
  if (row % 13 === 0)
    return {
      messages: [
        { role: "user", content: text },
        { role: "assistant", content: `Write to jane${row}@example.com` },
      ],
    };
  return { prompt: text, completion: `${text.slice(0, 40)} ${row % 60}`, licence: row % 2 === 0 ? "CC-BY-4.0" : "MIT" };
});

/** Labels of two rows in three, one in five of them unresolved, as a seal has them. */
function sealed(): Record<"seal.json" | "seal.jsonl", string> {
  const ids = rowIds("data.jsonl");
  const labels = ROWS.map((fields, index): SealedLabel => {
    const isOpen = index % 5 === 0;
    return {
      row: ids.of(fields),
      source: "data.jsonl",
      line: index + 1,
      answer: isOpen ? null : "calm",
      by: isOpen ? "unresolved" : "single",
      reason: null,
      raters: 1,
      versions: [1],
    };
  }).filter((_label, index) => index % 3 !== 0);
  const text = sealText(labels);
  const manifest: LabelSeal = {
    format: 1,
    task: "tone",
    seal: 1,
    version: 1,
    file: "seal.jsonl",
    sha256: sha256(Buffer.from(text)),
    rows: labels.length,
    labelled: labels.filter(({ answer }) => answer !== null).length,
    unresolved: labels.filter(({ answer }) => answer === null).length,
    alpha: null,
    totalUsd: null,
    perLabelUsd: null,
    sealedBy: "QA",
    sealedAt: "2026-11-25T12:00:00.000Z",
  };
  return { "seal.json": JSON.stringify(manifest), "seal.jsonl": text };
}

/** Files that options name. */
const FILES = {
  "test.jsonl": jsonl([{ question: "Which river flows through the old town of Heidelberg in the south?" }]),
  ...sealed(),
};

const run = async (item: PipelineStage, how: { executor: "inline" | "threads"; rows: number }) => {
  const dir = await folderOf({ "data.jsonl": jsonl(ROWS), ...FILES });
  const { stages, out, parts } = await runPipeline(
    {
      dir,
      sources: [{ path: join(dir, "data.jsonl"), source: "data.jsonl" }],
      stages: [item],
      resolve: (name) => Promise.resolve(join(dir, name)),
    },
    {
      executor: how.executor,
      workers: 2,
      out: join(dir, "curated.jsonl"),
      mayReplace: () => Promise.resolve(false),
      shardSize: { rows: how.rows, characters: 1e6 },
      now: () => new Date(0),
      onProgress: () => undefined,
    },
  );
  const { rowsIn, rowsKept, dropped, notes } = stages[1]!;
  return {
    counts: { rowsIn, rowsKept, dropped, notes },
    out: [...new Set([out!, ...parts.map(({ path }) => path)])].map((path) => readFileSync(path, "utf8")).join(""),
    left: leftIn(dir),
  };
};

describe("every stage of a pipeline", () => {
  test.each(Object.keys(STAGES) as PipelineStage["stage"][])(
    "%s: each row is kept or dropped once, the same for shards of any size and any executor",
    async (stage) => {
      const item = (PipelineStage as z.ZodType<PipelineStage>).parse({ stage, ...ITEMS[stage] });
      const whole = await run(item, { executor: "inline", rows: 1000 });
      const { rowsIn, rowsKept, dropped } = whole.counts;
      if (stage === "labels")
        expect(dropped.map(({ reason }) => reason).toSorted()).toEqual(["not-labelled", "unresolved"]);
      expect(rowsIn).toBe(ROWS.length);
      expect(rowsKept + dropped.reduce((sum, each) => sum + each.rows, 0)).toBe(rowsIn);
      const inParts = await run(item, { executor: "inline", rows: 37 });
      expect(inParts.counts).toEqual(whole.counts);
      expect(inParts.out).toBe(whole.out);
      expect((await run(item, { executor: "threads", rows: 37 })).left).toEqual(inParts.left);
    },
  );
});
