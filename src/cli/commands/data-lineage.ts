import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { DataLineage, RowLineage } from "../../domain/data-lineage.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().min(1).default(".").describe("Programme folder; default: the current folder"),
  row: z.string().min(1).optional().describe("One row: its id, or SOURCE:LINE"),
  croissant: z.string().min(1).optional().describe("File for the lineage as Croissant 1.1 (JSON-LD)"),
  openlineage: z.string().min(1).optional().describe("File for the lineage as OpenLineage 2 events, one per line"),
  url: z.url().optional().describe("URL of the dataset; Croissant requires it"),
  creator: z.string().min(1).optional().describe("Organisation that created the dataset; Croissant requires it"),
  published: z.iso.date().optional().describe("Day of publication; Croissant requires it"),
});

/** `tunewright data lineage`: shows where rows come from, and what was done with them. */
export default defineCommand({
  description:
    "Show where the rows of the last data run come from: each source with its hash and licence, each stage with its version, options and counts. With --row, show one row: its source, line and licence, and each stage that kept, changed or dropped it.",
  args: ["dir"],
  options: Options,
  output: z
    .union([DataLineage, RowLineage])
    .describe("with --row: the lineage of the row; otherwise that of the dataset"),
  examples: [
    "data run curation --quiet && tunewright data lineage curation",
    "data run curation --quiet && tunewright data lineage curation --row data/tickets.jsonl:11",
    "data run curation --quiet && tunewright data lineage curation --croissant croissant.json --openlineage events.ndjson",
  ],
  run: async (io, { dir, row, croissant: croissantFile, openlineage: eventsFile, ...publication }) => {
    const { dataLineage, dataRowLineage } = await import("../../programme/data-run/data-lineage.ts");
    const { lineageText, rowLineageText } = await import("../../curate/pipeline/lineage/lineage-text.ts");
    const found = await dataLineage(resolve(io.cwd, dir));
    if (row !== undefined) {
      if (croissantFile !== undefined || eventsFile !== undefined) {
        throw new Failure("bad_input", "--row cannot be combined with a file of the complete lineage", {
          hint: "run the command once for each",
        });
      }
      const one = await dataRowLineage(row, found);
      return { json: one, text: () => rowLineageText(one) };
    }
    const { lineage } = found;
    const { changedSince } = await import("../../programme/data-run/changed-since.ts");
    for (const text of (await changedSince(resolve(io.cwd, dir), lineage)).changed) io.note(`warning: ${text}`);
    const { writeLineage } = await import("../../programme/data-run/write-lineage.ts");
    await writeLineage(io, lineage, { croissant: croissantFile, openlineage: eventsFile, ...publication });
    const first = lineage.sources[0];
    return {
      json: lineage,
      text: () => lineageText(lineage),
      ...(first === undefined
        ? {}
        : { next: commandLine(["data", "lineage", ...(dir === "." ? [] : [dir]), "--row", `${first.source}:1`]) }),
    };
  },
});
