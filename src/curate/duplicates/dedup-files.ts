import { Failure } from "../../base/failure.ts";
import type { Delimiter } from "../../domain/dataset-profile.ts";
import type { DedupOptions } from "../../domain/dedup.ts";
import type { ReadLimits } from "../../tables/limits.ts";
import { distinct, shingleHashes } from "../kernels/shingle-hashes.ts";
import type { Shingles } from "../kernels/shared-shingles.ts";
import { namedFields } from "../pipeline/reading/named-fields.ts";
import type { Details } from "./compare-blocks.ts";
import { type DuplicateMethod, duplicateMethod } from "./duplicate-method.ts";
import { eachText } from "./each-text.ts";
import { type Drops, findDrops } from "./find-drops.ts";
import { type DuplicateIndex, loadIndexed } from "./index-file.ts";
import { keeperOrder, keeperValue } from "./keeper-order.ts";
import { rowFacts, UNREADABLE, WITH_WORDS, WITHOUT_WORDS } from "./row-facts.ts";
import { jaccardComparison, mostShingles, shingleStore } from "./shingle-store.ts";
import { type LabelConflicts, labelConflicts } from "./findings/label-conflicts.ts";
import { rowShingles, SHINGLE_TOKENS } from "./row-tokens.ts";
import { sketcher, type Sketches } from "./sketches.ts";
import { differsByAnswers, differsBySymbols } from "./symbol-differences.ts";

/** A file of rows, and its display name. */
export type DedupFile = { path: string; name: string };

/** Options for reading files. */
export type DedupRead = {
  delimiter?: Delimiter | undefined;
  limits?: Partial<ReadLimits> | undefined;
  onProgress?: ((step: string, fraction: number) => void) | undefined;
  /** Rows of earlier imports, which are always kept; they are numbered before the rows of the files. */
  index?: DuplicateIndex | undefined;
  /** Bytes of shingles kept in memory. It does not affect the result. */
  budgetBytes?: number | undefined;
  /** Compares each row with all earlier rows, including dropped ones: for a survey of similarities. */
  keepsAll?: boolean | undefined;
};

/** Bytes of shingles kept in memory: if there are more, the files are read again for each half of this amount. */
const BUDGET_BYTES = 768 * 2 ** 20;

/** Bytes of a shingle. */
const SHINGLE_BYTES = 8;

/** Duplicates in several files whose rows are numbered consecutively. */
export type FoundDuplicates = {
  /**
   * The files. The row numbers of a file start at its `firstRow` and end before that of the next file. `sha256` is the
   * hash of the bytes read.
   */
  files: readonly (DedupFile & { firstRow: number; sha256: string })[];
  /** Kind of each row. */
  kinds: Uint8Array;
  sketches: Sketches;
  drops: Drops;
  conflicts: LabelConflicts;
  index: DuplicateIndex | undefined;
};

/**
 * Finds duplicates within and between files. The files are read once for sketches, and again for the shingles of
 * candidate rows, several times if there are many. Memory: about 60 bytes per row and 4 per key, 12 per shared key, and
 * up to 768 MiB of shingles.
 *
 * @throws Failure if a file cannot be read or changes meanwhile, or a field required by the policy is missing
 */
