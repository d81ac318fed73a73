import type { LabelConflict, WrittenDifference } from "../../../domain/dedup.ts";
import type { DedupRead, FoundDuplicates } from "../dedup-files.ts";
import { placeOf, SAMPLES } from "../dedup-result.ts";
import { eachText } from "../each-text.ts";
import { type RowParts, rowParts } from "../row-parts.ts";
import { conflictSamples } from "./label-conflicts.ts";
import { writtenDifferently } from "./written-differently.ts";

/** Maximum number of characters shown of a prompt, an answer or a text. */
const SHOWN = 80;

/** Characters shown before the first difference of two texts. */
const BEFORE = 24;

/** Texts of the first rows that a person should review. */
export type SampleTexts = { conflicts: LabelConflict[]; written: WrittenDifference[] };

/**
 * Reads the first prompts that rows answer differently, with the answers, and the first rows that were merged with a
 * row written differently. Reads the files once more if there are any.
 *
 * @throws Failure if a file cannot be read again
 */
export async function sampleTexts(
  found: FoundDuplicates,
  read: DedupRead & { textField?: string | undefined },
): Promise<SampleTexts> {
  const groups = conflictSamples(found.conflicts, SAMPLES);
  const merged = writtenDifferently(found.sketches, found.drops, SAMPLES).samples;
  const wanted = new Set([...groups.flat(), ...merged.flatMap(({ row, keeper }) => [row, keeper])]);
  if (wanted.size === 0) return { conflicts: [], written: [] };
  const parts = await readParts(found, wanted, read);
  const conflicts = groups.map((rows) => ({
    prompt: shortened(rows.map((row) => promptOf(parts.get(row))).find((prompt) => prompt !== undefined) ?? ""),
    rows: rows.map((row) => ({ ...placeOf(found, row), answer: answerOf(parts.get(row)) })),
  }));
  const written = merged.map(({ row, keeper }) => {
    const [own, kept] = [textOf(parts.get(row)), textOf(parts.get(keeper))];
    const from = own === undefined || kept === undefined ? 0 : Math.max(0, firstDifference(own, kept) - BEFORE);
    const shown = (text: string | undefined): string | null =>
      text === undefined ? null : text.slice(from, from + SHOWN);
    return { ...placeOf(found, row), text: shown(own) ?? "", kept: { ...placeOf(found, keeper), text: shown(kept) } };
  });
  return { conflicts, written };
}

/** The compared parts of some rows; those of an earlier import are not in the files. */
async function readParts(
  found: FoundDuplicates,
  wanted: ReadonlySet<number>,
  read: DedupRead & { textField?: string | undefined },
): Promise<Map<number, RowParts>> {
  const parts = new Map<number, RowParts>();
  for (const { path, firstRow } of found.files) {
    await eachText(path, {
      ...read,
      onProgress: undefined,
      needsFields: true,
      isWanted: (row) => wanted.has(firstRow + row),
      onTokens: (row, _tokens, fields) => {
        const own = fields && rowParts(fields, read.textField === undefined ? undefined : { text: read.textField });
        if (own !== undefined) parts.set(firstRow + row, own);
      },
    });
  }
  return parts;
}

function promptOf(parts: RowParts | undefined): string | undefined {
  return parts === undefined ? undefined : "prompt" in parts ? parts.prompt : parts.text;
}

/** Start of the answer; for a preference pair, of both answers; for a rated answer, its label. */
function answerOf(parts: RowParts | undefined): string | null {
  if (parts === undefined) return null;
  if (!("prompt" in parts)) return shortened(parts.marks);
  const { answer, pair } = parts;
  const label = [parts.label, parts.marks].filter((mark) => mark !== "").join(", ");
  if (pair !== undefined) return `chosen: ${shortened(pair[0], SHOWN / 2)}; rejected: ${shortened(pair[1], SHOWN / 2)}`;
  return label === "" ? shortened(answer) : `${shortened(label, SHOWN / 2)}: ${shortened(answer)}`;
}

function textOf(parts: RowParts | undefined): string | undefined {
  return parts && ("prompt" in parts ? `${parts.prompt}\n${parts.answer}` : parts.text);
}

function firstDifference(one: string, other: string): number {
  let index = 0;
  while (index < one.length && one[index] === other[index]) index += 1;
  return index;
}

function shortened(text: string, characters = SHOWN): string {
  const line = text.replaceAll(/\s+/gu, " ").trim();
  return line.length > characters ? `${line.slice(0, characters - 1)}…` : line;
}
