import type { WatchForget } from "../../../domain/watch-forget.ts";
import { recordDeletion } from "../../folder/deletions.ts";
import { forgetWords } from "./forget-text.ts";

/** Records a deletion of requests in the programme folder, without their ids and without the user. */
export async function recordForgotten(
  dir: string,
  ids: readonly string[],
  { answer, now }: { answer: WatchForget; now: Date },
): Promise<void> {
  const { withdrawn, notReached } = answer;
  const what = forgetWords({ ...answer, versions: withdrawn.length });
  const where = ["stored traffic, queues, verdicts and the database", ...withdrawn.map(({ version }) => version)];
  await recordDeletion(dir, { command: "watch forget", what, where, identifiers: ids, notReached }, now);
}
