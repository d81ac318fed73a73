import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { compatSigner, shingleHash } from "../../../../src/curate/duplicates/compat/compat-signer.ts";
import { TOOLS } from "../../../../src/curate/duplicates/compat/compat-tools.ts";
import { drawPermutations } from "../../../../src/curate/kernels/mersenne-min-hash.ts";
import { optimalBands } from "../../../../src/curate/kernels/optimal-bands.ts";
import { bandProbability } from "../../../../src/curate/kernels/lsh-shape.ts";
import { longTest } from "../../../long-suite.ts";

const FILE = "../shared/data/curation/neardup/minhash_golden_vectors.json";

type Golden = {
  tokens: Record<string, string[]>;
  hashes: { s: string; xxh64: string; sha1_32: number }[];
  datatrove: { a: string[]; b: string[]; signatures: Record<"xxhash64" | "sha1_64", Record<string, string[]>> };
  datasketch: { a: string[]; b: string[]; signatures: Record<string, number[]> };
  s_curve: Record<string, { b: number; r: number; p: Record<string, number> }>;
  optimal_param_equal_weights: Record<string, [number, number]>;
};

describe.skipIf(!existsSync(FILE))(
  "golden vectors of datatrove and datasketch, where the shared data are there",
  () => {
    const golden = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as Golden) : ({} as Golden);
    const runsOf = (tokens: readonly string[]): Set<string> =>
      new Set(tokens.slice(4).map((_token, at) => tokens.slice(at, at + 5).join(" ")));
    const values = (halves: Uint32Array): bigint[] =>
      Array.from(
        { length: halves.length / 2 },
        (_, at) => (BigInt(halves[2 * at + 1]!) << 32n) | BigInt(halves[2 * at]!),
      );

    test.each(["datatrove", "datasketch"] as const)("%s: the permutations are NumPy's", (tool) => {
      const drawn = values(drawPermutations(TOOLS[tool].values, TOOLS[tool])).map(String);
      expect(drawn.filter((_value, at) => at % 2 === 0)).toEqual(golden[tool].a);
      expect(drawn.filter((_value, at) => at % 2 === 1)).toEqual(golden[tool].b);
    });

    test("hashes of shingles are those of xxhash and SHA-1", async () => {
      const [xxh64, sha1] = [await shingleHash("xxh64"), await shingleHash("sha1-32")];
      for (const { s, ...expected } of golden.hashes) {
        const { low, high } = xxh64(s);
        expect(String((BigInt(high) << 32n) | BigInt(low))).toBe(expected.xxh64);
        expect(sha1(s).low).toBe(expected.sha1_32);
      }
    });

    test("every value of every signature is the same, bit for bit", async () => {
      const [datatrove, datasketch] = [await compatSigner(TOOLS.datatrove), await compatSigner(TOOLS.datasketch)];
      const fineWeb = await compatSigner(TOOLS["datatrove-sha1"]);
      for (const [name, tokens] of Object.entries(golden.tokens)) {
        expect(values(datatrove(runsOf(tokens))).map(String), name).toEqual(golden.datatrove.signatures.xxhash64[name]);
        expect(values(fineWeb(runsOf(tokens))).map(String), name).toEqual(golden.datatrove.signatures.sha1_64[name]);
        expect(values(datasketch(runsOf(tokens))).map(Number), name).toEqual(golden.datasketch.signatures[name]);
      }
    });

    longTest("bands for a threshold are those of the library, and the S-curve is the published one", () => {
      for (const [asked, [bands, rows]] of Object.entries(golden.optimal_param_equal_weights)) {
        const [threshold, count] = asked.split("/").map(Number);
        expect(optimalBands(threshold!, count!), asked).toEqual({ bands, rows });
      }
      for (const { b: bands, r: rows, p } of Object.values(golden.s_curve)) {
        for (const [jaccard, probability] of Object.entries(p)) {
          expect(bandProbability(Number(jaccard), { bands, rows })).toBeCloseTo(probability, 5);
        }
      }
    });
  },
);
