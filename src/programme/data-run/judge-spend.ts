import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { hashFile } from "../../base/hash-file.ts";
import { formatMoney } from "../../base/money.ts";
import { JUDGED_FILE, readJudged } from "../../curate/judge/judged-file.ts";
import type { LineageStage } from "../../domain/data-lineage.ts";
import { readJournal } from "../../llm/answer-journal.ts";

/**
 * Cost of the answers used by a stage of the last run, including earlier runs: from the file of verdicts that the stage
 * read and the file of answers next to it.
 *
 * @returns US dollars; null if one of the two no longer exists
 */
export async function judgeSpend(dir: string, { stage, files }: LineageStage): Promise<string | null> {
  const folder = join(dir, ".tunewright", "judge");
  const answers = join(folder, "answers.jsonl");
  if (!existsSync(answers)) return null;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${stage}-`) || (await hashFile(join(folder, name))) !== files[JUDGED_FILE]) continue;
    const journal = await readJournal(answers);
    const keys = ((await readJudged(join(folder, name)))?.lines ?? []) as { key: string }[];
    return formatMoney(keys.reduce((sum, { key }) => sum + journal.spentPico(key), 0n));
  }
  return null;
}
