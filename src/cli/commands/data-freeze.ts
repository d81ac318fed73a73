import { basename, join, resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Failure } from "../../base/failure.ts";
import { Delimiter } from "../../domain/dataset-profile.ts";
import { FreezeResult } from "../../domain/frozen.ts";
import { defineCommand } from "../command.ts";
import { DATASET_FILES } from "../dataset-files.ts";

const Options = z.strictObject({
  file: z.array(z.string().min(1)).min(1).describe(DATASET_FILES),
  out: z.string().min(1).describe("New folder of the version; with --replay the folder of the series"),
  by: z.string().trim().min(1).describe("Who freezes it: a name"),
  reason: z.string().trim().min(1).describe("Why"),
  after: z.string().min(1).optional().describe("Folder of the version that it follows: what differs is written down"),
  key: z
    .string()
    .min(1)
    .optional()
    .describe("Field that names a row, to tell a changed one from a new one; id where left out, else its words"),
  replay: z
    .boolean()
    .default(false)
    .describe("A replay set: a version for each month, beside the others of its series"),
  month: z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, "Expected a month, as 2026-11")
    .optional()
    .describe("Month of a replay set, as 2026-11; this one where left out"),
  delimiter: Delimiter.optional().describe(
    "What parts the fields of CSV files; found by their first rows where left out",
  ),
});

/** `tunewright data freeze`: rows that shall never change. */
export default defineCommand({
  description:
    "Freeze dataset files as a version that never changes: rows as JSONL, a hash of each row, and a manifest with who, when and why, read-only and never written over. --replay keeps a series with a version for each month.",
  args: ["file"],
  options: Options,
  output: FreezeResult.describe("what was frozen"),
  examples: [
    'data freeze test.jsonl --out frozen/v1 --by QA --reason "acceptance test"',
    "data freeze train.jsonl --out frozen/v1 --by QA --reason first --quiet && tunewright data freeze test.jsonl --out frozen/v2 --after frozen/v1 --by QA --reason corrected",
    'data freeze test.jsonl --out replay --replay --by QA --reason "traffic of the month"',
  ],
  run: async (io, { file, out, replay, month, after, ...run }) => {
    const { freezeFiles } = await import("../../curate/freeze/freeze-files.ts");
    const { readManifest, versionsIn } = await import("../../curate/freeze/frozen-folder.ts");
    const { freezeText } = await import("../../curate/freeze/frozen-text.ts");
    const now = io.now();
    const series = resolve(io.cwd, out);
    if (month !== undefined && !replay)
      throw new Failure("bad_input", "--month is for a replay set: expected --replay");
    if (replay && (await readManifest(series)) !== undefined) {
      throw new Failure("bad_input", `${out} is a frozen version: a replay set has a folder of its own`);
    }
    const of = replay ? (month ?? now.toISOString().slice(0, 7)) : undefined;
    const before = replay
      ? (await versionsIn(series)).findLast((dir) => dir !== series && basename(dir) < of!)
      : undefined;
    const manifest = await freezeFiles(
      file.map((path) => resolve(io.cwd, path)),
      {
        ...run,
        now,
        out: of === undefined ? series : join(series, of),
        month: of,
        after: after === undefined ? before : resolve(io.cwd, after),
        onProgress: (fraction) => io.progress("freezing", fraction),
      },
    );
    const dir = of === undefined ? out : join(out, of);
    const result: FreezeResult = { dir, ...manifest };
    return { json: result, text: () => freezeText(result), next: commandLine(["data", "verify", dir]) };
  },
});
