import type { CompatTool } from "../../../domain/dedup.ts";
import { optimalBands } from "../../kernels/optimal-bands.ts";
import { SHINGLE_TOKENS } from "../row-tokens.ts";

/** Description of how another tool computes the signature of a text and splits it into bands. */
export type ToolRecipe = {
  /** Distinct texts to hash; none if the tool skips the text. */
  shingles: (text: string) => Set<string>;
  hash: "xxh64" | "sha1-64" | "xxh3-32" | "sha1-32";
  seed: number;
  /** True if the factor and the summand of each permutation are drawn in turn, instead of all factors first. */
  byTurns: boolean;
  /** True if values are truncated to 32 bits. */
  is32Bit: boolean;
  values: number;
  bands: (threshold: number, values: number) => { bands: number; rows: number };
};

const DATATROVE: ToolRecipe = {
  shingles: (text) => runs(datatroveNormalised(text).split(" "), { least: SHINGLE_TOKENS }),
  hash: "xxh64",
  seed: 1,
  byTurns: false,
  is32Bit: false,
  values: 112,
  bands: (_threshold, values) => ({ bands: Math.floor(values / 8), rows: 8 }),
};

/**
 * The tools whose MinHash is reproduced.
 * datatrove splits words with spaCy; here they are split at spaces. After its normalisation, the two differ in
 * contractions without an apostrophe and in numbers with a unit. It hashes with XXH64, or with SHA-1 as FineWeb did.
 *
 * @source datatrove 0.10.1 pipeline/dedup/minhash.py and utils/text.py; datasketch 2.0.0 minhash.py, lsh.py; text-dedup
 * 0.4.0 minhash.py, utils/hashfunc.py; read 2026-11
 */
export const TOOLS: Readonly<Record<CompatTool, ToolRecipe>> = {
  datatrove: DATATROVE,
  "datatrove-sha1": { ...DATATROVE, hash: "sha1-64" },
  datasketch: {
    shingles: (text) => runs(text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [], { least: 1 }),
    hash: "sha1-32",
    seed: 1,
    byTurns: true,
    is32Bit: true,
    values: 128,
    bands: optimalBands,
  },
  "text-dedup": {
    shingles: (text) => runs(text.toLowerCase().split(/[^\p{L}\p{N}_]/u), { least: 5 }),
    hash: "xxh3-32",
    seed: 42,
    byTurns: false,
    is32Bit: true,
    values: 128,
    bands: optimalBands,
  },
};

/**
 * Every run of five pieces, joined by spaces; the whole text if it has fewer pieces, unless the tool skips such texts.
 */
function runs(pieces: readonly string[], { least }: { least: number }): Set<string> {
  if (pieces.length < least) return new Set();
  if (pieces.length < SHINGLE_TOKENS) return new Set([pieces.join(" ")]);
  const found = new Set<string>();
  for (let index = 0; index + SHINGLE_TOKENS <= pieces.length; index++) {
    found.add(pieces.slice(index, index + SHINGLE_TOKENS).join(" "));
  }
  return found;
}

/**
 * Lower case, numbers replaced by 0, no punctuation or control characters, single spaces, no accents: in datatrove's
 * order.
 */
function datatroveNormalised(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/\p{Nd}+([.,،٫⎖⎗⎘]\p{Nd}+)?/gu, "0")
    .replaceAll(/[\p{P}\p{S}\p{Cc}]/gu, " ")
    .replaceAll(/\s+/g, " ")
    .normalize("NFD")
    .replaceAll(/\p{Mn}/gu, "")
    .trim();
}
