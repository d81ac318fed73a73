import { relative, resolve } from "node:path";

import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import { DataReport } from "../../domain/data-report.ts";
import { Day } from "../../domain/source.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().min(1).default(".").describe("Programme folder; default: the current folder"),
  out: z.string().min(1).optional().describe("Folder for the report; default: report in the programme folder"),
  rawSamples: z
    .boolean()
    .default(false)
    .describe("Show rows from before the stage redact unmasked, with their personal data"),
  on: Day.optional().describe("Day of the report and of the plan's prices; default: today"),
});

/** `tunewright data report`: reports on a run of the pipeline, for people, counsel and auditors. */
export default defineCommand({
  description:
    "Report on the last data run: the fate of every row with reasons and samples, rights, personal data, duplicates, contamination with its evidence, lengths, and the plan's cost lines compared with the time of the stages. Writes data.html, data.md and data.json.",
  args: ["dir"],
  options: Options,
  output: DataReport,
  examples: [
    "data run curation --quiet && tunewright data report curation",
    "data run curation --quiet && tunewright data report curation --out audit",
  ],
  run: async (io, { dir, out, rawSamples, on: day }) => {
    const { funnelText } = await import("../../curate/pipeline/storing/funnel-text.ts");
    const { writeDataReport } = await import("../../programme/data-report/write-data-report.ts");
    const { dataReportSentence } = await import("../../programme/data-report/data-report-document.ts");
    const { hubCacheOf } = await import("../../programme/data/find-tokenizer.ts");
    const { toolName } = await import("../tool-name.ts");
    const { report, paths } = await writeDataReport(
      { dir: resolve(io.cwd, dir), out: out === undefined ? undefined : resolve(io.cwd, out) },
      {
        on: day ?? isoDay(io.now()),
        tool: toolName(),
        hubCache: hubCacheOf(io.env),
        rawSamples,
        onStep: io.progress,
      },
    );
    const shown = relative(io.cwd, paths.html) || paths.html;
    return {
      json: report,
      text: () =>
        [
          `${dataReportSentence(report)}.`,
          "",
          funnelText(report.funnel),
          "",
          ...report.changed.map((text) => `warning: ${text}`),
          ...report.missing.map((text) => `unknown: ${text}`),
          `report: ${shown}`,
        ].join("\n"),
      next: commandLine(["data", "lineage", ...(dir === "." ? [] : [dir])]),
    };
  },
});
