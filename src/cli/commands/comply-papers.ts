import { resolve } from "node:path";

import * as z from "zod";

import { CompliancePaper } from "../../domain/compliance-paper.ts";
import { FormatCheck } from "../../domain/format-check.ts";
import { Day } from "../../domain/source.ts";
import { defineCommand } from "../command.ts";
import { complianceOptions } from "../compliance-options.ts";

const Options = z.strictObject({
  dir: z.string().default(".").describe("Programme folder"),
  out: z.string().min(1).optional().describe("Folder of the papers; default: report/papers in the programme folder"),
  on: Day.optional().describe("Day of the papers; default: today"),
  bomVersion: z.enum(["1.6", "1.7"]).default("1.7").describe("CycloneDX version of the bill of materials"),
});

/** `tunewright comply papers`: writes the papers for counsel, filled as far as possible from the programme. */
export default defineCommand({
  description:
    "Write the papers for counsel, filled in from the records of the programme: datasheet, model card and data card; for programmes in the scope of the EU AI Act the public summary of training content, a copyright policy and a checklist for Article 50; for providers of a general-purpose model the documentation of Annexes XI and XII and the model documentation form; drafts of the record of processing and the impact assessment (GDPR); the de-identification report (HIPAA); and the fields of SPDX 3.0.1. Papers that a role rules out are not written. Each paper is written as HTML, Word, Markdown and JSON; every field has its source, or is empty and states the reason, who can fill it and where. Also writes the cards as README files for the Hugging Face Hub, SPDX 3.0.1 as JSON-LD, the bill of materials of the model (CycloneDX, ml-bom.cdx.json), the requirements as a table (requirements.csv, requirements.xlsx), and the days on which duties begin as a calendar (duties.ics). Answers that contain personal data are withheld. Not legal advice.",
  args: ["dir"],
  options: Options,
  output: z.strictObject({
    papers: z.array(CompliancePaper).describe("Papers"),
    bom: z.record(z.string(), z.unknown()).describe("Bill of materials of the model, CycloneDX"),
    checks: z.array(FormatCheck).describe("Verdicts on the files in formats of others"),
    bomWithheld: z.array(z.string()).describe("Texts omitted because they contain personal data"),
  }),
  examples: ["comply papers my-programme"],
  run: async (io, { dir, out, on, bomVersion }) => {
    const { writePapers } = await import("../../programme/comply/write-papers.ts");
    const { checkText, paperShare } = await import("../../programme/comply/paper-document.ts");
    const options = { ...(await complianceOptions(io, on)), bomVersion };
    const folder = out === undefined ? undefined : resolve(io.cwd, out);
    const { papers, bom, formats } = await writePapers(resolve(io.cwd, dir), folder, options);
    const checks = formats.map(({ check }) => check);
    return {
      json: { papers, bom: bom.document, checks, bomWithheld: bom.withheld },
      text: () =>
        [
          ...papers.flatMap((paper) => [
            paperShare(paper),
            ...paper.withheld.map((field) => `warning: ${field} is withheld: it contains personal data`),
          ]),
          `ml-bom: CycloneDX ${bomVersion}`,
          ...checks.map(checkText),
          ...bom.withheld.map((text) => `warning: ${text} is withheld from the ML-BOM: it contains personal data`),
        ].join("\n"),
      next: `tunewright comply show ${dir}`,
    };
  },
});
