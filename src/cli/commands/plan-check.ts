import { basename, resolve } from "node:path";

import * as z from "zod";

import type { CsvRows } from "../../base/csv.ts";
import { EstimateCheck } from "../../domain/estimate-check.ts";
import type { Section } from "../../report/document.ts";
import { defineCommand } from "../command.ts";
import type { Io } from "../io.ts";

const Options = z.strictObject({
  kind: z.enum(["training", "serving"]).describe("What was measured"),
  file: z.string().min(1).describe("CSV of measurements; of serving also the JSON of a load test"),
  html: z
    .string()
    .min(1)
    .optional()
    .describe("Write a page too: parity plots, residuals by source and cell, the worst rows"),
});

/** `tunewright plan check`: our estimates beside somebody's measurements. */
export default defineCommand({
  description:
    "Hold the estimates against measured runs, or against measured operating points of a served model: error, bias and how often the range held, by source and by cell. A row whose source is in the calibration is judged with that source left out. Rows that are not covered are refused, rows that cannot be right rejected, each with its reason. Measured columns and notes are never looked at for an estimate. Closed loops of serving are held against Little's law.",
  args: ["kind", "file"],
  options: Options,
  output: EstimateCheck,
  examples: [
    "plan check training measurements.csv",
    "plan check training measurements.csv --html check.html",
    "plan check training measurements.csv --json",
    "plan check serving serving.csv",
    "plan check serving loadtest.json --html check.html",
  ],
  run: async (io, { kind, file, html }) => {
    const { findGpu } = await import("../../catalog/gpus.ts");
    const { findModel } = await import("../../catalog/models.ts");
    const catalogue = { findModel, findGpu };
    if (kind === "serving") {
      const { checkServing } = await import("../../plan/serve-check/check-serving.ts");
      const { servingCheckText } = await import("../../plan/serve-check/serving-check-text.ts");
      const { servingCheckSections } = await import("../../plan/serve-check/serving-check-sections.ts");
      const check = checkServing(await servingRows(io, file), catalogue);
      const page = { kind, file, sections: servingCheckSections(check) } as const;
      if (html !== undefined) await writePage(io, html, { check, page });
      return { json: check, text: () => servingCheckText(check) };
    }
    const { parseRaggedCsv } = await import("../../base/csv.ts");
    const { readText } = await import("../../base/read-text.ts");
    const { checkTraining } = await import("../../plan/check/check-training.ts");
    const { checkText } = await import("../../plan/check/check-text.ts");
    const { readCalibration } = await import("../../programme/calibration/calibration-file.ts");
    const table = parseRaggedCsv(await readText(resolve(io.cwd, file), { shown: file }), file);
    const check = checkTraining(table, catalogue, await readCalibration(io.cwd));
    if (html !== undefined) await writePage(io, html, { check, page: { kind, file } });
    return { json: check, text: () => checkText(check) };
  },
});

/** Rows of a CSV, or of the operating points of a load test. */
async function servingRows(io: Io, file: string): Promise<CsvRows> {
  const { readText } = await import("../../base/read-text.ts");
  const text = await readText(resolve(io.cwd, file), { shown: file });
  if (/^\s*\{/.test(text)) {
    const { readLoadTest } = await import("../../plan/serve-check/read-load-test.ts");
    const { loadTestRows } = await import("../../plan/serve-check/loadtest-rows.ts");
    return loadTestRows(readLoadTest(text, file));
  }
  const { parseRaggedCsv } = await import("../../base/csv.ts");
  return parseRaggedCsv(text, file);
}

type Page = {
  check: EstimateCheck;
  page: { kind: "training" | "serving"; file: string; sections?: readonly Section[] };
};

async function writePage(io: Io, html: string, { check, page }: Page): Promise<void> {
  const { isoDay } = await import("../../base/clock.ts");
  const { toolName } = await import("../tool-name.ts");
  const { atomicWrite } = await import("../../base/atomic-write.ts");
  const { checkDocument } = await import("../../plan/check/check-document.ts");
  const { htmlPage } = await import("../../report/html.ts");
  const about = { ...page, file: basename(page.file), generatedOn: isoDay(io.now()), tool: toolName() };
  await atomicWrite(resolve(io.cwd, html), htmlPage(checkDocument(check, about)));
  io.note(`wrote ${html}`);
}
