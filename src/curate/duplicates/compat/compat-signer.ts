import { createHash } from "node:crypto";

import { xxhash3, xxhash64, type XxHasher } from "../../../base/xxhash.ts";

import { drawPermutations, lowerSignature } from "../../kernels/mersenne-min-hash.ts";
import type { ToolRecipe } from "./compat-tools.ts";

/** Halves of a 64-bit hash. */
type Halves = { low: number; high: number };

/** Hashes a text as the tool does. */
export type ShingleHash = (text: string) => Halves;

/**
 * The hash of a recipe, with seed 0 if it takes one: all of XXH64, the lower half of XXH3-64, or the first 4 or 8 bytes
 * of SHA-1.
 */
export async function shingleHash(hash: ToolRecipe["hash"]): Promise<ShingleHash> {
  if (hash === "sha1-32" || hash === "sha1-64") {
    return (text) => {
      const digest = createHash("sha1").update(text).digest();
      return { low: digest.readUInt32LE(0), high: hash === "sha1-64" ? digest.readUInt32LE(4) : 0 };
    };
  }
  const hasher = await (hash === "xxh64" ? xxhash64() : xxhash3());
  return (text) => {
    const { low, high } = digestHalves(hasher, text);
    return { low, high: hash === "xxh64" ? high : 0 };
  };
}

function digestHalves(hasher: XxHasher, text: string): Halves {
  const bytes = Buffer.from(hasher.init().update(text).digest("binary"));
  return { high: bytes.readUInt32BE(0), low: bytes.readUInt32BE(4) };
}

/** Computes signatures: the low and the high half of each value in turn. */
export type CompatSigner = (shingles: ReadonlySet<string>) => Uint32Array;

/** A signer for a recipe with the given number of values. The next call overwrites the returned signature. */
export async function compatSigner(recipe: Omit<ToolRecipe, "shingles" | "bands">): Promise<CompatSigner> {
  const hash = await shingleHash(recipe.hash);
  const permutations = drawPermutations(recipe.values, recipe);
  const signature = new Uint32Array(2 * recipe.values);
  return (shingles) => {
    signature.fill(0xffffffff);
    for (const shingle of shingles) lowerSignature(hash(shingle), permutations, { signature, is32Bit: recipe.is32Bit });
    return signature;
  };
}
