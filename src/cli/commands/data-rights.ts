import { existsSync } from "node:fs";
import { resolve } from "node:path";

import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import { counted } from "../../base/words.ts";
import { Delimiter } from "../../domain/dataset-profile.ts";
import { Funnel } from "../../domain/funnel.ts";
import { RightsLine, RightsOptions } from "../../domain/rights.ts";
import { defineCommand } from "../command.ts";
import { DATASET_FILES } from "../dataset-files.ts";

const Options = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  ...RightsOptions.shape,
  on: RightsOptions.shape.on.optional().describe("Day for which the rights are judged; today where left out"),
  delimiter: Delimiter.optional().describe(
    "What parts the fields of CSV files; found by their first rows where left out",
  ),
  out: z.string().min(1).optional().describe("File for the rows that may be trained on, as JSONL"),
  dropped: z.string().min(1).optional().describe("File for the others, each with its reason, as JSONL"),
});

/** `tunewright data rights`: which rows may be trained on. */
export default defineCommand({
  description:
    "Say of every row whether it may be trained on, by which rule, and what must be done: licences, contracts, consent, reservations of sites, terms for the outputs of models. What is not known is blocked; what rules cannot tell is held for counsel.",
  args: ["file"],
  options: Options,
  output: z.strictObject({
    table: z.array(RightsLine).describe("Rows of each dataset by verdict"),
    funnel: Funnel,
  }),
  examples: [
    "data rights train.jsonl --rights rights.yaml",
    "data rights train.jsonl --rights rights.yaml --use academic --on 2026-11-25",
    "data rights web.jsonl --rights rights.yaml --licence-field license --out cleared.jsonl --dropped held.jsonl",
  ],
  run: async (io, { file, out, dropped, delimiter, ...options }) => {
    const { runStage } = await import("../../curate/pipeline/run-stage.ts");
    const { readRights } = await import("../../curate/rights/read-rights.ts");
    const { rightsFields } = await import("../../curate/rights/rights-fields.ts");
    const { rightsRemedy } = await import("../../curate/rights/rights-remedy.ts");
    const { rightsStage } = await import("../../curate/rights/rights-stage.ts");
    const { rightsTable } = await import("../../curate/rights/rights-table.ts");
    const { rightsText } = await import("../../curate/rights/rights-text.ts");
    const here = (path: string): string => resolve(io.cwd, path);
    const mayReplace = async (path: string | undefined): Promise<boolean> =>
      path === undefined || !existsSync(here(path)) || (await io.confirm(`Replace ${path}?`));
    const overwrite = (await mayReplace(out)) && (await mayReplace(dropped));
    const input = await readRights({ ...options, on: options.on ?? isoDay(io.now()) }, here);
    const table = rightsTable(input);
    const fields = rightsFields(input);
    const { funnel } = await runStage(rightsStage, file.map(here), {
      options: input,
      out: out === undefined ? undefined : here(out),
      dropped: dropped === undefined ? undefined : here(dropped),
      overwrite,
      delimiter,
      onProgress: (fraction) => io.progress("judging rights", fraction),
      onResult: ({ rows }) => {
        for (const row of rows) fields.add(row);
        table.add(rows);
      },
      onEnd: () => {
        for (const warning of fields.end()) io.note(`warning: ${warning}`);
      },
    });
    const lines = table.lines();
    const names = [...new Set(lines.map(({ source }) => source))];
    for (const { source } of input.sources) {
      if (source === "*" || names.includes(source)) continue;
      io.note(`warning: ${options.rights} names "${source}", but the rows are of ${names.join(", ")}`);
    }
    const held = lines.filter(({ verdict }) => verdict !== "allowed").reduce((sum, { rows }) => sum + rows, 0);
    const remedy = rightsRemedy(lines, options.rights);
    const isWritten = out !== undefined || held === lines.reduce((sum, { rows }) => sum + rows, 0);
    const hint = `${remedy}${isWritten ? "" : "; --out FILE writes those that may be trained on"}`;
    return {
      json: { table: lines, funnel },
      text: () => rightsText(lines),
      ...(remedy === undefined
        ? {}
        : { failed: `${counted(held, "row")} may not be trained on as ${held === 1 ? "it is" : "they are"}` }),
      next: remedy === undefined ? commandLine(["data", "redact", out ?? file[0]!]) : hint,
    };
  },
});
