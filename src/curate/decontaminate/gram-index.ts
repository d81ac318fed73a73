import type { Tokens } from "./word-tokens.ts";

/** Tokens of many texts, concatenated: text `t` owns `hashes[starts[t]] … hashes[starts[t + 1] - 1]`. */
export type PackedTexts = { hashes: Uint32Array; starts: Uint32Array };

/** Positions of the n-grams of texts, in typed arrays. */
export type GramIndex = {
  n: number;
  texts: PackedTexts;
  /** Number of texts that contain the n-gram starting at each token; 0 if no n-gram starts there. */
  frequencies: Uint32Array;
  /** Slots of the hash table: hash of the n-gram, and the range of its positions in `positions`. */
  slotHashes: Uint32Array;
  slotStarts: Uint32Array;
  slotCounts: Uint32Array;
  /** Token positions, ascending in each slot. */
  positions: Uint32Array;
  /** Text of each token. */
  owners: Uint32Array;
  /** One bit per group of hashes: a quick check that rules out most n-grams of a row. */
  filter: Uint32Array;
  filterShift: number;
};

/** Options of an index. */
export type GramIndexOptions = {
  n: number;
  /** Texts to index; default: all with n or more tokens. */
  isIndexed?: (text: number) => boolean;
  /**
   * N-grams in more texts than this are not looked up, except the rarest one of each text, so that a text that occurs
   * completely in a row is found even if its words are common. Default: no limit.
   */
  maxTexts?: number;
};

/** Maximum number of positions of one n-gram in one text; the first ones are kept. */
const POSITIONS_PER_TEXT = 8;

const BASE = 0x01000193;

/** Packs texts given as tokens; each text is copied before the next one is produced. */
export function packTexts(count: number, tokensOf: (text: number) => Tokens): PackedTexts {
  const starts = new Uint32Array(count + 1);
  let hashes = new Uint32Array(1024);
  for (let text = 0; text < count; text++) {
    const tokens = tokensOf(text);
    const [start, end] = [starts[text]!, starts[text]! + tokens.count];
    if (end > hashes.length) {
      const wider = new Uint32Array(Math.max(end, 2 * hashes.length));
      wider.set(hashes);
      hashes = wider;
    }
    hashes.set(tokens.hashes.subarray(0, tokens.count), start);
    starts[text + 1] = end;
  }
  return { hashes: hashes.slice(0, starts[count]), starts };
}

/** Calls `visit` with the hash and the start of every n-gram of a token sequence. Rolling hash: one step per token. */
function eachGram(
  hashes: Uint32Array,
  { from, to, n }: { from: number; to: number; n: number },
  visit: (hash: number, index: number) => void,
): void {
  const leaving = power(n);
  let hash = 0;
  for (let index = from; index < to; index++) {
    hash = (Math.imul(hash, BASE) + hashes[index]!) | 0;
    if (index - from >= n) hash = (hash - Math.imul(hashes[index - n]!, leaving)) | 0;
    if (index - from >= n - 1) visit(hash >>> 0 || 1, index - n + 1); // 0 marks a free slot
  }
}

/** BASE to the n, mod 2^32. */
function power(n: number): number {
  let product = 1;
  for (let factor = 0; factor < n; factor++) product = Math.imul(product, BASE);
  return product;
}

/** Indexes the n-grams of texts. Memory: about 40 bytes per token. */
export function gramIndex(
  texts: PackedTexts,
  { n, isIndexed = () => true, maxTexts = Infinity }: GramIndexOptions,
): GramIndex {
  const { hashes, starts } = texts;
  const total = hashes.length;
  const textCount = starts.length - 1;
  const bits = Math.max(10, Math.ceil(Math.log2(2 * Math.max(total, 1))));
  const slots = 2 ** bits;
  const slotHashes = new Uint32Array(slots);
  const slotTexts = new Uint32Array(slots); // texts that have the n-gram
  const slotLast = new Uint32Array(slots); // the last of them, from 1
  const slotHere = new Uint8Array(slots); // positions of it in that text
  const slotOf = new Int32Array(total).fill(-1);
  const owners = new Uint32Array(total);
  const find = (hash: number): number => slotFor(slotHashes, hash);
  const isTaken = new Uint8Array(total);
  for (let text = 0; text < textCount; text++) {
    const [from, to] = [starts[text]!, starts[text + 1]!];
    owners.fill(text, from, to);
    if (!isIndexed(text)) continue;
    eachGram(hashes, { from, to, n }, (hash, index) => {
      const slot = find(hash);
      slotHashes[slot] = hash;
      slotOf[index] = slot;
      if (slotLast[slot] !== text + 1) {
        slotTexts[slot]! += 1;
        slotLast[slot] = text + 1;
        slotHere[slot] = 0;
      }
      if (slotHere[slot]! < POSITIONS_PER_TEXT) {
        slotHere[slot]! += 1;
        isTaken[index] = 1;
      }
    });
  }
  const frequencies = new Uint32Array(total);
  for (let index = 0; index < total; index++) if (slotOf[index] !== -1) frequencies[index] = slotTexts[slotOf[index]!]!;
  if (maxTexts !== Infinity) dropCommon(texts, { frequencies, isTaken, maxTexts });
  return {
    n,
    texts,
    owners,
    frequencies,
    ...fill({ slotHashes, slotOf, isTaken }),
  };
}

