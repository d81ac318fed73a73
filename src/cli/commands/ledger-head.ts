import * as z from "zod";

import { LedgerHead } from "../../domain/ledger.ts";
import { defineCommand } from "../command.ts";
import { writeOutput } from "../write-output.ts";

const Options = z.strictObject({
  out: z.string().optional().describe("File to write the head to"),
  gitTag: z
    .string()
    .regex(/^[A-Za-z0-9][\w./-]{0,99}$/)
    .optional()
    .describe("Name of an annotated tag with the head, in the git repository of this folder"),
});

/** `tunewright ledger head`: prints the ledger head, to be stored separately. */
export default defineCommand({
  description:
    "Print the head of the ledger: entries, hash and Merkle root. Store it where people with write access to the ledger cannot change it: as a file, an annotated git tag, or on paper. Only a stored head reveals a truncated or rewritten ledger.",
  args: [],
  options: Options,
  output: LedgerHead,
  examples: ["ledger head", "ledger head --out head.json"],
  run: async (io, { out, gitTag }) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { ledgerHead } = await import("../../programme/money/keep-head.ts");
    const { headText } = await import("../../programme/money/accounts-text.ts");
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.money },
      {
        local: ledgerHead,
        path: "/ledger/head",
        output: LedgerHead,
      },
    );
    if (out !== undefined) await writeOutput(io, out, `${JSON.stringify(answer, null, 2)}\n`);
    if (gitTag !== undefined) {
      const { tagHead } = await import("../../programme/money/keep-head.ts");
      await tagHead(io.cwd, gitTag, answer);
    }
    return { json: answer, text: () => headText(answer), next: "tunewright ledger verify --head FILE" };
  },
});
