import { counted } from "../../../base/words.ts";
import { DeletionLine } from "../../../domain/deletion-record.ts";
import { checkChain, hasLine } from "../../folder/chained-lines.ts";
import { DELETIONS_FILE, readDeletions } from "../../folder/deletions.ts";
import type { OwnFile } from "./evidence-file.ts";

/**
 * The record of deletions; out of date if a line was changed, removed or added by hand. A record that was rewritten from
 * its first line appears intact, unless a head of it was kept elsewhere.
 *
 * @param keptHead  head that an earlier answer printed; default: none was kept
 */
export async function deletionEvidence(dir: string, keptHead?: string): Promise<OwnFile[]> {
  const text = await readDeletions(dir);
  if (text === null) return [];
  const { values, head, begins, incomplete, problems } = checkChain(text);
  const lines = values.flatMap((value) => DeletionLine.safeParse(value).data ?? []);
  const last = lines.at(-1);
  if (last === undefined) return [];
  const found = [
    ...(begins === null ? [] : ["its first line is missing"]),
    ...(lines.length === values.length ? [] : [`${values.length - lines.length} lines are not records of deletions`]),
    ...problems,
    ...(keptHead === undefined || hasLine(text, keptHead) ? [] : [`no line has the head ${keptHead}`]),
  ];
  const torn = incomplete === 0 ? "" : `; ${counted(incomplete, "line")} left incomplete by a killed process`;
  const changed = found.length === 0 ? "" : `; changed by hand: ${found.slice(0, 3).join(", ")}`;
  return [
    {
      path: DELETIONS_FILE,
      proves: ["deletion"],
      detail: `${counted(lines.length, "deletion")}, the last on ${last.at.slice(0, 10)} by ${last.command}: ${last.what}; head ${head!}${torn}${changed}`,
      isStale: found.length > 0,
      collectedAt: last.at.slice(0, 10),
      validUntil: null,
      reviewer: null,
    },
  ];
}
