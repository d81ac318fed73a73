import * as z from "zod";

import { SetCheck } from "../../domain/testset-lock.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  set: z.string().min(1).optional().describe("Name of a set in testset.lock; default: all of them"),
});

/** `tunewright eval verify`: checks that the locked sets are unchanged. */
export default defineCommand({
  description:
    "Check that every byte of the frozen sets matches testset.lock, for example in CI. Names changed, added and removed items by their ids. Exits with code 5 if anything differs.",
  args: ["set"],
  options: Options,
  output: z.array(SetCheck).describe("one per set"),
  examples: ["eval verify"],
  run: async (io, { set }) => {
    const { changedText, checkSets, differenceText } = await import("../../programme/evaluate/check-set.ts");
    const { setChecksText } = await import("../../evaluate/report/comparison-text.ts");
    const checks = await checkSets(io.cwd, set);
    const [broken] = checks.filter(({ ok }) => !ok);
    return {
      json: checks,
      text: () => setChecksText(checks, differenceText),
      ...(broken === undefined ? {} : { failed: changedText(broken) }),
    };
  },
});
