import { resolve } from "node:path";

import * as z from "zod";

import { EstimateCheck } from "../../domain/estimate-check.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  kind: z.enum(["training"]).describe("What was measured"),
  file: z.string().min(1).describe("CSV of measurements"),
});

/** `tunewright plan check`: our estimates beside somebody's measurements. */
export default defineCommand({
  description:
    "Hold the estimates against measured runs: error, bias and how often the range held, by source; rows that are not covered are refused with the reason. Measured columns and notes are never looked at for an estimate.",
  args: ["kind", "file"],
  options: Options,
  output: EstimateCheck,
  examples: ["plan check training measurements.csv", "plan check training measurements.csv --json"],
  run: async (io, { file }) => {
    const { parseCsv } = await import("../../base/csv.ts");
    const { readText } = await import("../../base/read-text.ts");
    const { findGpu } = await import("../../catalog/gpus.ts");
    const { findModel } = await import("../../catalog/models.ts");
    const { checkTraining } = await import("../../plan/check/check-training.ts");
    const { checkText } = await import("../../plan/check/check-text.ts");
    const { columns, rows } = parseCsv(await readText(resolve(io.cwd, file), { shown: file }), file);
    const check = checkTraining({ columns, rows }, { findModel, findGpu });
    return { json: check, text: () => checkText(check) };
  },
});
