import { Failure } from "../../base/failure.ts";
import { normalQuantile } from "../../base/normal-quantile.ts";
import { seededRandom } from "../../base/random.ts";
import type { KeyList } from "../kernels/key-list.ts";
import { lshShape } from "../kernels/lsh-shape.ts";
import { mixed } from "../kernels/token-hashes.ts";
import type { Comparison } from "./compare-blocks.ts";

/** Computes the keys of rows from vectors supplied by the user. */
export type VectorKeys = {
  /**
   * @param name of the row, for messages
   * @returns the vector scaled to length 1
   * @throws Failure bad_input if it is not a list of numbers, is all zeros, or differs in length from the first vector
   */
  add: (row: number, value: unknown, to: { keys: KeyList; name: string }) => Float32Array;
};

/** Random planes; a vector lies on one side of each. */
const PLANES = 256;

/** Fixed seed of the planes, so that equal vectors give equal results on every machine. */
const SEED = 20_260_101;

/**
 * Keys of rows for pairs with a cosine similarity at or above the threshold. Candidates are on the same side of several
 * random planes (two vectors are on the same side of a plane with probability 1 - angle / π) and are then compared in
 * full. A pair at the threshold is found with a probability of .999.
 *
 * @source Charikar 2002, STOC, section 3
 */
export function vectorKeys(threshold: number): VectorKeys {
  const shape = lshShape(1 - Math.acos(threshold) / Math.PI, { bins: PLANES, recall: 0.999 });
  let planes: Float32Array[] | undefined;
  return {
    add: (row, value, { keys, name }) => {
      const vector = unitVector(name, value, planes?.[0]?.length);
      planes ??= randomPlanes(vector.length);
      for (let band = 0, plane = 0; band < shape.bands; band++) {
        let key = band + 1;
        for (const end = plane + shape.rows; plane < end; plane++) {
          key = mixed(Math.imul(key, 0x9e3779b1) ^ (product(vector, planes[plane]!) >= 0 ? 1 : 0));
        }
        keys.add(key, row);
      }
      return vector;
    },
  };
}

/** Cosines of vectors of length 1. */
export function cosineComparison(threshold: number): Comparison<Float32Array> {
  let own: Float32Array = new Float32Array(0);
  return {
    set: (vector) => {
      own = vector;
    },
    similarity: (other) => {
      const cosine = Math.min(1, product(own, other));
      return cosine >= threshold ? cosine : undefined;
    },
  };
}

function unitVector(name: string, value: unknown, length: number | undefined): Float32Array {
  const isVector = Array.isArray(value) && value.length > 0 && value.every((element) => Number.isFinite(element));
  if (!isVector)
    throw new Failure("bad_input", `${name}: its vector is not a list of numbers`, {
      hint: "write the embedding as a JSON list of numbers",
    });
  const vector = Float32Array.from(value as number[]);
  if (length !== undefined && vector.length !== length) {
    throw new Failure("bad_input", `${name}: its vector has ${vector.length} numbers, the first one ${length}`, {
      hint: "all vectors must come from one model",
    });
  }
  const size = Math.sqrt(product(vector, vector));
  if (size === 0)
    throw new Failure("bad_input", `${name}: its vector is all zeros`, { hint: "embed the row again, or remove it" });
  return vector.map((value) => value / size);
}

function randomPlanes(length: number): Float32Array[] {
  const random = seededRandom(SEED);
  return Array.from({ length: PLANES }, () =>
    Float32Array.from({ length }, () => normalQuantile(Math.min(1 - 1e-9, Math.max(1e-9, random())))),
  );
}

/** Sum of products in the order of the elements, in double precision: the result is the same on every machine. */
function product(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += one[index]! * other[index]!;
  return sum;
}
