import { resolve } from "node:path";

import * as z from "zod";

import { LedgerProof, ProofCheck } from "../../domain/ledger.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  seq: z.int().min(1).optional().describe("Entry to prove"),
  fromSize: z.int().min(1).optional().describe("Entries of an earlier head: proves that the ledger extends it"),
  size: z.int().min(1).optional().describe("Size of the tree, in entries; default: all"),
  check: z.string().optional().describe("File with a proof to check instead; needs no ledger"),
});

/** `tunewright ledger prove`: writes proofs that others can check. */
export default defineCommand({
  description:
    "Prove that an entry is in the ledger, or that the ledger begins with an earlier one (RFC 6962). Anybody with a head can check the proof with --check, without the ledger.",
  args: [],
  options: Options,
  output: z.union([ProofCheck, LedgerProof]),
  examples: [
    "ledger prove --seq 1 --json > proof.json",
    "ledger prove --from-size 1",
    "ledger prove --check proof.json",
  ],
  run: async (io, { check, ...question }) => {
    const { checkProof, proveLedger } = await import("../../programme/money/prove.ts");
    const { proofText } = await import("../../programme/money/accounts-text.ts");
    const next = "tunewright ledger verify";
    if (check !== undefined) {
      const answer = await checkProof(resolve(io.cwd, check));
      const failed = answer.holds ? {} : { failed: "the proof is not valid" };
      return { json: answer, text: () => proofText(answer), next, ...failed };
    }
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.money },
      { local: (store) => proveLedger(store, question), path: "/ledger/proof", query: question, output: LedgerProof },
    );
    return { json: answer, text: () => proofText(answer), next };
  },
});
