import { Failure } from "../../base/failure.ts";
import type { Delimiter } from "../../domain/dataset-profile.ts";
import type { DedupOptions } from "../../domain/dedup.ts";
import type { ReadLimits } from "../../tables/limits.ts";
import { distinct, hashShingles, shingleHashes } from "../kernels/shingle-hashes.ts";
import { namedFields } from "../named-fields.ts";
import { duplicateMethod } from "./duplicate-method.ts";
import { eachText } from "./each-text.ts";
import { type Drops, findDrops } from "./find-drops.ts";
import { type DuplicateIndex, loadIndexed } from "./index-file.ts";
import { keeperOrder, keeperValue } from "./keeper-order.ts";
import { shingleStore, type ShingleStore } from "./shingle-store.ts";
import { SHINGLE_TOKENS, sketcher, type Sketches } from "./sketches.ts";

/** A file of rows, and the name by which it is spoken of. */
export type DedupFile = { path: string; name: string };

/** How files are read. */
export type DedupRead = {
  delimiter?: Delimiter | undefined;
  limits?: Partial<ReadLimits> | undefined;
  onProgress?: ((step: string, fraction: number) => void) | undefined;
  /** Rows of earlier imports, which stay: their numbers come before those of the files. */
  index?: DuplicateIndex | undefined;
};

/** What a row turned out to be. A number that no row of the files has is that of a blank line, or of a row in the index. */
export const [NO_ROW, WITH_WORDS, WITHOUT_WORDS, UNREADABLE] = [0, 1, 2, 3] as const;

/** Duplicates in files whose rows are numbered on from file to file. */
export type FoundDuplicates = {
  /** The files; row numbers of each go from `firstRow` to that of the next. `sha256` is that of the bytes read. */
  files: readonly (DedupFile & { firstRow: number; sha256: string })[];
  /** What each row is. */
  kinds: Uint8Array;
  sketches: Sketches;
  drops: Drops;
  index: DuplicateIndex | undefined;
};

/**
 * Finds duplicates in and between files: reads them once for sketches, and once more for the shingles of rows that may be
 * alike. Memory: 40 to 200 bytes a row, and 8 for each shingle of the rows that may be alike.
 *
 * @throws Failure where a file cannot be read or changes meanwhile, or the policy lacks what it goes by
 */
export async function findDuplicates(
  files: readonly DedupFile[],
  options: DedupOptions,
  read: DedupRead = {},
): Promise<FoundDuplicates> {
  checkPolicy(options, files);
  checkIndex(options, read.index);
  const { threshold, keep } = options;
  const method = await duplicateMethod(options);
  const sketching = sketcher(method.addKeys);
  if (read.index !== undefined) sketching.addKnown(read.index.rows);
  const firstOwn = read.index?.rows.tokens.length ?? 0;
  const kinds: number[] = [];
  const values: number[] = [];
  const found: { path: string; name: string; firstRow: number; sha256: string }[] = [];
  const takeWithoutWords = (row: number, fields: Readonly<Record<string, unknown>>): void => {
    kinds[row] = WITH_WORDS;
    sketching.add(row, { low: Uint32Array.of(row), high: Uint32Array.of(~row), count: 1 }); // like no other by its words
    method.onRow?.(row, fields, sketching.keys);
  };
  const by = keep === "best" || keep === "oldest" ? keep : undefined;
  const named = namedFields(options.textField === undefined ? [] : [options.textField], { anyCase: true });
  let hasText = false;
  let firstRow = firstOwn;
  for (const file of files) {
    const { rows, sha256 } = await eachText(file.path, {
      ...read,
      textField: options.textField,
      needsFields: by !== undefined || method.onRow !== undefined,
      onProgress: (fraction) => read.onProgress?.(`reading ${file.name}`, fraction),
      onOther: (row, what, fields) => {
        kinds[firstRow + row] = what === "unreadable" ? UNREADABLE : WITHOUT_WORDS;
        if (fields !== undefined) named.add(fields);
        if (fields !== undefined && method.needsNoText === true) takeWithoutWords(firstRow + row, fields);
      },
      onTokens: (row, tokens, fields) => {
        hasText = true;
        kinds[firstRow + row] = tokens.count === 0 ? WITHOUT_WORDS : WITH_WORDS;
        if (by !== undefined) values[firstRow - firstOwn + row] = keeperValue(fields?.[options.by!], by);
        if (tokens.count === 0 && method.needsNoText === true) takeWithoutWords(firstRow + row, fields!);
        else {
          sketching.add(firstRow + row, tokens);
          method.onRow?.(firstRow + row, fields!, sketching.keys);
        }
      },
    });
    found.push({ ...file, firstRow, sha256 });
    firstRow += rows;
  }
  if (!hasText && method.needsNoText !== true) named.end();
  const sketches = sketching.sketches(firstRow);
  const own = keeperOrder(options, {
    tokens: sketches.tokens.subarray(firstOwn),
    values: Float64Array.from({ length: by === undefined ? 0 : firstRow - firstOwn }, (_, row) => values[row] ?? NaN),
    sourceRanks: sourceRanks(options, found, firstRow).subarray(firstOwn),
  });
  const order =
    own && Uint32Array.from({ length: firstRow }, (_, at) => (at < firstOwn ? at : firstOwn + own[at - firstOwn]!));
  const search = {
    threshold,
    isVerified: options.verify,
    order,
    match: method.match,
    loadShingles: (rows: Uint8Array) => loadShingles(found, rows, { ...read, textField: options.textField }),
  };
  const drops = method.drops?.(firstRow, order) ?? (await findDrops(sketches, search));
  const all = Uint8Array.from({ length: firstRow }, (_, row) => kinds[row] ?? NO_ROW);
  return { files: found, kinds: all, sketches, drops, index: read.index };
}

