import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { type JudgePlan, type JudgeSummary, type QualityJudge, UnjudgedReason } from "../../domain/judge.ts";
import { judgeQuestions, type JudgeSetup, planQuestions } from "../judge/judge-questions.ts";
import { type JudgedFile, readJudged } from "../judge/judged-file.ts";
import type { Question } from "../judge/question.ts";
import { isOpen, type JudgeVerdict } from "../judge/read-verdict.ts";
import type { CuratedRow } from "../stage.ts";
import { QUALITY_PROMPT, qualityQuestion } from "./quality-prompt.ts";
import { qualityStage, type QualityStageOptions } from "./quality-stage.ts";

/** Reads the rows from the first, in batches; called more than once. */
export type RowsOf = () => AsyncIterable<readonly CuratedRow[]>;

/** Options of the stage, including a judge. */
export type JudgedOptions = QualityStageOptions & { judge: QualityJudge };

/** Verdicts by the key of their question. */
export type Judgements = ReadonlyMap<string, JudgeVerdict<number>>;

/** Estimates the requests for judging the rows; sends nothing. */
export async function planQuality(rows: RowsOf, options: JudgedOptions, setup: JudgeSetup): Promise<JudgePlan> {
  return planQuestions(await questionsOf(rows, options), options.judge, { setup, prompt: QUALITY_PROMPT });
}

/**
 * Has a model judge the rows that pass the rules, or a random sample of them.
 *
 * @throws Failure of `judgeQuestions`
 */
export async function judgeQuality(
  rows: RowsOf,
  options: JudgedOptions,
  setup: JudgeSetup,
): Promise<{ judgements: Judgements; summary: JudgeSummary }> {
  const questions = await questionsOf(rows, options);
  const { verdictOf, summary } = await judgeQuestions(questions, options.judge, { setup, prompt: QUALITY_PROMPT });
  const judgements = new Map<string, JudgeVerdict<number>>();
  for await (const { key } of questions()) judgements.set(key, verdictOf(key));
  return { judgements, summary };
}

async function questionsOf(rows: RowsOf, options: JudgedOptions): Promise<() => AsyncGenerator<Question>> {
  const { sample, seed } = options.judge;
  const last = sample === undefined ? undefined : await lastDrawn(kept(rows, options), { sample, seed });
  return async function* () {
    for await (const row of kept(rows, options)) {
      if (last !== undefined && drawOf(row, seed) > last) continue;
      const question = qualityQuestion(row.fields, options.fields, options.judge);
      if (question !== undefined) yield question;
    }
  };
}

/** The rows that pass the rules; the others are not judged, to save cost. */
async function* kept(rows: RowsOf, options: JudgedOptions): AsyncGenerator<CuratedRow> {
  for await (const some of rows()) yield* (await qualityStage.run(some, { ...options, judged: undefined })).kept;
}

/** The random number of a row: the rows with the lowest numbers are the sample, independent of their order. */
function drawOf({ id }: CuratedRow, seed: number): string {
  return sha256(`${seed} ${id}`).slice(0, 24);
}

/** The highest random number in the sample. */
async function lastDrawn(
  rows: AsyncIterable<CuratedRow>,
  { sample, seed }: { sample: number; seed: number },
): Promise<string> {
  let lowest: string[] = [];
  for await (const row of rows) {
    lowest.push(drawOf(row, seed));
    if (lowest.length >= 2 * sample + 1024) lowest = lowest.toSorted().slice(0, sample);
  }
  return lowest.toSorted()[Math.min(sample, lowest.length) - 1] ?? "";
}

const Line = z.union([
  z.strictObject({ key: z.string(), value: z.number(), reason: z.string() }),
  z.strictObject({ key: z.string(), unjudged: UnjudgedReason }),
]);

/** Verdicts as a pipeline stage reads them. */
export function judgementLines(judgements: Judgements): JudgedFile {
  const open = [...judgements.values()].filter(isOpen).length;
  return { lines: [...judgements].map(([key, verdict]): z.infer<typeof Line> => ({ key, ...verdict })), open };
}

/** Reads the file of `judgementLines`. @throws Failure outside if it is missing or incomplete */
export async function readJudgements(path: string): Promise<Judgements> {
  const lines = z.array(Line).safeParse((await readJudged(path))?.lines).data;
  if (lines === undefined) {
    throw new Failure("outside", `${path}: the judge's answers are missing or incomplete`, { hint: "retry" });
  }
  return new Map(lines.map(({ key, ...verdict }) => [key, verdict]));
}
