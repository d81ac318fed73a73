import { relative, resolve } from "node:path";

import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { Day } from "../../domain/source.ts";
import { Study } from "../../domain/study.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().default(".").describe("Programme folder"),
  out: z.string().optional().describe("Folder for the study; default: report in the programme folder"),
  exact: z.boolean().default(false).describe("Count the tokens of every row instead of a sample"),
  seed: z.int().min(0).default(1).describe("Seed of samples and draws"),
  on: Day.optional().describe("Day of the study and of its prices, YYYY-MM-DD; default: today"),
});

/** `tunewright feasibility`: writes the study of a programme as HTML, Markdown and JSON. */
export default defineCommand({
  description:
    "Study a programme: scan its datasets, choose method and fleet, estimate its cost and payback, list the duties that follow, and recommend go or no-go. Writes study.html, study.md and study.json.",
  args: ["dir"],
  options: Options,
  output: Study,
  examples: ["feasibility my-programme", "feasibility my-programme --out report --exact", "feasibility . --json"],
  run: async (io, { dir, out, exact, seed, on: day }) => {
    const { readProgramme } = await import("../../programme/reading/read-programme.ts");
    const { hubCacheOf } = await import("../../programme/data/find-tokenizer.ts");
    const { feasibility } = await import("../../programme/study/feasibility.ts");
    const { afterStudy } = await import("../../programme/study/after-study.ts");
    const { REPORT_FOLDER } = await import("../../programme/folder/report-folder.ts");
    const { writeStudy } = await import("../../programme/study/write-study.ts");
    const { studyText } = await import("../../programme/study/study-text.ts");
    const { toolName } = await import("../tool-name.ts");
    const folder = resolve(io.cwd, dir);
    const on = day ?? isoDay(io.now());
    io.progress("reading programme.yaml");
    const loaded = await readProgramme(folder, on);
    const hubCache = hubCacheOf(io.env);
    const study = await feasibility(loaded, { on, tool: toolName(), exact, seed, hubCache, onStep: io.progress });
    io.progress("writing the report");
    const target = out === undefined ? resolve(folder, REPORT_FOLDER) : resolve(io.cwd, out);
    const written = await writeStudy(study, target, folder);
    const shown = { ...written, html: relative(io.cwd, written.html) || written.html };
    return {
      json: study,
      text: () => studyText(study, shown),
      next: afterStudy(study, dir),
    };
  },
});
