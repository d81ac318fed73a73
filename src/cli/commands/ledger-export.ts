import * as z from "zod";

import { FocusExport } from "../../domain/bill.ts";
import { Month } from "../../domain/ledger.ts";
import { defineCommand } from "../command.ts";
import { writeOutput } from "../write-output.ts";

const Options = z.strictObject({
  month: Month.optional().describe("Month, such as 2026-11; default: all"),
  out: z.string().default("focus.csv").describe("File to write"),
});

/** `tunewright ledger export`: exports costs as FOCUS 1.2. */
export default defineCommand({
  description:
    "Write the costs of the ledger as FOCUS 1.2: accruals of runs and entered costs, one row per line of an entry, with its number and hash in columns that start with x_. Corrections are separate rows: the sum equals that of the ledger.",
  args: [],
  options: Options,
  output: FocusExport,
  examples: ["ledger export", "ledger export --month 2026-11 --out costs.csv"],
  run: async (io, { month, out }) => {
    const { answerFromState, EMPTY_STATE } = await import("../../programme/state/with-state.ts");
    const { exportFocus } = await import("../../programme/money/export-focus.ts");
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.money },
      {
        local: (store, programmes) => exportFocus(store, { month, programme: programmes[0] ?? "" }),
        path: "/ledger/focus",
        query: { month },
        output: FocusExport,
      },
    );
    await writeOutput(io, out, answer.csv);
    return { json: answer, text: () => `${out}: ${answer.rows} rows`, next: "tunewright ledger verify" };
  },
});
