import type { DropCount, FunnelStage } from "../../../domain/funnel.ts";
import type { CuratedRow, DroppedRow, RowNote, StageResult } from "../../stage.ts";
import { textSlots } from "../../rows/text-slots.ts";

/** Maximum samples of each reason in a funnel. */
const SAMPLES = 3;

/** Maximum characters of a sample's text. */
const SAMPLE_CHARACTERS = 100;

/** Counts of one stage over some rows; sums do not depend on the grouping of the rows. */
export type StageCounts = Omit<FunnelStage, "stage">;

/** Counts of no rows. */
export const NO_ROWS: StageCounts = {
  rowsIn: 0,
  rowsKept: 0,
  charactersIn: 0,
  charactersKept: 0,
  notes: 0,
  dropped: [],
};

/** Result of a stage for some rows, as counts with samples. */
export function countResult(rows: readonly CuratedRow[], { kept, dropped, notes }: StageResult): StageCounts {
  const characters = new Map(rows.map((row) => [row, charactersOf(row)]));
  const sum = (entry: readonly CuratedRow[]): number =>
    entry.reduce((total, row) => total + (characters.get(row) ?? charactersOf(row)), 0);
  return {
    rowsIn: rows.length,
    rowsKept: kept.length,
    charactersIn: sum(rows),
    charactersKept: sum(kept),
    notes: notes.length,
    dropped: countDropped(dropped),
  };
}

/** Counts of the reading, including lines that are not rows. */
export function countRead({
  rows,
  dropped,
  notes = [],
}: {
  rows: readonly CuratedRow[];
  dropped: readonly DroppedRow[];
  notes?: readonly RowNote[];
}): StageCounts {
  const characters = rows.reduce((total, row) => total + charactersOf(row), 0);
  return {
    rowsIn: rows.length + dropped.length,
    rowsKept: rows.length,
    charactersIn: characters,
    charactersKept: characters,
    notes: notes.length,
    dropped: countDropped(dropped),
  };
}

/** The sum of two counts; `first` is of earlier rows, whose samples come first. */
export function addCounts(first: StageCounts, second: StageCounts): StageCounts {
  const reasons = new Map<string, DropCount>(first.dropped.map((entry) => [entry.reason, entry]));
  for (const entry of second.dropped) {
    const known = reasons.get(entry.reason);
    reasons.set(entry.reason, {
      reason: entry.reason,
      rows: (known?.rows ?? 0) + entry.rows,
      samples: [...(known?.samples ?? []), ...entry.samples].slice(0, SAMPLES),
    });
  }
  return {
    rowsIn: first.rowsIn + second.rowsIn,
    rowsKept: first.rowsKept + second.rowsKept,
    charactersIn: first.charactersIn + second.charactersIn,
    charactersKept: first.charactersKept + second.charactersKept,
    notes: first.notes + second.notes,
    dropped: byCount([...reasons.values()]),
  };
}

function countDropped(dropped: readonly DroppedRow[]): DropCount[] {
  const counts = new Map<string, DropCount>();
  for (const { row, reason, detail, isTextHidden } of dropped) {
    const count = counts.get(reason) ?? { reason, rows: 0, samples: [] };
    counts.set(reason, count);
    count.rows += 1;
    if (count.samples.length >= SAMPLES) continue;
    const { id, source, line } = row;
    count.samples.push({ id, source, line, detail: detail ?? null, text: isTextHidden === true ? "" : rowStart(row) });
  }
  return byCount([...counts.values()]);
}

/** By number of rows, descending, then by code: an order that does not depend on the grouping of the rows. */
function byCount(counts: readonly DropCount[]): DropCount[] {
  return counts.toSorted((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1));
}

/** Characters of all texts of a row. */
export function charactersOf({ fields }: Pick<CuratedRow, "fields">): number {
  return textSlots(fields).reduce((total, { text }) => total + text.length, 0);
}

/** Start of a row's texts on one line, for a sample: cut between characters. */
export function rowStart({ fields }: Pick<CuratedRow, "fields">): string {
  const text = textSlots(fields)
    .map((slot) => slot.text.slice(0, 4 * SAMPLE_CHARACTERS))
    .join(" | ")
    .slice(0, 4 * SAMPLE_CHARACTERS)
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\p{Surrogate}/gu, "\ufffd") // half of a pair, cut or as it came in: no file can hold it as UTF-8
    .trim();
  const characters = Array.from(text);
  return characters.length <= SAMPLE_CHARACTERS ? text : `${characters.slice(0, SAMPLE_CHARACTERS - 1).join("")}…`;
}
