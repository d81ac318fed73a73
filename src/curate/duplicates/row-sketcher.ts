import { Failure } from "../../base/failure.ts";
import type { DuplicatesOptions } from "../../domain/dedup.ts";
import { distinct, shingleHashes } from "../kernels/shingle-hashes.ts";
import { numberList } from "../rows/number-list.ts";
import type { CuratedRow } from "../stage.ts";
import { candidateKeys } from "./candidate-keys.ts";
import { ignoredOption } from "./ignored-options.ts";
import { type Packed, packArrays } from "./pack-arrays.ts";
import { paragraphSplitter } from "./paragraph-rows.ts";
import { simHashRows } from "./sim-hash-rows.ts";
import { rowParts } from "./row-parts.ts";
import { type RowTokens, rowTokens, wholeText } from "./row-tokens.ts";
import { type Sketcher, sketcher } from "./sketches.ts";
import { comparedText, type TextTokens, textTokens } from "./text-tokens.ts";
import { vectorKeys } from "./vector-rows.ts";

/** Sketches the rows of a shard by one method, and collects their details. */
export type RowSketcher = {
  sketching: Sketcher;
  add: (row: number, curatedRow: CuratedRow) => void;
  /** Data of all rows in addition to the keys: SimHashes, or nothing. */
  hashes: (rows: number) => Uint32Array;
  /** Details of the rows, stored as a separate part of the summary. */
  details: () => Uint8Array;
};

/** The sketcher of a method. */
export function rowSketcher(options: DuplicatesOptions): RowSketcher {
  checkOptions(options);
  switch (options.method) {
    case "vectors":
      return byVectors(options);
    case "paragraphs":
      return byParagraphs(options);
    case "simhash": {
      const { addKeys, hashes } = simHashRows(options.distance);
      return { ...byWords(options, sketcher(addKeys)), hashes };
    }
    case "exact":
      return byWords(options, sketcher(undefined));
    default:
      return options.threshold === 1 ? byWords(options, sketcher(undefined)) : byShingles(options);
  }
}

const NONE = new Uint32Array(0);

function checkOptions(options: DuplicatesOptions): void {
  const { keep, by, sources, vectorField } = options;
  if ((keep === "best" || keep === "oldest") && by === undefined) {
    throw new Failure("bad_input", `the stage dedup has no field for keep: ${keep}`, { hint: "add by: NAME" });
  }
  if (keep === "source" && sources === undefined) {
    throw new Failure("bad_input", "the stage dedup has no sources for keep: source", {
      hint: "add sources: [FIRST, ...]",
    });
  }
  const given = new Map<string, unknown>(Object.entries({ by, sources, vectorField }));
  const ignored = ignoredOption({ ...options, compat: undefined }, (name) => given.get(name) !== undefined);
  if (ignored === undefined) return;
  const { name, dependsOn, needs } = ignored;
  throw new Failure(
    "bad_input",
    `${name} has no effect in the stage dedup with ${dependsOn}: ${options[dependsOn as "keep"]}`,
    {
      hint: `omit it, or write ${dependsOn}: ${needs}`,
    },
  );
}

function byWords(options: DuplicatesOptions, sketching: Sketcher): RowSketcher {
  const wordsOf = words(options);
  return {
    sketching,
    add: (row, { fields }) => {
      const tokens = wordsOf(fields);
      if (tokens !== undefined) sketching.add(row, tokens);
    },
    hashes: () => NONE,
    details: () => new Uint8Array(0),
  };
}

/**
 * Stores 40 bits of each distinct shingle: two texts of 200 words share one by chance with a probability of 4 in 10^8.
 */
function byShingles(options: DuplicatesOptions): RowSketcher {
  const { threshold, verify } = options;
  const sketching = sketcher(candidateKeys(threshold, { isVerified: verify }));
  if (!verify) return byWords(options, sketching);
  const wordsOf = words(options);
  const parts = partList();
  const [low, high] = [numberList(), numberList()];
  return {
    ...byWords(options, sketching),
    add: (row, { fields }) => {
      const tokens = wordsOf(fields);
      const shingles = tokens === undefined ? shingleHashes() : sketching.add(row, tokens);
      distinct(shingles);
      low.append(shingles.low.subarray(0, shingles.count));
      high.append(shingles.high.subarray(0, shingles.count)); // of which a byte is kept
      parts.add(shingles.count);
    },
    details: () => packArrays([parts.starts(), low.values(), Uint8Array.from(high.values())]),
  };
}

function byParagraphs(options: DuplicatesOptions): RowSketcher {
  if (options.keep !== "first") {
    throw new Failure("bad_input", "method: paragraphs always keeps the first occurrence", {
      hint: "omit keep",
    });
  }
  const plain = byWords(options, sketcher(undefined));
  const split = paragraphSplitter();
  const parts = partList();
  const lists = { words: numberList(), high: numberList(), low: numberList(), counts: numberList() };
  return {
    ...plain,
    add: (row, curatedRow) => {
      plain.add(row, curatedRow);
      const found = split(comparedText(curatedRow.fields, namedText(options.textField)) ?? "");
      lists.words.append(Uint32Array.of(found.words));
      for (const name of ["high", "low", "counts"] as const) lists[name].append(found[name]);
      parts.add(found.counts.length);
    },
    details: () => packArrays([parts.starts(), ...Object.values(lists).map((list): Packed => list.values())]),
  };
}

function byVectors(options: DuplicatesOptions): RowSketcher {
  const { vectorField, threshold } = options;
  if (vectorField === undefined) {
    throw new Failure("bad_input", "the stage dedup has no field with the vectors", { hint: "add vectorField: NAME" });
  }
  const sketching = sketcher(undefined);
  const { add } = vectorKeys(threshold);
  const wordsOf = words(options);
  const ids = textTokens();
  const floats = numberList();
  return {
    ...byWords(options, sketching),
    add: (row, { fields, id, source, line }) => {
      const tokens = wordsOf(fields);
      sketching.add(row, tokens === undefined || tokens.count === 0 ? likeNoOther(id, ids) : tokens);
      const vector = add(row, fields[vectorField], { keys: sketching.keys, name: `${source}, line ${line}` });
      floats.append(new Uint32Array(vector.buffer, vector.byteOffset, vector.length));
    },
    details: () => packArrays([floats.values()]),
  };
}

/** A single unique token: rows without words are compared only by their vectors. */
function likeNoOther(id: string, ids: TextTokens): RowTokens {
  const [low, high] = wholeText(ids.ofText(id));
  return { low: Uint32Array.of(low), high: Uint32Array.of(high), count: 1, signs: 0, written: 0 };
}

/** The compared tokens of a row, valid until the next call. */
function words({ textField }: DuplicatesOptions): (fields: CuratedRow["fields"]) => RowTokens | undefined {
  const named = namedText(textField);
  const tokens = rowTokens();
  return (fields) => {
    const parts = rowParts(fields, named);
    return parts && tokens.of(parts);
  };
}

function namedText(textField: string | undefined): { text: string } | undefined {
  return textField === undefined ? undefined : { text: textField };
}

/** Start of each row's details, and the end of the last row. */
function partList(): { add: (count: number) => void; starts: () => Uint32Array } {
  const starts = numberList();
  let total = 0;
  starts.append(Uint32Array.of(0));
  return {
    add: (count) => {
      total += count;
      starts.append(Uint32Array.of(total));
    },
    starts: () => starts.values(),
  };
}
