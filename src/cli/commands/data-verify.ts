import * as z from "zod";

import { FrozenCheck, VersionDiff } from "../../domain/frozen.ts";
import { VerifyRequest } from "../../domain/verify-request.ts";
import { defineCommand } from "../command.ts";

/** `tunewright data verify`: checks that frozen versions are unchanged. */
export default defineCommand({
  description:
    "Check that every bit of frozen versions is unchanged. Names each changed row with its file, its number and, if a single byte changed, its position, and lists missing and added rows and files. --diff compares two versions.",
  args: ["dir"],
  options: VerifyRequest,
  output: z.union([z.array(FrozenCheck), VersionDiff]).describe("one per version; the difference with --diff"),
  examples: [
    "data freeze test.jsonl --out frozen/v1 --by QA --reason first --quiet && tunewright data verify frozen/v1",
    "data freeze test.jsonl --out replay --replay --by QA --reason monthly --quiet && tunewright data verify replay",
  ],
  run: async (io, request) => {
    const { verify } = await import("../../programme/datasets/verify.ts");
    const { checkText, diffText } = await import("../../curate/freeze/frozen-text.ts");
    const { checks, difference } = await verify(io, request);
    if (difference !== undefined) return { json: difference, text: () => diffText(difference) };
    const broken = checks.filter(({ ok }) => !ok);
    const failed = `${broken.map(({ dir }) => dir).join(", ")}: changed after it was frozen`;
    return { json: checks, text: () => checkText(checks), ...(broken.length === 0 ? {} : { failed }) };
  },
});
