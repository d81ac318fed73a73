import { createHash } from "node:crypto";

/**
 * Root of the Merkle tree over leaves, RFC 6962: a leaf is hashed after a zero byte, a node after a one.
 *
 * @param leaves  data of the leaves, in order
 * @returns 64 hexadecimal digits; the hash of nothing for no leaves
 * @source RFC 6962, section 2.1
 */
export function merkleRoot(leaves: readonly Uint8Array[]): string {
  return rootOf(leaves.map(leafHash)).toString("hex");
}

/** Hashes that prove that a leaf is in the tree of that size. @source RFC 6962, section 2.1.1 */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): string[] {
  return path(leaves.map(leafHash), index).map((hash) => hash.toString("hex"));
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
    const sibling = Buffer.from(word, "hex");
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
  return last === 0 && hash.toString("hex") === tree.root;
}

/**
 * Hashes that prove that the tree of an earlier size is the beginning of this one.
 *
 * @source RFC 6962, section 2.1.2
 */
export function consistencyProof(leaves: readonly Uint8Array[], earlierSize: number): string[] {
  const subproof = (hashes: readonly Buffer[], size: number, isWhole: boolean): Buffer[] => {
    if (size === hashes.length) return isWhole ? [] : [rootOf(hashes)];
    const k = splitOf(hashes.length);
    return size <= k
      ? [...subproof(hashes.slice(0, k), size, isWhole), rootOf(hashes.slice(k))]
      : [...subproof(hashes.slice(k), size - k, false), rootOf(hashes.slice(0, k))];
  };
  if (earlierSize === 0) return [];
  return subproof(leaves.map(leafHash), earlierSize, true).map((hash) => hash.toString("hex"));
}

/**
 * Whether a proof leads from the root of an earlier size to that of a later one: nothing before it was changed.
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
  const nodes = (isPowerOfTwo ? [earlier.root, ...proof] : proof).map((word) => Buffer.from(word, "hex"));
  if (nodes.length === 0) return false;
  let [left, right] = [earlier.size - 1, later.size - 1];
  while (left % 2 === 1) {
    left = Math.floor(left / 2);
    right = Math.floor(right / 2);
  }
  let first: Buffer = nodes[0]!;
  let second: Buffer = nodes[0]!;
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
  return right === 0 && first.toString("hex") === earlier.root && second.toString("hex") === later.root;
}

function path(hashes: readonly Buffer[], index: number): Buffer[] {
  if (hashes.length <= 1) return [];
  const k = splitOf(hashes.length);
  return index < k
    ? [...path(hashes.slice(0, k), index), rootOf(hashes.slice(k))]
    : [...path(hashes.slice(k), index - k), rootOf(hashes.slice(0, k))];
}

function rootOf(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return createHash("sha256").digest();
  // By levels, not by halves: the same tree, and no copies of the list.
  let level = [...hashes];
  while (level.length > 1) {
    const next: Buffer[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) next.push(nodeHash(level[i]!, level[i + 1]!));
    if (level.length % 2 === 1) next.push(level.at(-1)!);
    level = next;
  }
  return level[0]!;
}

/** Largest power of two below a count. */
function splitOf(count: number): number {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

function leafHash(data: Uint8Array): Buffer {
  return createHash("sha256").update(Uint8Array.of(0)).update(data).digest();
}

function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash("sha256").update(Uint8Array.of(1)).update(left).update(right).digest();
}
