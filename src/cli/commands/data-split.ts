import { commandLine } from "../../base/command-line.ts";
import { SplitResult } from "../../domain/split.ts";
import { SplitRequest } from "../../domain/split-request.ts";
import { defineCommand } from "../command.ts";

/** `tunewright data split`: splits rows into training, validation and test parts. */
export default defineCommand({
  description:
    "Split rows into training, validation and test parts. Rows of one group, exact duplicates and near-duplicates stay in one part. A hash of each row or group decides, so the same rows always go to the same part. With shares, new rows do not move existing ones; with counts, --keep keeps them in place. The result is checked for leaks by row, group and near-duplicate.",
  args: ["file"],
  options: SplitRequest,
  output: SplitResult,
  examples: [
    "data split train.jsonl --test 10% --validation 5% --out-dir split",
    "data split conversations.csv --test 10% --group-by user_id,document --stratify-by label --out-dir split",
    "data split conversations.csv --test 20% --time-field created_at --out-dir split",
    "data split train.jsonl --test 2 --out-dir split --quiet && tunewright data split train.jsonl more.jsonl --test 3 --keep split --out-dir split-2",
  ],
  run: async (io, request) => {
    const { split } = await import("../../programme/datasets/split.ts");
    const { splitText } = await import("../../curate/split/split-text.ts");
    const { funnelText } = await import("../../curate/pipeline/storing/funnel-text.ts");
    const result = await split(io, request);
    const leaks = result.findings.filter(({ kind }) => kind.startsWith("leak-"));
    const lost = result.funnel.some(({ dropped }) => dropped.length > 0);
    return {
      json: result,
      text: () => `${splitText(result)}${lost ? `\n\n${funnelText(result.funnel)}` : ""}`,
      ...(leaks.length > 0
        ? {
            failed: `${leaks.map(({ count, kind }) => `${count} ${kind}`).join(", ")}: rows leak between the parts`,
          }
        : result.parts[0]!.rows === 0
          ? { failed: "no training row is left" }
          : {}),
      next: nextOf(result, request.outDir),
    };
  },
});

/** Suggests freezing the test part, or else the validation part, if it has rows. */
function nextOf({ parts }: SplitResult, outDir: string): string {
  const held = ["test", "validation"].find((name) => parts.some(({ part, rows }) => part === name && rows > 0));
  if (held === undefined) return "no row was held out: use larger parts, --test and --validation, or more rows";
  const file = `${outDir}/${held}.jsonl`;
  return commandLine(["data", "freeze", file, "--out", "frozen/v1", "--by", "NAME", "--reason", "TEXT"]);
}
