import { Failure } from "../../base/failure.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import type { ContaminationHit, DecontaminateMethod, HitVerdict } from "../../domain/decontaminate.ts";
import type { Benchmark } from "./benchmark.ts";
import { defaultMatcher } from "./matchers/default-matcher.ts";
import type { Match, Matcher } from "./match.ts";
import { placeOf, rowTexts } from "./row-texts.ts";

/** Default field of vectors. */
export const VECTOR_FIELD = "embedding";

/** Benchmarks and method of a decontamination. */
export type DecontaminatorOptions = {
  benchmarks: readonly Benchmark[];
  method?: DecontaminateMethod | undefined;
  /** Lowest score of a hit; default: that of the method. */
  minScore?: number | undefined;
  /** Fields to search; default: every text of a row. */
  textFields?: readonly string[] | undefined;
  /** Field that holds the vector of a row, for the method embedding. */
  vectorField?: string | undefined;
  verdicts?: ReadonlyMap<string, HitVerdict> | undefined;
  /** Verdicts of a model on rows near items. */
  judged?: JudgedPairs | undefined;
};

/** A pair of a row and an item that a model judged. */
export type JudgedPair = { against: string; item: number; isRephrase: boolean; reason: string };

/** Judged pairs by the hash of the row's content. */
export type JudgedPairs = ReadonlyMap<string, readonly JudgedPair[]>;

/** Hash of the content of a row, independent of the order of its fields. */
export function contentHash(fields: Readonly<Record<string, unknown>>): string {
  return sha256(canonicalJson(fields)).slice(0, 32);
}

/** Key of a hit in the file of verdicts; it changes only if the content of the row or the item changes. */
export function hitKey(content: string, { name, items }: Benchmark, item: number): string {
  const parts = items[item]!.map(({ kind, text }) => [kind, text]);
  return sha256(`${content}\n${name}\n${canonicalJson(parts)}`).slice(0, 16);
}

/** Finds the hits of a row, one for each item that it contains, in the order of benchmarks and items. */
export type Decontaminator = (fields: Readonly<Record<string, unknown>>) => ContaminationHit[];

/**
 * Indexes the benchmarks once, for many rows. Pure: a row gives the same hits in any order and process.
 * const hitsOf = await decontaminator({ benchmarks: [await readBenchmark({ path: "gsm8k_test.jsonl" })] }); hitsOf({
 * text: "Janet’s ducks lay 16 eggs per day. …" });
 * Memory: about 60 bytes for each word of the benchmarks, in addition to their texts.
 */
export async function decontaminator({
  benchmarks,
  method = "default",
  minScore,
  textFields,
  vectorField = VECTOR_FIELD,
  verdicts,
  judged,
}: DecontaminatorOptions): Promise<Decontaminator> {
  const matcher =
    method === "embedding"
      ? (await import("./matchers/embedding-matcher.ts")).embeddingMatcher(benchmarks, { vectorField, minScore })
      : await matcherOf(benchmarks, method, minScore);
  return (fields) => {
    const row = rowTexts(fields, textFields);
    const found = matcher(row, fields);
    const said = judged?.get(contentHash(fields)) ?? [];
    const matches = said.length === 0 ? found : withRephrases(found, { said, benchmarks, length: row.text.length });
    if (matches.length === 0) return [];
    const content = canonicalJson(fields);
    return matches.map((match): ContaminationHit => {
      const benchmark = benchmarks[match.benchmark]!;
      const { name } = benchmark;
      const { path, start, end, evidence } = placeOf(row, match);
      const key = hitKey(content, benchmark, match.item);
      const pair = said.find(({ against, item }) => against === name && item === match.item);
      const verdict = verdicts?.get(key)?.verdict ?? modelVerdict(match, pair);
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
      const explained = pair === undefined ? hit : { ...hit, reason: pair.reason };
      return verdict === undefined ? explained : { ...explained, verdict };
    });
  };
}

/** Method name of a hit that a model found. */
const JUDGE = "judge";

/** Applies the verdict of a model to a hit that a rule found by similarity. */
function modelVerdict({ method }: Match, pair: JudgedPair | undefined): HitVerdict["verdict"] | undefined {
  return pair === undefined || method === JUDGE ? undefined : pair.isRephrase ? "drop" : "keep";
}

/** Adds the matches that a model found, in the order of benchmarks and items. */
function withRephrases(
  found: readonly Match[],
  { said, benchmarks, length: end }: { said: readonly JudgedPair[]; benchmarks: readonly Benchmark[]; length: number },
): Match[] {
  const others = said.flatMap(({ against, item, isRephrase }): Match[] => {
    const benchmark = benchmarks.findIndex(({ name }) => name === against);
    const isKnown = found.some((match) => match.benchmark === benchmark && match.item === item);
    if (!isRephrase || benchmark === -1 || isKnown) return [];
    return [{ benchmark, item, part: "item", method: JUDGE, score: 1, start: 0, end }];
  });
  return [...found, ...others].toSorted((a, b) => a.benchmark - b.benchmark || a.item - b.item);
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
  if (method === "parts") return defaultMatcher(benchmarks, { findsParts: true });
  const published = await import("./matchers/published-matchers.ts");
  if (method === "coverage") return published.coverageMatcher(benchmarks, minScore);
  if (method === "longest-match") return published.longestMatchMatcher(benchmarks, minScore);
  if (method === "palm") return published.palmMatcher(benchmarks, minScore);
  if (method === "gpt3") return published.gpt3Matcher(benchmarks);
  if (method === "lcs") return (await import("./matchers/lcs-matcher.ts")).lcsMatcher(benchmarks, minScore);
  if (method === "decon") return (await import("./matchers/decon-matcher.ts")).deconMatcher(benchmarks, minScore);
  const n = /^ngram-(\d+)$/.exec(method)?.[1];
  if (n !== undefined) return published.ngramMatcher(benchmarks, Number(n));
  throw new Failure("bad_input", `${method} is not a method of decontamination`, {
    hint: "tunewright data decontaminate --help lists the methods, such as ngram-8",
  });
}
