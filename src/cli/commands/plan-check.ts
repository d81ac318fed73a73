import { basename, resolve } from "node:path";

import * as z from "zod";

import { EstimateCheck } from "../../domain/estimate-check.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  kind: z.enum(["training"]).describe("What was measured"),
  file: z.string().min(1).describe("CSV of measurements"),
  html: z
    .string()
    .min(1)
    .optional()
    .describe("Write a page too: parity plots, residuals by source and cell, the worst rows"),
});

/** `tunewright plan check`: our estimates beside somebody's measurements. */
export default defineCommand({
  description:
    "Hold the estimates against measured runs: error, bias and how often the range held, by source and by cell. A row whose source is in the calibration is judged with that source left out. Rows that are not covered are refused, rows that cannot be right rejected, each with its reason. Measured columns and notes are never looked at for an estimate.",
  args: ["kind", "file"],
  options: Options,
  output: EstimateCheck,
  examples: [
    "plan check training measurements.csv",
    "plan check training measurements.csv --html check.html",
    "plan check training measurements.csv --json",
  ],
  run: async (io, { file, html }) => {
    const { parseRaggedCsv } = await import("../../base/csv.ts");
    const { readText } = await import("../../base/read-text.ts");
    const { findGpu } = await import("../../catalog/gpus.ts");
    const { findModel } = await import("../../catalog/models.ts");
    const { checkTraining } = await import("../../plan/check/check-training.ts");
    const { checkText } = await import("../../plan/check/check-text.ts");
    const { readCalibration } = await import("../../programme/calibration-file.ts");
    const table = parseRaggedCsv(await readText(resolve(io.cwd, file), { shown: file }), file);
    const check = checkTraining(table, { findModel, findGpu }, await readCalibration(io.cwd));
    if (html !== undefined) {
      const { isoDay } = await import("../../base/clock.ts");
      const { toolName } = await import("../tool-name.ts");
      const { atomicWrite } = await import("../../base/atomic-write.ts");
      const { checkDocument } = await import("../../plan/check/check-document.ts");
      const { htmlPage } = await import("../../report/html.ts");
      const page = { file: basename(file), generatedOn: isoDay(io.now()), tool: toolName() };
      await atomicWrite(resolve(io.cwd, html), htmlPage(checkDocument(check, page)));
      io.note(`wrote ${html}`);
    }
    return { json: check, text: () => checkText(check) };
  },
});
