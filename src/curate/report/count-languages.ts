import type { LanguageCounts } from "../../domain/data-report.ts";
import { language } from "../quality/language.ts";
import { rowTurns } from "../quality/row-turns.ts";
import { openArtefact } from "../pipeline/artefact-store.ts";
import type { StageFolder } from "../pipeline/row-lineage.ts";
import type { CuratedRow } from "../stage.ts";
import { textSlots } from "../text-slots.ts";

/** Rows whose language is told: beyond them every second, third and so on, evenly over all. */
const MOST_ROWS = 50_000;

/**
 * Languages of the rows that a stage let through, shard by shard. The language of a row is that of its answers; where
 * these are too short to tell, of all its text. Rows of code, numbers and a few words have none that can be told.
 *
 * @accuracy see `language`
 */
export async function countLanguages({ folder }: StageFolder): Promise<LanguageCounts> {
  const artefact = openArtefact(folder);
  const manifest = await artefact.manifest();
  const step = Math.max(1, Math.ceil((manifest?.totals.rowsKept ?? 0) / MOST_ROWS));
  const counts = new Map<string, number>();
  let [at, looked, unknown] = [0, 0, 0];
  for (const record of manifest?.shards ?? []) {
    for (const row of await artefact.keptRows(record)) {
      if (at++ % step !== 0) continue;
      looked += 1;
      const found = languageOf(row);
      if (found === undefined) unknown += 1;
      else counts.set(found, (counts.get(found) ?? 0) + 1);
    }
  }
  return {
    rows: looked,
    everyRow: step === 1,
    unknown,
    languages: [...counts]
      .map(([code, rows]) => ({ language: code, rows }))
      .toSorted((a, b) => b.rows - a.rows || (a.language < b.language ? -1 : 1)),
  };
}

function languageOf({ fields }: CuratedRow): string | undefined {
  const turns = rowTurns(fields, undefined);
  if ("problem" in turns)
    return language(
      textSlots(fields)
        .map(({ text }) => text)
        .join("\n"),
    );
  return language(turns.answers.join("\n")) ?? language(turns.pieces.join("\n"));
}
