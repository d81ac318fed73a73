import type { LabelConflict } from "../../../domain/dedup.ts";
import type { DedupRead, FoundDuplicates } from "../dedup-files.ts";
import { placeOf, SAMPLES } from "../dedup-result.ts";
import { eachText } from "../each-text.ts";
import { conflictSamples } from "./label-conflicts.ts";
import { rowParts } from "../row-parts.ts";

/** Maximum characters shown of a prompt and of an answer. */
const SHOWN = 80;

/**
 * Reads the first prompts that rows answer differently, with the answers. Reads the files once more, if there are
 * any.
 *
 * @throws Failure if a file cannot be read again
 */
export async function conflictTexts(
  found: FoundDuplicates,
  read: DedupRead & { textField?: string | undefined },
): Promise<LabelConflict[]> {
  const groups = conflictSamples(found.conflicts, SAMPLES);
  if (groups.length === 0) return [];
  const wanted = new Set(groups.flat());
  const texts = new Map<number, { prompt: string; answer: string }>();
  for (const { path, firstRow } of found.files) {
    await eachText(path, {
      ...read,
      onProgress: undefined,
      needsFields: true,
      isWanted: (row) => wanted.has(firstRow + row),
      onTokens: (row, _tokens, fields) => {
        const parts = fields && rowParts(fields, read.textField === undefined ? undefined : { text: read.textField });
        if (parts !== undefined && "prompt" in parts) texts.set(firstRow + row, parts);
      },
    });
  }
  return groups.map((rows) => ({
    prompt: shortened(rows.map((row) => texts.get(row)?.prompt).find((prompt) => prompt !== undefined) ?? "", SHOWN),
    rows: rows.map((row) => {
      const answer = texts.get(row)?.answer;
      return { ...placeOf(found, row), answer: answer === undefined ? null : shortened(answer, SHOWN) };
    }),
  }));
}

function shortened(text: string, characters: number): string {
  const line = text.replaceAll(/\s+/gu, " ").trim();
  return line.length > characters ? `${line.slice(0, characters - 1)}…` : line;
}
