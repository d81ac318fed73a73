import { relative } from "node:path";

import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { Day } from "../../domain/source.ts";
import { ForgottenRecords, WatchForget } from "../../domain/watch-forget.ts";
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
    "Delete imported requests of a user, of an id, or before a day: measurements, texts, verdicts, rows of queues, examples of alarms, traces with their spans, and rows of labelling tasks with their answers. A frozen version that contains them is withdrawn, as is a replay set with rows of the user or of a month that ended before the day: its other rows are frozen as a new version, to which testset.lock is pinned, its rows are deleted, and a tombstone remains. All given conditions must match. Counts first and requires confirmation. Lists the copies that it does not reach, and records the deletion in deletions.jsonl, without ids and users.",
  args: [],
  options: Options,
  output: WatchForget,
  examples: ["watch forget --user u-1834 --dry-run", "watch forget --before 2026-06-01 --yes"],
  run: async (io, { user, request, before, dryRun }) => {
    const { forgettable, NOT_REACHED } = await import("../../programme/watch/forget/forget-requests.ts");
    const { forgetRecords } = await import("../../programme/watch/forget/forget-records.ts");
    const { forgetText, forgetWords } = await import("../../programme/watch/forget/forget-text.ts");
    const { recordForgotten } = await import("../../programme/watch/forget/record-forgotten.ts");
    const { answerFromState, programmeName } = await import("../../programme/state/with-state.ts");
    const found = await forgettable({ programmeDir: io.cwd, user, id: request, before });
    const recordsOf = (isDryRun: boolean): Promise<ForgottenRecords> => {
      const about = { user: user ?? null, before: before ?? null, isDryRun };
      const body = { programme: programmeName(io.cwd), ids: found.ids, ...about };
      return answerFromState(
        { programmeDir: io.cwd, env: io.env, now: io.now },
        {
          local: (store) => forgetRecords(store, body, io.now().getTime()),
          path: "/watch/forget",
          body,
          output: ForgottenRecords,
          creates: true,
        },
      );
    };
    const { ids, texts, queued, verdicts, versions } = found;
    const counts = { requests: ids.length, texts, queued, verdicts, ...(await recordsOf(true)) };
    const what = forgetWords({ ...counts, versions: versions.length });
    const isDone = !dryRun && counts.requests + counts.traces + versions.length > 0;
    if (isDone && !(await io.confirm(`Delete ${what}?`))) {
      throw new Failure("bad_input", `deleting ${what} requires confirmation`, { hint: "pass --yes" });
    }
    if (isDone) await recordsOf(false);
    const withdrawn = isDone
      ? await found.forget(io.now())
      : versions.map(({ dir, rows }) => ({ version: relative(io.cwd, dir), rows, replacedBy: null, locks: [] }));
    const answer: WatchForget = { ...counts, withdrawn, done: isDone, notReached: NOT_REACHED };
    if (isDone) await recordForgotten(io.cwd, ids, { answer, now: io.now() });
    return { json: answer, text: () => forgetText(answer), next: "tunewright watch check NAME" };
  },
});
