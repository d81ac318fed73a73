import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

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

describe("the Merkle tree", () => {
  // source: the test vectors of RFC 6962's reference implementation (certificate-transparency, merkletree tests)
  const leaves = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
  ].map((hex) => Buffer.from(hex, "hex"));
  const roots = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ];

  test("gives the published roots of one to eight leaves", () => {
    expect(roots.map((_, i) => merkleRoot(leaves.slice(0, i + 1)))).toEqual(roots);
  });

  test("proves each leaf of any tree, and no leaf elsewhere", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 33 }),
        fc.nat(),
        (data, pick) => {
          const index = pick % data.length;
          const proof = inclusionProof(data, index);
          const tree = { index, size: data.length, root: merkleRoot(data) };
          expect(isIncluded(data[index]!, proof, tree)).toBe(true);
          expect(isIncluded(Uint8Array.of(9, 9, 9, 9, 9), proof, tree)).toBe(false);
        },
      ),
      { seed: 62 },
    );
  });

  test("includes no leaf by a place outside the tree, nor by a proof that is too short or too long", () => {
    const data = leaves.slice(0, 7);
    const tree = { index: 3, size: 7, root: roots[6]! };
    const proof = inclusionProof(data, 3);
    expect(isIncluded(data[3]!, proof, tree)).toBe(true);
    expect(isIncluded(data[3]!, proof, { ...tree, index: 7 })).toBe(false);
    expect(isIncluded(data[3]!, proof.slice(0, -1), tree)).toBe(false);
    expect(isIncluded(data[3]!, [...proof, roots[0]!], tree)).toBe(false);
    // The root of two leaves stands inside the tree of seven: a proof that ends there does not reach its root.
    expect(isIncluded(data[0]!, inclusionProof(data.slice(0, 2), 0), { index: 0, size: 7, root: roots[1]! })).toBe(
      false,
    );
    // A tree of one leaf has no proof, whatever its root is said to be.
    expect(isIncluded(data[0]!, inclusionProof(data.slice(0, 2), 0), { index: 0, size: 1, root: roots[1]! })).toBe(
      false,
    );
  });

  test("gives the published proof that three leaves are the beginning of seven", () => {
    // source: RFC 6962, section 2.1.3: PROOF(3, D[7]) = [c, d, g, l]
    const [c, d] = [2, 3].map((leaf) => merkleRoot([leaves[leaf]!]));
    const g = merkleRoot(leaves.slice(0, 2));
    const l = merkleRoot(leaves.slice(4, 7));
    expect(consistencyProof(leaves.slice(0, 7), 3)).toEqual([c, d, g, l]);
    expect(consistencyProof(leaves.slice(0, 7), 4)).toEqual([l]);
    const [i, j, k] = [leaves.slice(4, 6), leaves.slice(6, 7), leaves.slice(0, 4)].map(merkleRoot);
    expect(consistencyProof(leaves.slice(0, 7), 6)).toEqual([i, j, k]);
    expect(consistencyProof(leaves, 0)).toEqual([]);
    expect(consistencyProof(leaves, 8)).toEqual([]);
  });
});
