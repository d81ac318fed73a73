import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { counted } from "../../base/words.ts";
import { GcResult } from "../../domain/gc.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().min(1).default(".").describe("Programme folder; default: this one"),
  unredacted: z
    .boolean()
    .default(false)
    .describe(
      "Also remove rows from before redaction, once the passed rows are in their file or frozen; their lineage stays",
    ),
});

/** `tunewright gc`: remove artefacts of the pipeline that are unused. */
export default defineCommand({
  description:
    "Remove artefacts that neither the last data run nor the current pipeline refers to, and leftovers of interrupted runs. Shows what would be removed, and asks. Source files are not touched; a run that needs a removed artefact produces it again.",
  args: ["dir"],
  options: Options,
  output: GcResult,
  examples: [
    "data run curation --quiet && tunewright gc curation",
    "data run curation --quiet && tunewright gc curation --unredacted --yes",
  ],
  run: async (io, { dir, unredacted }) => {
    const { gc } = await import("../../programme/data-run/gc.ts");
    const { gcPlanText, gcText } = await import("../../curate/pipeline/gc/gc-text.ts");
    const found = await gc(resolve(io.cwd, dir), {
      unredacted,
      mayRemove: (plan) => {
        io.note(gcPlanText(plan));
        return io.confirm(`Remove ${counted(plan.remove.length, "item")}?`);
      },
      onProgress: io.progress,
    });
    const result = { ...found, dir };
    const words = ["gc", ...(dir === "." ? [] : [dir]), ...(unredacted ? ["--unredacted"] : []), "--yes"];
    return {
      json: result,
      text: () => gcText(result),
      ...(result.isDone ? {} : { next: commandLine(words) }),
    };
  },
});
