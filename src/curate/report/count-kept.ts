import type { LanguageCounts, SourceRows } from "../../domain/data-report.ts";
import { language } from "../quality/language.ts";
import { rowTurns } from "../quality/row-turns.ts";
import { openArtefact } from "../pipeline/storing/artefact-store.ts";
import type { StageFolder } from "../pipeline/lineage/row-lineage.ts";
import type { CuratedRow } from "../stage.ts";
import { textSlots } from "../rows/text-slots.ts";

/** Maximum number of rows whose language is detected; if there are more, every second or third row, and so on. */
const MOST_ROWS = 50_000;

/**
 * Languages and datasets of the kept rows of a stage, shard by shard. The language of a row is that of its answers; if
 * these are too short, of all its text. Rows of code, numbers or a few words have no detectable language.
 *
 * @accuracy see `language`
 */
export async function countKept({
  folder,
}: StageFolder): Promise<{ languages: LanguageCounts; rowsBySource: SourceRows[] }> {
  const artefact = openArtefact(folder);
  const manifest = await artefact.manifest();
  const step = Math.max(1, Math.ceil((manifest?.totals.rowsKept ?? 0) / MOST_ROWS));
  const [counts, sources] = [new Map<string, number>(), new Map<string, number>()];
  let [index, looked, unknown] = [0, 0, 0];
  for (const record of manifest?.shards ?? []) {
    for (const row of await artefact.keptRows(record)) {
      sources.set(row.source, (sources.get(row.source) ?? 0) + 1);
      if (index++ % step !== 0) continue;
      looked += 1;
      const found = languageOf(row);
      if (found === undefined) unknown += 1;
      else counts.set(found, (counts.get(found) ?? 0) + 1);
    }
  }
  const languages = sorted(counts).map(([code, rows]) => ({ language: code, rows }));
  return {
    languages: { rows: looked, everyRow: step === 1, unknown, languages },
    rowsBySource: sorted(sources).map(([source, rows]) => ({ source, rows })),
  };
}

/** By number of rows, descending, then by name. */
function sorted(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].toSorted(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
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
