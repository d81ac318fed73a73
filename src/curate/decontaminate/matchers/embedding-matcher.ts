import { Failure } from "../../../base/failure.ts";
import type { Benchmark } from "../benchmark.ts";
import type { Match, Matcher } from "../match.ts";
import { unitVector } from "../unit-vector.ts";

/** Maximum number of nearest items shown for a row. */
const MOST_ITEMS = 5;

/**
 * Nearest items by the cosine of the vectors supplied with rows and items. Any model can be used, as long as it is the
 * same for both. Exact: every item is compared, at about 10^9 products per second and core.
 *
 * @param minScore lowest cosine; default: 0.9. A person or a model should judge the results
 * @throws Failure, also from the matcher, if a vector is missing or has a different length: it could hide an item
 * @source Yang et al. 2023, arXiv:2311.04850, step 1: the nearest items by embedding are candidates
 */
export function embeddingMatcher(
  benchmarks: readonly Benchmark[],
  { vectorField, minScore = 0.9 }: { vectorField: string; minScore?: number | undefined },
): Matcher {
  const items = benchmarks.flatMap(({ name, vectors, items: all }, benchmark) =>
    all.flatMap((parts, item) => {
      const vector = vectors?.[item];
      if (vector === undefined && parts.length > 0) throw noVector(`${name}, item ${item}`, vectorField);
      return vector === undefined ? [] : [{ benchmark, item, vector }];
    }),
  );
  const size = items[0]?.vector.length ?? 0;
  const odd = items.find(({ vector }) => vector.length !== size);
  if (odd !== undefined)
    throw otherSize(`${benchmarks[odd.benchmark]!.name}, item ${odd.item}`, odd.vector.length, size);
  return ({ text }, fields): Match[] => {
    const own = unitVector(fields[vectorField]);
    if (own === undefined) throw noVector(`row ${JSON.stringify(text.slice(0, 60))}`, vectorField);
    if (own.length !== size) throw otherSize(`row ${JSON.stringify(text.slice(0, 60))}`, own.length, size);
    return items
      .map(({ benchmark, item, vector }) => ({ benchmark, item, score: cosine(own, vector) }))
      .filter(({ score }) => score >= minScore)
      .toSorted((a, b) => b.score - a.score || a.benchmark - b.benchmark || a.item - b.item)
      .slice(0, MOST_ITEMS)
      .map((near) => ({ ...near, part: "item", method: "embedding", start: 0, end: text.length }));
  };
}

/** Cosine of two vectors of length 1, clamped to 0 to 1: rounding and opposite vectors could exceed the range. */
function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return Math.min(1, Math.max(0, Math.round(sum * 1e4) / 1e4));
}

function noVector(where: string, field: string): Failure {
  return new Failure("bad_input", `${where}: the field ${field} has no vector, or a zero vector`, {
    hint: "name the field with --vector-field; it must contain a list of numbers",
  });
}

function otherSize(where: string, size: number, expected: number): Failure {
  return new Failure("bad_input", `${where}: its vector has ${size} numbers, expected ${expected}`, {
    hint: "embed rows and items with the same model",
  });
}
