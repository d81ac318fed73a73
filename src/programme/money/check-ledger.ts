import type { Context } from "../../base/context.ts";
import { LedgerCheck } from "../../domain/ledger.ts";
import { verifyLedger } from "../../ledger/verify.ts";
import { answerFromState } from "../state/with-state.ts";
import { readHead } from "./keep-head.ts";

/**
 * Checks the ledger of a programme, by the server that owns it or from the database.
 *
 * @param headFile  file with a stored head, relative to the folder of the context, or `git:TAG`; undefined for none
 */
export async function checkLedger(
  { cwd, env, now }: Pick<Context, "cwd" | "env" | "now">,
  headFile: string | undefined,
): Promise<LedgerCheck> {
  const head = headFile === undefined ? null : await readHead(cwd, headFile);
  return answerFromState(
    { programmeDir: cwd, env, now },
    {
      local: (store) => verifyLedger(store, head ?? undefined),
      path: "/ledger/verify",
      body: { head },
      isLong: true,
      output: LedgerCheck,
    },
  );
}
