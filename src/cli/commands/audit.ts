import { relative, resolve } from "node:path";

import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import { counted } from "../../base/words.ts";
import { Audit, Severity } from "../../domain/audit.ts";
import { Day } from "../../domain/source.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().default(".").describe("Programme folder"),
  out: z.string().optional().describe("Folder for the three files; default: report in the programme folder"),
  failOn: Severity.optional().describe("Exit with code 5 if a finding has this severity or a higher one"),
  seed: z.int().min(0).default(1).describe("Seed of samples and draws"),
  on: Day.optional().describe("Day of the audit and of its prices, YYYY-MM-DD; default: today"),
});

/**
 * `tunewright audit`: checks the ten cost mistakes; each has evidence and a price, or the reason why it cannot be
 * checked.
 */
export default defineCommand({
  description:
    "Audit a programme: the ten cost mistakes of the article and some further rules. Each finding has evidence and its location, a price or the reason why there is none, and a remedy. A rule that cannot be checked states the reason. Writes audit.html, audit.md and audit.json.",
  args: ["dir"],
  options: Options,
  output: Audit,
  examples: ["audit my-programme", "audit my-programme --out report --fail-on high", "audit . --json"],
  run: async (io, { dir, out, failOn, seed, on: day }) => {
    const { auditProgramme } = await import("../../programme/audit/audit-programme.ts");
    const { auditText, findingsFrom } = await import("../../audit/audit-text.ts");
    const { writeAudit } = await import("../../programme/audit/audit-files.ts");
    const { hubCacheOf } = await import("../../programme/data/find-tokenizer.ts");
    const { REPORT_FOLDER } = await import("../../programme/folder/report-folder.ts");
    const { toolName } = await import("../tool-name.ts");
    const folder = resolve(io.cwd, dir);
    const audit = await auditProgramme(folder, {
      shownDir: dir,
      on: day ?? isoDay(io.now()),
      tool: toolName(),
      seed,
      env: io.env,
      now: io.now,
      hubCache: hubCacheOf(io.env),
      onStep: io.progress,
    });
    const place = out === undefined ? resolve(folder, REPORT_FOLDER) : resolve(io.cwd, out);
    const files = await writeAudit(place, { audit, dir: folder });
    const failing = failOn === undefined ? [] : findingsFrom(audit, failOn);
    return {
      json: audit,
      text: () => `${auditText(audit)}\n\nwritten: ${files.map((path) => relative(io.cwd, path)).join(", ")}`,
      // Other commands end at a file that does not exist.
      ...(audit.missingFiles.length === 0 ? { next: commandLine(["plan", "cost", dir]) } : {}),
      ...(failing.length === 0
        ? {}
        : {
            failed: `${counted(failing.length, "finding")} of severity ${failOn} or above: ${failing.map(({ rule }) => rule).join(", ")}`,
          }),
    };
  },
});
