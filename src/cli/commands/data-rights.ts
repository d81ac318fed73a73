import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { counted } from "../../base/words.ts";
import { Funnel } from "../../domain/funnel.ts";
import { RightsLine } from "../../domain/rights.ts";
import { RightsRequest } from "../../domain/rights-request.ts";
import { defineCommand } from "../command.ts";

/** `tunewright data rights`: decides which rows may be used for training. */
export default defineCommand({
  description:
    "Decide for every row whether it may be trained on, by which rule, and under which conditions: licences, contracts, consent, opt-outs of sites, terms of model outputs. Unknown rights block a row; a case that rules cannot decide is held for counsel.",
  args: ["file"],
  options: RightsRequest,
  output: z.strictObject({
    table: z.array(RightsLine).describe("Rows of each dataset by verdict"),
    funnel: Funnel,
  }),
  examples: [
    "data rights train.jsonl --rights rights.yaml",
    "data rights train.jsonl --rights rights.yaml --use academic --on 2026-11-25",
    "data rights web.jsonl --rights rights.yaml --licence-field license --out cleared.jsonl --dropped held.jsonl",
  ],
  run: async (io, request) => {
    const { judgeRights } = await import("../../programme/datasets/judge-rights.ts");
    const { rightsText } = await import("../../curate/rights/rights-text.ts");
    const { file, out } = request;
    const { table, funnel, remedy } = await judgeRights(io, request);
    const held = table.filter(({ verdict }) => verdict !== "allowed").reduce((sum, { rows }) => sum + rows, 0);
    const isWritten = out !== undefined || held === table.reduce((sum, { rows }) => sum + rows, 0);
    const hint = `${remedy}${isWritten ? "" : "; --out FILE writes the allowed rows"}`;
    return {
      json: { table, funnel },
      text: () => rightsText(table),
      ...(remedy === undefined
        ? {}
        : { failed: `${counted(held, "row")} may not be trained on in ${held === 1 ? "its" : "their"} current state` }),
      next: remedy === undefined ? commandLine(["data", "redact", out ?? file[0]!]) : hint,
    };
  },
});
