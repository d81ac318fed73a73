import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { canonicalJson } from "../../base/hash.ts";
import type { DecontaminateOptions, HitVerdict } from "../../domain/decontaminate.ts";
import type { JudgePlan, JudgeSummary, RephraseJudge } from "../../domain/judge.ts";
import { judgeQuestions, type JudgeSetup, planQuestions } from "../judge/judge-questions.ts";
import { type JudgedFile, readJudged } from "../judge/judged-file.ts";
import type { Question } from "../judge/question.ts";
import { isOpen } from "../judge/read-verdict.ts";
import type { CuratedRow } from "../stage.ts";
import type { Benchmark } from "./benchmark.ts";
import {
  contentHash,
  type Decontaminator,
  hitKey,
  type JudgedPair,
  type JudgedPairs,
  VECTOR_FIELD,
} from "./decontaminator.ts";
import { type NearRow, nearestRows } from "./nearest-rows.ts";
import { REPHRASE_PROMPT, rephraseQuestion } from "./rephrase-prompt.ts";
import { rowTexts } from "./row-texts.ts";
import type { Verdicts } from "./verdicts.ts";

/** Rows, benchmarks and known verdicts. */
export type RephraseInput = {
  /** Reads the rows from the first, in batches. */
  rows: () => AsyncIterable<readonly CuratedRow[]>;
  benchmarks: readonly Benchmark[];
  /** The rule that runs first: its hits are not judged, except those found only by similarity. */
  hitsOf: Decontaminator;
  verdicts?: Verdicts | undefined;
  options: Pick<DecontaminateOptions, "method" | "textFields" | "vectorField"> & { judge: RephraseJudge };
};

/** Result of the judge model for the rows near the items. */
export type JudgedRephrases = {
  pairs: JudgedPairs;
  /** One verdict for each judged pair, for the file of verdicts. */
  verdicts: HitVerdict[];
  /** Questions left for a later run. */
  open: number;
  summary: JudgeSummary;
};

/** Estimates the requests for the rows near the items; sends none. */
export async function planRephrases(input: RephraseInput, setup: JudgeSetup): Promise<JudgePlan> {
  const pairs = await pairsOf(input);
  return planQuestions(() => questionsOf(pairs), input.options.judge, { setup, prompt: REPHRASE_PROMPT });
}

/**
 * Asks a model which rows rephrase an item. The candidates are the rows nearest to each item: by vectors for the method
 * embedding, otherwise by rare words. Pairs that a person has decided on are skipped.
 *
 * @throws Failure of `judgeQuestions`
 * @source Yang et al. 2023, arXiv:2311.04850, section 4: the nearest rows of each item, then a model's verdict
 */
export async function judgeRephrases(input: RephraseInput, setup: JudgeSetup): Promise<JudgedRephrases> {
  const { judge } = input.options;
  const pairs = await pairsOf(input);
  const asked = await judgeQuestions(() => questionsOf(pairs), judge, { setup, prompt: REPHRASE_PROMPT });
  const judged = new Map<string, JudgedPair[]>();
  const verdicts: HitVerdict[] = [];
  let open = 0;
  for (const { fields, key, benchmark, item, question } of pairs) {
    const verdict = asked.verdictOf(question.key);
    if (isOpen(verdict)) open += 1;
    if ("unjudged" in verdict) continue;
    const { name } = input.benchmarks[benchmark]!;
    const reason = verdict.reason === "" ? "no reason given" : verdict.reason;
    const { model } = judge;
    const on = asked.answerOf(question.key)!.on;
    verdicts.push({
      key,
      verdict: verdict.value ? "drop" : "keep",
      reason,
      by: `${model}, ${REPHRASE_PROMPT.name}`,
      on,
      model,
    });
    addPair(judged, contentHash(fields), { against: name, item, isRephrase: verdict.value, reason });
  }
  return { pairs: judged, verdicts, open, summary: asked.summary };
}

type Pair = NearRow & { key: string; question: Question };

async function pairsOf({ rows, benchmarks, hitsOf, verdicts, options }: RephraseInput): Promise<Pair[]> {
  const { judge, method, textFields, vectorField = VECTOR_FIELD } = options;
  const byVector = method === "embedding";
  const near = nearestRows({
    benchmarks,
    topK: judge.topK,
    textFields,
    vectorField: byVector ? vectorField : undefined,
    isLeftOut: byVector ? undefined : (fields, ref) => isHit(hitsOf(fields), benchmarks[ref.benchmark]!.name, ref.item),
  });
  for await (const some of rows()) for (const { fields } of some) near.add(fields);
  return near.nearest().flatMap((pair): Pair[] => {
    const benchmark = benchmarks[pair.benchmark]!;
    const key = hitKey(canonicalJson(pair.fields), benchmark, pair.item);
    const known = verdicts?.get(key);
    if (known !== undefined && known.model === undefined) return [];
    const { text } = rowTexts(pair.fields, textFields);
    return [{ ...pair, key, question: rephraseQuestion(text, benchmark, { item: pair.item, judge }) }];
  });
}

function isHit(hits: ReturnType<Decontaminator>, against: string, item: number): boolean {
  return hits.some((hit) => hit.against === against && hit.item === item);
}

async function* questionsOf(pairs: readonly Pair[]): AsyncGenerator<Question> {
  for (const { question } of pairs) yield question;
}

function addPair(pairs: Map<string, JudgedPair[]>, content: string, pair: JudgedPair): void {
  pairs.set(content, [...(pairs.get(content) ?? []), pair]);
}

const Line = z.strictObject({
  content: z.string(),
  against: z.string(),
  item: z.int(),
  isRephrase: z.boolean(),
  reason: z.string(),
});

/** The results of a model as a pipeline stage reads them. */
export function rephraseLines({ pairs, open }: Pick<JudgedRephrases, "pairs" | "open">): JudgedFile {
  const lines = [...pairs].flatMap(([content, said]) =>
    said.map((pair): z.infer<typeof Line> => ({ content, ...pair })),
  );
  return { lines, open };
}

/** Reads the file of `rephraseLines`. @throws Failure outside if it is missing or incomplete */
export async function readRephrases(path: string): Promise<JudgedPairs> {
  const lines = z.array(Line).safeParse((await readJudged(path))?.lines).data;
  if (lines === undefined) {
    throw new Failure("outside", `${path}: the judge's answers are missing or incomplete`, { hint: "retry" });
  }
  const pairs = new Map<string, JudgedPair[]>();
  for (const { content, ...pair } of lines) addPair(pairs, content, pair);
  return pairs;
}
