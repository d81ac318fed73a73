import { hash } from "node:crypto";

/** A SHA-256 as 32 characters of one byte each, which costs a third of a `Buffer`: a million leaves are two million hashes. */
type Bytes = string;

/**
 * Root of the Merkle tree over leaves, RFC 6962: the hash of a leaf is prefixed with a zero byte, that of a node with a
 * one.
 *
 * @param leaves  data of the leaves, in order
 * @returns 64 hexadecimal digits; the hash of nothing for no leaves
 * @source RFC 6962, section 2.1
 */
export function merkleRoot(leaves: readonly Uint8Array[]): string {
  return asHex(rootOf(leaves.map(leafHash)));
}

/** Hashes that prove that a leaf is in the tree of that size. @source RFC 6962, section 2.1.1 */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): string[] {
  return path(leaves.map(leafHash), index).map(asHex);
}

/** Whether a proof leads from a leaf to a root. @source RFC 9162, section 2.1.3.2 */
export function isIncluded(
  leaf: Uint8Array,
  proof: readonly string[],
  tree: { index: number; size: number; root: string },
): boolean {
  let index = tree.index;
  let last = tree.size - 1;
  if (index > last) return false;
  let hash = leafHash(leaf);
  for (const word of proof) {
    if (last === 0) return false;
    const sibling = fromHex(word);
    if (index % 2 === 1 || index === last) {
      hash = nodeHash(sibling, hash);
      while (index % 2 === 0 && index !== 0) {
        index = Math.floor(index / 2);
        last = Math.floor(last / 2);
      }
    } else hash = nodeHash(hash, sibling);
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && asHex(hash) === tree.root;
}

/**
 * Hashes that prove that the tree of an earlier size is the beginning of this one.
 *
 * @source RFC 6962, section 2.1.2
 */
export function consistencyProof(leaves: readonly Uint8Array[], earlierSize: number): string[] {
  const subproof = (hashes: readonly Bytes[], size: number, isWhole: boolean): Bytes[] => {
    if (size === hashes.length) return isWhole ? [] : [rootOf(hashes)];
    const k = splitOf(hashes.length);
    return size <= k
      ? [...subproof(hashes.slice(0, k), size, isWhole), rootOf(hashes.slice(k))]
      : [...subproof(hashes.slice(k), size - k, false), rootOf(hashes.slice(0, k))];
  };
  if (earlierSize === 0) return [];
  return subproof(leaves.map(leafHash), earlierSize, true).map(asHex);
}

/**
 * Whether a proof leads from the root of an earlier size to that of a later one: no earlier entry was changed.
 *
 * @source RFC 9162, section 2.1.4.2
 */
export function isConsistent(
  proof: readonly string[],
  earlier: { size: number; root: string },
  later: { size: number; root: string },
): boolean {
  if (earlier.size === 0) return proof.length === 0;
  if (earlier.size === later.size) return proof.length === 0 && earlier.root === later.root;
  if (earlier.size > later.size) return false;
  const isPowerOfTwo = 2 ** Math.round(Math.log2(earlier.size)) === earlier.size;
  const nodes = (isPowerOfTwo ? [earlier.root, ...proof] : proof).map(fromHex);
  if (nodes.length === 0) return false;
  let [left, right] = [earlier.size - 1, later.size - 1];
  while (left % 2 === 1) {
    left = Math.floor(left / 2);
    right = Math.floor(right / 2);
  }
  let [first, second] = [nodes[0]!, nodes[0]!];
  for (const node of nodes.slice(1)) {
    if (right === 0) return false;
    if (left % 2 === 1 || left === right) {
      first = nodeHash(node, first);
      second = nodeHash(node, second);
      while (left % 2 === 0 && left !== 0) {
        left = Math.floor(left / 2);
        right = Math.floor(right / 2);
      }
    } else second = nodeHash(second, node);
    left = Math.floor(left / 2);
    right = Math.floor(right / 2);
  }
  return right === 0 && asHex(first) === earlier.root && asHex(second) === later.root;
}

function path(hashes: readonly Bytes[], index: number): Bytes[] {
  if (hashes.length <= 1) return [];
  const k = splitOf(hashes.length);
  return index < k
    ? [...path(hashes.slice(0, k), index), rootOf(hashes.slice(k))]
    : [...path(hashes.slice(k), index - k), rootOf(hashes.slice(0, k))];
}

function rootOf(hashes: readonly Bytes[]): Bytes {
  const peaks: Peak[] = [];
  for (const hash of hashes) addPeak(peaks, hash);
  return rootOfPeaks(peaks);
}

/** A full subtree: its root, and the number of its leaves. */
type Peak = { hash: Bytes; leaves: number };

function addPeak(peaks: Peak[], leaf: Bytes): void {
  let peak = { hash: leaf, leaves: 1 };
  while (peaks.at(-1)?.leaves === peak.leaves) {
    peak = { hash: nodeHash(peaks.pop()!.hash, peak.hash), leaves: 2 * peak.leaves };
  }
  peaks.push(peak);
}

/** @source RFC 6962, section 2.1: the root of no leaves is the hash of the empty string */
function rootOfPeaks(peaks: readonly Peak[]): Bytes {
  const last = peaks.at(-1);
  if (last === undefined) return hash("sha256", "", "binary");
  return peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left.hash, right), last.hash);
}

/**
 * A tree to which leaves are appended, and which stores only the roots of its full subtrees, one for each bit of its
 * size.
 */
export class MerkleTree {
  /** Full subtrees, largest first. */
  readonly #peaks: Peak[] = [];
  #size = 0;

  /** Number of leaves so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds a leaf by its data, as hexadecimal digits. */
  add(digits: string): void {
    this.#size += 1;
    addPeak(this.#peaks, leafHashOfDigits(digits));
  }

  /** Root of the leaves so far, as 64 hexadecimal digits; without leaves, the hash of the empty string. */
  root(): string {
    return asHex(rootOfPeaks(this.#peaks));
  }
}

/** Largest power of two less than a count. */
function splitOf(count: number): number {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

// Each is hashed in one call from one buffer.
const leafBytes = Buffer.alloc(33);
const nodeBytes = Buffer.alloc(65);
nodeBytes[0] = 1;

function leafHash(data: Uint8Array): Bytes {
  return hash("sha256", Buffer.concat([Uint8Array.of(0), data]), "binary");
}

function leafHashOfDigits(digits: string): Bytes {
  const isHash = digits.length === 64 && leafBytes.write(digits, 1, "hex") === 32;
  return isHash ? hash("sha256", leafBytes, "binary") : leafHash(Buffer.from(digits, "hex"));
}

function nodeHash(left: Bytes, right: Bytes): Bytes {
  if (left.length !== 32 || right.length !== 32)
    return hash("sha256", Buffer.from(`\x01${left}${right}`, "binary"), "binary");
  nodeBytes.write(left, 1, "binary");
  nodeBytes.write(right, 33, "binary");
  return hash("sha256", nodeBytes, "binary");
}

function asHex(bytes: Bytes): string {
  return Buffer.from(bytes, "binary").toString("hex");
}

function fromHex(digits: string): Bytes {
  return Buffer.from(digits, "hex").toString("binary");
}
