import { commandLine } from "../../base/command-line.ts";
import { FreezeRequest } from "../../domain/freeze-request.ts";
import { FreezeResult } from "../../domain/frozen.ts";
import { defineCommand } from "../command.ts";

/** `tunewright data freeze`: writes rows as a version that never changes. */
export default defineCommand({
  description:
    "Freeze dataset files as a version that never changes: rows as JSONL, a hash of each row, and a manifest with who, when and why, read-only and never overwritten. --replay keeps a series with one version per month.",
  args: ["file"],
  options: FreezeRequest,
  output: FreezeResult.describe("the frozen version"),
  examples: [
    'data freeze test.jsonl --out frozen/v1 --by QA --reason "acceptance test"',
    "data freeze train.jsonl --out frozen/v1 --by QA --reason first --quiet && tunewright data freeze test.jsonl --out frozen/v2 --after frozen/v1 --by QA --reason corrected",
    'data freeze test.jsonl --out replay --replay --by QA --reason "traffic of the month"',
  ],
  run: async (io, request) => {
    const { freeze } = await import("../../programme/datasets/freeze.ts");
    const { freezeText } = await import("../../curate/freeze/frozen-text.ts");
    const result = await freeze(io, request);
    return { json: result, text: () => freezeText(result), next: commandLine(["data", "verify", result.dir]) };
  },
});
