import { expect, test } from "vitest";

import { sha256 } from "../../src/base/hash.ts";
import {
  consistencyProof,
  inclusionProof,
  isConsistent,
  isIncluded,
  MerkleTree,
  merkleRoot,
} from "../../src/ledger/merkle.ts";

const MOST = 17;
const LEAVES = Array.from({ length: MOST }, (_, index) => Buffer.from(sha256(String(index)), "hex"));
const SIZES = Array.from({ length: MOST + 1 }, (_, size) => ({ size, root: merkleRoot(LEAVES.slice(0, size)) }));
const OTHER = sha256("another");

/** A proof with a word changed, left out, or added at any place. */
const damaged = (proof: readonly string[]): string[][] => [
  ...proof.map((_, place) => proof.with(place, OTHER)),
  ...proof.map((_, place) => proof.toSpliced(place, 1)),
  ...[...proof, ""].map((_, place) => proof.toSpliced(place, 0, OTHER)),
];

test("the root of leaves that are added one by one is that of all of them, of any length of data", () => {
  const tree = new MerkleTree();
  for (const { size, root } of SIZES) {
    expect([tree.size, tree.root()]).toEqual([size, root]);
    if (size < MOST) tree.add(LEAVES[size]!.toString("hex"));
  }
  // RFC 6962, 2.1: a leaf is hashed after a zero byte, a node after a one; the root of nothing is the hash of nothing.
  expect(merkleRoot([])).toBe(sha256(""));
  expect(merkleRoot([Buffer.from("ab")])).toBe(sha256(Buffer.from("\0ab")));
  expect(merkleRoot(LEAVES.slice(0, 1))).toBe(sha256(Buffer.concat([Uint8Array.of(0), LEAVES[0]!])));
});

test.each(SIZES.slice(1))("each of $size leaves is proved by its own proof alone", ({ size, root }) => {
  const leaves = LEAVES.slice(0, size);
  for (const [index, leaf] of leaves.entries()) {
    const proof = inclusionProof(leaves, index);
    expect(isIncluded(leaf, proof, { index, size, root })).toBe(true);
    expect(isIncluded(Buffer.from("another"), proof, { index, size, root })).toBe(false);
    expect(isIncluded(leaf, proof, { index, size, root: OTHER })).toBe(false);
    expect(isIncluded(leaf, proof, { index: size, size, root })).toBe(false);
    for (const other of leaves.keys())
      if (other !== index) expect(isIncluded(leaf, proof, { index: other, size, root })).toBe(false);
    expect(damaged(proof).filter((words) => isIncluded(leaf, words, { index, size, root }))).toEqual([]);
  }
});

test.each(SIZES.slice(1))(
  "a tree of $size leaves is proved to begin with each smaller one by its own proof alone",
  (later) => {
    const leaves = LEAVES.slice(0, later.size);
    for (const earlier of SIZES.slice(1, later.size + 1)) {
      const proof = consistencyProof(leaves, earlier.size);
      expect(isConsistent(proof, earlier, later)).toBe(true);
      expect(isConsistent(proof, { ...earlier, root: OTHER }, later)).toBe(false);
      expect(isConsistent(proof, earlier, { ...later, root: OTHER })).toBe(false);
      expect(damaged(proof).filter((words) => isConsistent(words, earlier, later))).toEqual([]);
      if (earlier.size < later.size) expect(isConsistent(proof, later, earlier)).toBe(false);
    }
  },
);

test("every tree begins with the empty one, whose proof is empty", () => {
  expect(consistencyProof(LEAVES, 0)).toEqual([]);
  expect(isConsistent([], SIZES[0]!, SIZES[5]!)).toBe(true);
  expect(isConsistent([OTHER], SIZES[0]!, SIZES[5]!)).toBe(false);
});
