import { join, resolve } from "node:path";

import * as z from "zod";

import { PackSummary } from "../../domain/compliance-pack.ts";
import { Day } from "../../domain/source.ts";
import { defineCommand } from "../command.ts";
import { complianceOptions } from "../compliance-options.ts";

const Options = z.strictObject({
  dir: z.string().default(".").describe("Programme folder"),
  out: z
    .string()
    .min(1)
    .optional()
    .describe("File of the pack; default: report/comply-pack.zip in the programme folder"),
  on: Day.optional().describe("Day of the pack; default: today"),
});

/** `tunewright comply pack`: collects papers and evidence in one file for counsel and auditors. */
export default defineCommand({
  description:
    "Write a ZIP file for counsel and auditors: the papers, and for each requirement that applies or may apply and has evidence a folder with the files and what is missing, under a manifest of SHA-256 hashes and the head of the ledger. The same content gives the same bytes. Store the printed hash elsewhere. Not legal advice.",
  args: ["dir"],
  options: Options,
  output: PackSummary,
  examples: ["comply pack my-programme", "comply pack my-programme --out evidence.zip"],
  run: async (io, { dir, out, on }) => {
    const { complyPack } = await import("../../programme/comply/pack/comply-pack.ts");
    const { packText } = await import("../../programme/comply/pack/pack-text.ts");
    const { REPORT_FOLDER } = await import("../../programme/folder/report-folder.ts");
    const programme = resolve(io.cwd, dir);
    const path = out === undefined ? join(programme, REPORT_FOLDER, "comply-pack.zip") : resolve(io.cwd, out);
    const summary = await complyPack(programme, {
      ...(await complianceOptions(io, on)),
      out: path,
    });
    const shown = { ...summary, path: out ?? join(dir, REPORT_FOLDER, "comply-pack.zip") };
    return { json: shown, text: () => packText(shown), next: `tunewright comply verify ${shown.path}` };
  },
});