/** Removes the positions of common n-grams, but keeps the rarest one of each text. */
function dropCommon(
  { starts }: PackedTexts,
  { frequencies, isTaken, maxTexts }: { frequencies: Uint32Array; isTaken: Uint8Array; maxTexts: number },
): void {
  for (let text = 0; text + 1 < starts.length; text++) {
    let rarest = -1;
    for (let index = starts[text]!; index < starts[text + 1]!; index++) {
      if (isTaken[index] === 1 && (rarest === -1 || frequencies[index]! < frequencies[rarest]!)) rarest = index;
    }
    for (let index = starts[text]!; index < starts[text + 1]!; index++) {
      if (index !== rarest && frequencies[index]! > maxTexts) isTaken[index] = 0;
    }
  }
}

function fill({
  slotHashes,
  slotOf,
  isTaken,
}: {
  slotHashes: Uint32Array;
  slotOf: Int32Array;
  isTaken: Uint8Array;
}): Pick<GramIndex, "slotHashes" | "slotStarts" | "slotCounts" | "positions" | "filter" | "filterShift"> {
  const slotStarts = new Uint32Array(slotHashes.length);
  const slotCounts = new Uint32Array(slotHashes.length);
  for (let index = 0; index < slotOf.length; index++) if (isTaken[index] === 1) slotCounts[slotOf[index]!]! += 1;
  let sum = 0;
  for (let slot = 0; slot < slotCounts.length; slot++) {
    slotStarts[slot] = sum;
    sum += slotCounts[slot]!;
  }
  const positions = new Uint32Array(sum);
  const next = slotStarts.slice();
  const filterBits = Math.min(27, Math.max(15, Math.ceil(Math.log2(16 * Math.max(sum, 1)))));
  const filterShift = 32 - filterBits;
  const filter = new Uint32Array(2 ** (filterBits - 5));
  for (let index = 0; index < slotOf.length; index++) {
    if (isTaken[index] !== 1) continue;
    const slot = slotOf[index]!;
    positions[next[slot]!++] = index;
    const bit = Math.imul(slotHashes[slot]!, SPREAD) >>> filterShift;
    filter[bit >>> 5]! |= 1 << (bit & 31);
  }
  return { slotHashes, slotStarts, slotCounts, positions, filter, filterShift };
}

const SPREAD = 0x9e3779b1 | 0;

/** The slot of a hash, or a free slot for it. */
function slotFor(slotHashes: Uint32Array, hash: number): number {
  const mask = slotHashes.length - 1;
  const spread = Math.imul(hash, SPREAD);
  let slot = (spread ^ (spread >>> 15)) & mask;
  while (slotHashes[slot] !== hash && slotHashes[slot] !== 0) slot = (slot + 1) & mask;
  return slot;
}

/**
 * Calls `visit` with the token of the row and the token of the texts for each n-gram of a row that occurs in an indexed
 * text, in the order of the row. Only hashes are compared; the caller must compare the tokens.
 */
export function eachSeed(index: GramIndex, row: Tokens, visit: (rowToken: number, textToken: number) => void): void {
  const { n, filter, filterShift, slotHashes, slotStarts, slotCounts, positions } = index;
  const { hashes, count } = row;
  const mask = slotHashes.length - 1;
  const leaving = power(n);
  let hash = 0;
  for (let index = 0; index < count; index++) {
    hash = (Math.imul(hash, BASE) + hashes[index]!) | 0;
    if (index >= n) hash = (hash - Math.imul(hashes[index - n]!, leaving)) | 0;
    if (index < n - 1) continue;
    const gram = hash >>> 0 || 1;
    const spread = Math.imul(gram, SPREAD);
    const bit = spread >>> filterShift;
    if ((filter[bit >>> 5]! & (1 << (bit & 31))) === 0) continue;
    let slot = (spread ^ (spread >>> 15)) & mask;
    while (slotHashes[slot] !== gram && slotHashes[slot] !== 0) slot = (slot + 1) & mask;
    if (slotHashes[slot] === 0) continue;
    const end = slotStarts[slot]! + slotCounts[slot]!;
    for (let place = slotStarts[slot]!; place < end; place++) visit(index - n + 1, positions[place]!);
  }
}
