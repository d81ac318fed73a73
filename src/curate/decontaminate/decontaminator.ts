import { Failure } from "../../base/failure.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import type { ContaminationHit, DecontaminateMethod, HitVerdict } from "../../domain/decontaminate.ts";
import type { Benchmark } from "./benchmark.ts";
import { defaultMatcher } from "./default-matcher.ts";
import type { Match, Matcher } from "./match.ts";
import { placeOf, rowTexts } from "./row-texts.ts";

/** Field that holds vectors where no other is named. */
export const VECTOR_FIELD = "embedding";

/** What rows are compared with, and how. */
export type DecontaminatorOptions = {
  benchmarks: readonly Benchmark[];
  method?: DecontaminateMethod | undefined;
  /** Lowest score of a hit; that of the method where left out. */
  minScore?: number | undefined;
  /** Fields to look in; every text of a row where left out. */
  textFields?: readonly string[] | undefined;
  /** Field that holds the vector of a row, for the method embedding. */
  vectorField?: string | undefined;
  verdicts?: ReadonlyMap<string, HitVerdict> | undefined;
};

/** Finds the hits of a row, one for each item that it holds, in the order of benchmarks and items. */
export type Decontaminator = (fields: Readonly<Record<string, unknown>>) => ContaminationHit[];

/**
 * Indexes benchmarks, once, for many rows. Pure: the same row gives the same hits in any order and process.
 *
 *     const hitsOf = await decontaminator({ benchmarks: [await readBenchmark({ path: "gsm8k_test.jsonl" })] });
 *     hitsOf({ text: "Janet’s ducks lay 16 eggs per day. …" });
 *
 * Memory: some 60 bytes for each word of the benchmarks beside their texts.
 */
export async function decontaminator({
  benchmarks,
  method = "default",
  minScore,
  textFields,
  vectorField = VECTOR_FIELD,
  verdicts,
}: DecontaminatorOptions): Promise<Decontaminator> {
  const matcher =
    method === "embedding"
      ? (await import("./embedding-matcher.ts")).embeddingMatcher(benchmarks, { vectorField, minScore })
      : await matcherOf(benchmarks, method, minScore);
  return (fields) => {
    const row = rowTexts(fields, textFields);
    const matches = matcher(row, fields);
    if (matches.length === 0) return [];
    const content = canonicalJson(fields);
    return matches.map((match): ContaminationHit => {
      const { name, items } = benchmarks[match.benchmark]!;
      const { path, start, end, evidence } = placeOf(row, match);
      const item = items[match.item]!.map(({ kind, text }) => [kind, text]);
      const key = sha256(`${content}\n${name}\n${canonicalJson(item)}`).slice(0, 16);
      const verdict = verdicts?.get(key)?.verdict;
      const { score, part } = match;
      const hit = {
        against: name,
        item: match.item,
        method: match.method,
        score,
        evidence,
        part,
        path,
        start,
        end,
        key,
      };
      return verdict === undefined ? hit : { ...hit, verdict };
    });
  };
}

async function matcherOf(
  benchmarks: readonly Benchmark[],
  method: DecontaminateMethod,
  minScore: number | undefined,
): Promise<Matcher> {
  const matcher = await ruleOf(benchmarks, method, minScore);
  return minScore === undefined
    ? matcher
    : (row, fields) => matcher(row, fields).filter(({ score }: Match) => score >= minScore);
}

async function ruleOf(
  benchmarks: readonly Benchmark[],
  method: DecontaminateMethod,
  minScore: number | undefined,
): Promise<Matcher> {
  if (method === "default") return defaultMatcher(benchmarks);
  const { ngramMatcher, coverageMatcher, palmMatcher, gpt3Matcher } = await import("./published-matchers.ts");
  if (method === "coverage") return coverageMatcher(benchmarks, minScore);
  if (method === "palm") return palmMatcher(benchmarks, minScore);
  if (method === "gpt3") return gpt3Matcher(benchmarks);
  if (method === "lcs") return (await import("./lcs-matcher.ts")).lcsMatcher(benchmarks, minScore);
  if (method === "decon") return (await import("./decon-matcher.ts")).deconMatcher(benchmarks, minScore);
  const n = /^ngram-(\d+)$/.exec(method)?.[1];
  if (n !== undefined) return ngramMatcher(benchmarks, Number(n));
  throw new Failure("bad_input", `${method} is no method of decontamination`);
}
