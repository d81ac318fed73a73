import { commandLine } from "../../base/command-line.ts";
import { SwapRequest, SwapResult } from "../../domain/bias-report.ts";
import { defineCommand } from "../command.ts";

/** `tunewright eval swap`: rewords items. */
export default defineCommand({
  description:
    "Write the items of a file with variants in which words of your own list are replaced, such as he by she, to see whether answers change. Freeze the result, lock it with --slice variant, run it, and compare the variants with `eval bias`.",
  args: ["file"],
  options: SwapRequest,
  output: SwapResult,
  examples: ["eval swap items.jsonl --swaps swaps.csv --field question --out variants.jsonl"],
  run: async (io, request) => {
    const { makeVariants } = await import("../../programme/evaluate/bias/make-variants.ts");
    const made = await makeVariants(io, request);
    const { out, items, variants, unchanged } = made;
    return {
      json: made,
      text: () =>
        [
          `${out}: ${items} items, ${unchanged} of them without a word of the list`,
          ...variants.map(({ group, items: count }) => `  ${group}: ${count} variants`),
        ].join("\n"),
      next: commandLine(["data", "freeze", out, "--out", "frozen/variants"]),
    };
  },
});