/** Keys of rows can only be compared where they were made for one threshold and all shingles are there. */
function checkIndex({ threshold, verify, compat, method }: DedupOptions, index: DuplicateIndex | undefined): void {
  if (index === undefined) return;
  if (!verify || compat !== undefined || method !== "near") {
    throw new Failure("bad_input", "an index holds all shingles, to be compared", {
      hint: "leave out --method, --no-verify and --compat, or --index",
    });
  }
  if (index.rows.threshold === threshold) return;
  throw new Failure(
    "bad_input",
    `${index.path} was made for a threshold of ${index.rows.threshold}, not ${threshold}`,
    {
      hint: `add --threshold ${index.rows.threshold}, or name another index`,
    },
  );
}

function checkPolicy({ keep, by, sources }: DedupOptions, files: readonly DedupFile[]): void {
  const needsField = keep === "best" || keep === "oldest";
  if (needsField && by === undefined) {
    throw new Failure("bad_input", `keep ${keep} needs the field that it goes by`, { hint: "add --by FIELD" });
  }
  if (keep !== "source") return;
  if (sources === undefined) {
    throw new Failure("bad_input", "keep source needs the sources, the one to be kept first", {
      hint: files.map(({ name }) => `--sources ${name}`).join(" "),
    });
  }
  const unknown = sources.find((source) => !files.some(({ name }) => name === source));
  if (unknown === undefined) return;
  throw new Failure("bad_input", `no file has the name ${unknown}`, {
    hint: `expected one of ${files.map(({ name }) => name).join(", ")}`,
  });
}

/** Place of each row's file among the named sources; files that are not named come after them. */
function sourceRanks(
  { keep, sources = [] }: DedupOptions,
  files: readonly { name: string; firstRow: number }[],
  rows: number,
): Uint32Array {
  if (keep !== "source") return new Uint32Array(0);
  const ranks = new Uint32Array(rows);
  for (const [index, { name, firstRow }] of files.entries()) {
    const place = sources.indexOf(name);
    ranks.fill(place === -1 ? sources.length : place, firstRow, files[index + 1]?.firstRow ?? rows);
  }
  return ranks;
}

/** Reads the files again for the shingles of some rows. */
async function loadShingles(
  files: FoundDuplicates["files"],
  wanted: Uint8Array,
  read: DedupRead & { textField: string | undefined },
): Promise<ShingleStore> {
  const store = shingleStore();
  if (read.index !== undefined) await loadIndexed(read.index, wanted, store);
  const shingles = shingleHashes();
  for (const { path, name, firstRow, sha256 } of files) {
    const again = await eachText(path, {
      ...read,
      onProgress: (fraction) => read.onProgress?.(`comparing rows of ${name}`, fraction),
      isWanted: (row) => wanted[firstRow + row] === 1,
      onTokens: (row, tokens) => {
        hashShingles(tokens, SHINGLE_TOKENS, shingles);
        distinct(shingles);
        store.add(firstRow + row, shingles);
      },
    });
    if (again.sha256 === sha256) continue;
    throw new Failure("bad_input", `${name} changed while it was read`, {
      hint: "run it again once nobody writes to it",
    });
  }
  return store;
}
