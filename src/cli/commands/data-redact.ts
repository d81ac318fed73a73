import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { Funnel } from "../../domain/funnel.ts";
import { PiiRecogniser, PiiRow } from "../../domain/pii.ts";
import { RedactResult } from "../../domain/redact.ts";
import { RedactRequest } from "../../domain/redact-request.ts";
import { type Answer, defineCommand } from "../command.ts";

/** `tunewright data redact`: redacts personal data in the rows of a dataset. */
export default defineCommand({
  description:
    "Find personal data in the texts of a dataset by patterns, check digits, context words and lists of names and places, and redact it: replace, mask, hash, encrypt, or use surrogates that are consistent for a person under one key. The output is searched again. --list shows which recognisers are on and their measured accuracy.",
  args: ["file"],
  options: RedactRequest,
  output: z
    .union([RedactResult, Funnel, PiiRow, z.array(PiiRecogniser)])
    .describe(
      "what was redacted; with --restore the funnel; with --spans one line per row, in order; with --list the recognisers",
    ),
  examples: [
    "data redact --list",
    "data redact pages.jsonl --text-field text --spans",
    "data redact train.jsonl --spans --entity US_SSN --entity PHONE_NUMBER",
    "data redact train.jsonl --spans --locale DE",
    "data redact pages.jsonl --text-field text --profile hipaa --out redacted.jsonl --review review.jsonl",
    "data redact train.jsonl --out redacted.jsonl --operator PERSON=surrogate --operator DATE_TIME=date-shift --key-file redaction.key",
  ],
  run: async (io, request, stated) => {
    if (request.list) return listAnswer();
    const { requireRedaction } = await import("../../programme/datasets/redact-request.ts");
    const { file, out } = requireRedaction(request, stated);
    if (out === undefined) {
      const { findSpans } = await import("../../programme/datasets/redact.ts");
      const { spansText } = await import("../../curate/pii/spans-text.ts");
      const rows = await findSpans(io, { ...request, file });
      return { json: rows, text: () => "", lines: () => spansText(rows) };
    }
    if (request.restore) {
      const { restoreSealed } = await import("../../programme/datasets/restore-sealed.ts");
      const { funnelText } = await import("../../curate/pipeline/storing/funnel-text.ts");
      const funnel = await restoreSealed(io, { ...request, file, out });
      const sealed = funnel.at(-1)!.dropped.reduce((sum, { rows }) => sum + rows, 0);
      return {
        json: funnel,
        text: () => funnelText(funnel),
        ...(sealed === 0
          ? {}
          : {
              failed: `${sealed} ${sealed === 1 ? "row contains" : "rows contain"} values that this key cannot decrypt`,
            }),
      };
    }
    const { redact } = await import("../../programme/datasets/redact.ts");
    const { redactResultText } = await import("../../curate/pii/operators/redact-result-text.ts");
    const result = await redact(io, { ...request, file, out });
    const isEmpty = result.funnel.at(-1)!.rowsKept === 0;
    return {
      json: result,
      text: () => redactResultText(result),
      next: isEmpty
        ? "every row was dropped: look at them with --dropped FILE, or keep them with --on-leak keep"
        : commandLine(["data", "inspect", out]),
    };
  },
});

async function listAnswer(): Promise<Answer<PiiRecogniser[]>> {
  const { listRecognisers } = await import("../../programme/datasets/redact-request.ts");
  const { recognisersText } = await import("../../curate/pii/recognisers/recognisers-text.ts");
  const recognisers = listRecognisers();
  return { json: recognisers, text: () => recognisersText(recognisers) };
}
