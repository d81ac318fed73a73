import * as z from "zod";

import { MatchRequest, MatchedLine } from "../../domain/bill.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({ ...MatchRequest.shape });

/** `tunewright ledger match`: moves a bill line to another class. */
export default defineCommand({
  description:
    "Assign a bill line to another class if the rules cannot classify it: to a run, or to none. The imported line does not change; an entry moves its amount.",
  args: [],
  options: Options,
  output: MatchedLine,
  examples: ["ledger match --file focus-2026-11.csv --line 2 --class storage --by finance"],
  run: async (io, request) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { matchLine } = await import("../../programme/money/bills/match-line.ts");
    const { matchText } = await import("../../programme/money/bills/bill-text.ts");
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.money },
      {
        local: (store) => matchLine(store, request, io.now().getTime()),
        path: "/bills/matches",
        body: request,
        output: MatchedLine,
      },
    );
    return { json: answer, text: () => matchText(answer), next: "tunewright ledger leaks" };
  },
});
