import { join, resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { CalibrationResult } from "../../domain/calibration.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  file: z.string().min(1).describe("CSV of your own measured runs, with the columns of plan check"),
  dir: z
    .string()
    .min(1)
    .default(".")
    .describe("Programme or working folder whose calibration.json they are added to; default: the current folder"),
});

/** `tunewright plan calibrate`: corrects estimates with the user's own measurements. */
export default defineCommand({
  description:
    "Correct the estimates with your own measured runs: they are added to calibration.json of a folder, and every estimate made there prefers them to published measurements where they apply. Shows which runs were added, which were not and why, and how much each cell moved. Remove the file to undo.",
  args: ["file", "dir"],
  options: Options,
  output: CalibrationResult,
  examples: ["plan calibrate measurements.csv", "plan calibrate measurements.csv my-programme"],
  run: async (io, { file, dir }) => {
    const { isoDay } = await import("../../base/clock.ts");
    const { CALIBRATION_FILE } = await import("../../programme/calibration/calibration-file.ts");
    const { calibrate } = await import("../../programme/calibration/calibrate.ts");
    const { calibrateText } = await import("../../programme/calibration/calibrate-text.ts");
    const shown = join(dir, CALIBRATION_FILE);
    const result = await calibrate({
      csv: { path: resolve(io.cwd, file), shown: file },
      target: { path: resolve(io.cwd, shown), shown },
      on: isoDay(io.now()),
    });
    return {
      json: result,
      text: () => calibrateText(result),
      next: commandLine(["plan", "check", "training", file]),
    };
  },
});
