import { basename, resolve } from "node:path";

import * as z from "zod";

import { CostsEntered } from "../../domain/money.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  file: z
    .string()
    .min(1)
    .describe("CSV with the columns activity, memo, on, and usd or hours and usdPerHour; optional: payee, reference"),
});

/** `tunewright ledger costs`: enters hours of people and fixed costs from a file. */
export default defineCommand({
  description:
    "Enter hours of people and fixed costs from a CSV file, such as an export of a time sheet: one row for each cost, with the columns of `ledger add`. The file is entered completely or not at all. A row that was entered before is counted and not entered again, by its reference, or by its content if it has none.",
  args: ["file"],
  options: Options,
  output: CostsEntered,
  examples: ["ledger costs hours-2026-11.csv"],
  run: async (io, { file }) => {
    const { answerFromState } = await import("../../programme/state/with-state.ts");
    const { enterCosts } = await import("../../programme/money/enter-spend.ts");
    const { readCosts } = await import("../../programme/money/read-costs.ts");
    const { costsText } = await import("../../programme/money/money-text.ts");
    const list = await readCosts(resolve(io.cwd, file), basename(file));
    const done = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: (store) => enterCosts(store, list, io.now()),
        path: "/ledger/costs",
        body: list,
        output: CostsEntered,
        creates: true,
      },
    );
    return { json: done, text: () => costsText(done), next: "tunewright budget show" };
  },
});
