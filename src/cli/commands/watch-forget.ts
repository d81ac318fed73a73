import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { counted } from "../../base/words.ts";
import { Day } from "../../domain/source.ts";
import { ForgottenExamples, WatchForget } from "../../domain/watch-forget.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  user: z.string().min(1).optional().describe("User, by the name in the imported rows"),
  request: z.string().min(1).optional().describe("Id of one request"),
  before: Day.optional().describe("Requests before this day, UTC"),
  dryRun: z.boolean().default(false).describe("Count what would be deleted, without deleting it"),
});

/** `tunewright watch forget`: deletes requests of a user, by id, or before a day. */
export default defineCommand({
  description:
    "Delete imported requests of a user, of an id, or before a day: measurements, texts, rows of queues, and examples of alarms. All given conditions must match. Counts first and requires confirmation. Says which copies it does not reach.",
  args: [],
  options: Options,
  output: WatchForget,
  examples: ["watch forget --user u-1834 --dry-run", "watch forget --before 2026-06-01 --yes"],
  run: async (io, { user, request, before, dryRun }) => {
    const { forgettable, NOT_REACHED } = await import("../../programme/watch/forget-requests.ts");
    const { forgetExamples } = await import("../../programme/watch/watch-records.ts");
    const { answerFromState, programmeName } = await import("../../programme/state/with-state.ts");
    const found = await forgettable({ programmeDir: io.cwd, user, id: request, before });
    const examplesOf = async (isDryRun: boolean): Promise<number> => {
      const body = { programme: programmeName(io.cwd), ids: found.ids, isDryRun };
      const { examples } = await answerFromState(
        { programmeDir: io.cwd, env: io.env, now: io.now },
        {
          local: (store) => forgetExamples(store, body),
          path: "/watch/forget",
          body,
          output: ForgottenExamples,
          creates: true,
        },
      );
      return examples;
    };
    const counts = {
      requests: found.ids.length,
      texts: found.texts,
      queued: found.queued,
      examples: await examplesOf(true),
    };
    const what = `${counted(counts.requests, "request")}, ${counted(counts.queued, "row")} of queues, ${counted(counts.examples, "example")} of alarms`;
    const isDone = !dryRun && counts.requests > 0;
    if (isDone && !(await io.confirm(`Delete ${what}?`))) {
      throw new Failure("bad_input", `deleting ${what} requires confirmation`, { hint: "pass --yes" });
    }
    if (isDone) {
      await found.forget();
      await examplesOf(false);
    }
    const answer: WatchForget = { ...counts, done: isDone, notReached: NOT_REACHED };
    return {
      json: answer,
      text: () =>
        [
          `${isDone ? "deleted" : counts.requests === 0 ? "nothing matches:" : "would delete"} ${what}`,
          ...NOT_REACHED.map((text) => `not reached: ${text}`),
        ].join("\n"),
      next: "tunewright watch check NAME",
    };
  },
});
