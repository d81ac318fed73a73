import { type KeyList, keyList } from "../kernels/key-list.ts";
import { distinct, shingleHashes } from "../kernels/shingle-hashes.ts";
import { candidateKeys } from "./candidate-keys.ts";
import type { DedupRead, FoundDuplicates } from "./dedup-files.ts";
import { isKept } from "./dedup-result.ts";
import { eachText } from "./each-text.ts";
import { indexWriter } from "./index-file.ts";
import { rowShingles } from "./row-tokens.ts";

/** Options with which the files were compared. */
type Compared = DedupRead & { threshold: number; textField?: string | undefined };

/**
 * Rewrites the index with the kept rows, so that later imports are compared with them too. Reads the files once more
 * for their shingles. The index is about as large as the texts.
 *
 * @throws Failure if a file cannot be read again or the disk is full: the earlier index is then unchanged
 */
export async function updateIndex(
  path: string,
  found: FoundDuplicates,
  { threshold, textField, ...read }: Compared,
): Promise<void> {
  const { files, sketches, index } = found;
  const earlier = index?.rows;
  const writer = await indexWriter(path, index);
  const addKeys = candidateKeys(threshold, { isVerified: true });
  const keys = keyList();
  for (let index = 0; index < (earlier?.keys.length ?? 0); index += 2)
    keys.add(earlier!.keys[index + 1]!, earlier!.keys[index]!);
  const names = [...(earlier?.files ?? [])];
  const hashes = names.map((_name, index) => earlier?.hashes[index] ?? "");
  const places = [...(earlier?.places ?? [])];
  const rows = Array.from(earlier?.tokens ?? [], (_count, row) => row);
  const shingles = shingleHashes();
  try {
    for (const { path: file, name, firstRow, sha256 } of files) {
      await eachText(file, {
        ...read,
        textField,
        onProgress: (fraction) => read.onProgress?.(`indexing ${name}`, fraction),
        isWanted: (row) => isKept(found, firstRow + row) && sketches.tokens[firstRow + row] !== 0,
        onTokens: (row, tokens) => {
          rowShingles(tokens, shingles);
          addKeys(rows.length, shingles, keys);
          distinct(shingles);
          writer.add(shingles);
          rows.push(firstRow + row);
          places.push(names.length, row);
        },
        onBlock: () => writer.flush(),
      });
      names.push(name);
      hashes.push(sha256);
    }
    await writer.commit({
      threshold,
      tokens: Uint32Array.from(rows, (row) => sketches.tokens[row]!),
      whole: pairsOf(sketches.whole, rows),
      signs: Uint32Array.from(rows, (row) => sketches.signs[row]!),
      written: Uint32Array.from(rows, (row) => sketches.written[row]!),
      facts: Uint32Array.from(rows, (row) => sketches.facts[row]!),
      marks: Uint32Array.from(rows, (row) => sketches.marks[row]!),
      prompts: pairsOf(sketches.prompts, rows),
      shortAnswers: Uint32Array.from(rows, (row) => sketches.shortAnswers[row]!),
      keys: await rowKeyPairs(keys),
      files: names,
      hashes,
      places: Uint32Array.from(places),
    });
  } finally {
    await writer.abort();
  }
}

/** The two numbers of each of the given rows. */
function pairsOf(list: Uint32Array, rows: readonly number[]): Uint32Array {
  return Uint32Array.from({ length: 2 * rows.length }, (_, index) => list[2 * rows[index >> 1]! + (index & 1)]!);
}

/** All keys as `[row, key]` pairs, as an index holds them. */
async function rowKeyPairs(list: KeyList): Promise<Uint32Array> {
  const pairs = new Uint32Array(2 * list.total());
  let position = 0;
  await list.each(({ firstRow, counts, keys }) => {
    let key = 0;
    for (const [index, count] of counts.entries()) {
      for (const end = key + count; key < end; key++, position += 2)
        pairs.set([firstRow + index, keys[key]!], position);
    }
  });
  return pairs;
}