export async function findDuplicates(
  files: readonly DedupFile[],
  options: DedupOptions,
  read: DedupRead = {},
): Promise<FoundDuplicates> {
  checkPolicy(options, files);
  checkIndex(options, read.index);
  const { keep } = options;
  const method = await duplicateMethod(options);
  const sketching = sketcher(method.addKeys);
  if (read.index !== undefined) sketching.addKnown(read.index.rows);
  const firstOwn = read.index?.rows.tokens.length ?? 0;
  const facts = rowFacts();
  const found: { path: string; name: string; firstRow: number; sha256: string }[] = [];
  const takeWithoutWords = (row: number, fields: Readonly<Record<string, unknown>>): void => {
    facts.setKind(row, WITH_WORDS);
    sketching.add(row, { low: Uint32Array.of(row), high: Uint32Array.of(~row), count: 1, signs: 0, written: 0 }); // like no other by its words
    method.onRow?.(row, fields, sketching.keys);
  };
  const by = keep === "best" || keep === "oldest" ? keep : undefined;
  const named = namedFields(options.textField === undefined ? [] : [options.textField], { anyCase: true });
  const policy = namedFields(by === undefined ? [] : [options.by!], { anyCase: false });
  let hasText = false;
  let firstRow = firstOwn;
  for (const file of files) {
    const { rows, sha256 } = await eachText(file.path, {
      ...read,
      textField: options.textField,
      needsFields: by !== undefined || method.onRow !== undefined,
      onProgress: (fraction) => read.onProgress?.(`reading ${file.name}`, fraction),
      onOther: (row, what, fields) => {
        facts.setKind(firstRow + row, what === "unreadable" ? UNREADABLE : WITHOUT_WORDS);
        if (fields !== undefined) named.add(fields);
        if (fields !== undefined && method.needsNoText === true) takeWithoutWords(firstRow + row, fields);
      },
      onTokens: (row, tokens, fields) => {
        hasText = true;
        if (by !== undefined) policy.add(fields!);
        facts.setKind(firstRow + row, tokens.count === 0 ? WITHOUT_WORDS : WITH_WORDS);
        if (by !== undefined) facts.setValue(firstRow + row, keeperValue(fields?.[options.by!], by));
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
  policy.end();
  const sketches = sketching.sketches(firstRow);
  const own = keeperOrder(options, {
    tokens: sketches.tokens.subarray(firstOwn),
    values: by === undefined ? new Float64Array(0) : facts.values(firstOwn, firstRow),
    sourceRanks: sourceRanks(options, found, firstRow).subarray(firstOwn),
  });
  const order = own && afterIndexed(firstOwn, own);
  const drops = await methodDrops(found, { method, sketches, order, options, read });
  const conflicts = labelConflicts(sketches, drops);
  return { files: found, kinds: facts.kinds(firstRow), sketches, drops, conflicts, index: read.index };
}

/**
 * Checks that the keys can be compared: they must have been computed for the same threshold, with all shingles
 * available.
 */
function checkIndex({ threshold, verify, compat, method }: DedupOptions, index: DuplicateIndex | undefined): void {
  if (index === undefined) return;
  if (!verify || compat !== undefined || method !== "near") {
    throw new Failure("bad_input", "an index stores all shingles and needs a full comparison", {
      hint: "omit --method, --no-verify and --compat, or omit --index",
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
    throw new Failure("bad_input", `keep ${keep} needs a field to compare`, { hint: "add --by FIELD" });
  }
  if (keep !== "source") return;
  if (sources === undefined) {
    throw new Failure("bad_input", "keep source needs the list of sources, the preferred one first", {
      hint: files.map(({ name }) => `--sources ${name}`).join(" "),
    });
  }
  const unknown = sources.find((source) => !files.some(({ name }) => name === source));
  if (unknown === undefined) return;
  throw new Failure("bad_input", `no input file is named ${unknown}`, {
    hint: `expected one of ${files.map(({ name }) => name).join(", ")}`,
  });
}

/** Rank of each row's file among the named sources; files that are not named come last. */
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

/** Input for the decision which rows are dropped. */
type Decided = {
  method: DuplicateMethod;
  sketches: Sketches;
  order: Uint32Array | undefined;
  options: DedupOptions;
  read: DedupRead;
};

async function methodDrops(
  files: FoundDuplicates["files"],
  { method, sketches, order, options, read }: Decided,
): Promise<Drops> {
  const { match, vectors } = method;
  const { tokens } = sketches;
  const drops = method.drops?.(tokens.length, order);
  if (drops !== undefined) return drops;
  if (vectors !== undefined)
    return findDrops(sketches, { order, details: vectors, areDifferent: differsByAnswers(sketches) });
  const details: Details<Shingles> = {
    budgetBytes: read.budgetBytes ?? BUDGET_BYTES,
    bytesOf: (row) => SHINGLE_BYTES * mostShingles(tokens[row]!, SHINGLE_TOKENS),
    load: (rows) => loadShingles(files, rows, { ...read, textField: options.textField, tokens }),
    comparison: () => jaccardComparison(options.threshold),
  };
  const isVerified = match === undefined && options.verify;
  const areDifferent = differsBySymbols(sketches, { threshold: options.threshold, isVerified });
  return findDrops(sketches, {
    order,
    match,
    areDifferent,
    keepsAll: read.keepsAll,
    details: isVerified ? details : undefined,
  });
}

/** The order of the files' rows, after all rows of the index. */
function afterIndexed(firstOwn: number, own: Uint32Array): Uint32Array {
  const order = new Uint32Array(firstOwn + own.length);
  for (let index = 0; index < order.length; index++)
    order[index] = index < firstOwn ? index : firstOwn + own[index - firstOwn]!;
  return order;
}

/** Reads the files again for the shingles of some rows. */
async function loadShingles(
  files: FoundDuplicates["files"],
  rows: Uint32Array,
  read: DedupRead & { textField: string | undefined; tokens: Uint32Array },
): Promise<(row: number) => Shingles> {
  const room = rows.reduce((sum, row) => sum + mostShingles(read.tokens[row]!, SHINGLE_TOKENS), 0);
  const store = shingleStore({ rows, shingles: room, high: new Uint32Array(room) });
  if (read.index !== undefined) await loadIndexed(read.index, rows, store);
  const wanted = new Uint8Array(read.tokens.length);
  for (const row of rows) wanted[row] = 1;
  const shingles = shingleHashes();
  for (const { path, name, firstRow, sha256 } of files) {
    const again = await eachText(path, {
      ...read,
      onProgress: (fraction) => read.onProgress?.(`comparing rows of ${name}`, fraction),
      isWanted: (row) => wanted[firstRow + row] === 1,
      onTokens: (row, tokens) => {
        rowShingles(tokens, shingles);
        distinct(shingles);
        store.add(firstRow + row, { ...shingles, start: 0 });
      },
    });
    if (again.sha256 === sha256) continue;
    throw new Failure("bad_input", `${name} changed while it was being read`, {
      hint: "retry when nothing is writing to it",
    });
  }
  return store.of;
}
