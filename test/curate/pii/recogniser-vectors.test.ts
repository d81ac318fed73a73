import { existsSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { ROOT } from "../../cli/run-cli.ts";
import { problemOf, readVectors, type Vector } from "./vectors.ts";

/** Another file of the same kind can be named: PII_VECTORS=more.jsonl. */
const FILE = process.env["PII_VECTORS"] ?? `${ROOT}../shared/data/curation/pii/presidio_recognizer_vectors.jsonl`;
const isThere = existsSync(FILE);

const byRecogniser = new Map<string, Vector[]>();
for (const vector of isThere ? readVectors(FILE) : []) {
  const key = `${vector.recognizer} (${vector.file.replace(/^test_|_recognizer\.py$/g, "")})`;
  byRecogniser.set(key, [...(byRecogniser.get(key) ?? []), vector]);
}

describe("each recogniser alone finds exactly what the published vectors expect", () => {
  test.skipIf(!isThere)("the vectors are read, where the folder of shared data is at hand", () => {
    expect(byRecogniser.size).toBeGreaterThan(0);
  });

  test.each([...byRecogniser].map(([name, vectors]) => ({ name, vectors, count: vectors.length })))(
    "$name: $count vectors",
    ({ vectors }) => {
      expect(vectors.map(problemOf).filter((problem) => problem !== undefined)).toEqual([]);
    },
  );
});
