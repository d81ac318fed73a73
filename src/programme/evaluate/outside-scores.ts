import type { EmbeddingUse } from "../../domain/evaluation-result.ts";
import type { AnsweredItem } from "../../evaluate/run/score-items.ts";
import type { ReadyScorer } from "../../evaluate/score/score-answer.ts";
import type { EvalItem } from "../../evaluate/set/eval-item.ts";
import { ifevalScores } from "./ifeval-scores.ts";
import { openEmbedder } from "./open-embedder.ts";
import { codeRunner } from "./run-code.ts";
import { similarityScorers, similarityScores, type SimilaritySurroundings } from "./similarity-scores.ts";

type Verdicts = NonNullable<AnsweredItem["ran"]>;

/** Answers with the verdicts of scorers that need external resources, and the cost of vectors. */
export type OutsideVerdicts = { answered: AnsweredItem[]; uses: EmbeddingUse[] };

/** Scores all answers of a target by those scorers. */
export type OutsideScores = (
  answered: readonly AnsweredItem[],
  target: { onProgress: (fraction: number) => void; journal: string; signal: AbortSignal },
) => Promise<OutsideVerdicts>;

/**
 * Prepares the scorers that need external resources: a sandbox for code, a language detector for IFEval, vectors for
 * similarity. Missing resources are detected here, before anything is asked.
 *
 * @throws Failure outside if the sandbox or ONNX Runtime is missing; bad_input if an interpreter does not run, an item
 *   names an unknown instruction, or a key or a price is missing
 */
export async function outsideScores(
  scorers: readonly ReadyScorer[],
  { items, unsafeCode, ...around }: { items: readonly EvalItem[]; unsafeCode: boolean } & SimilaritySurroundings,
): Promise<OutsideScores> {
  const runCode = await codeRunner(scorers, unsafeCode);
  const ifeval = ifevalScores(scorers, items);
  for (const { label, embedding } of similarityScorers(scorers)) {
    await openEmbedder(embedding, { ...around, place: `scorer ${label}` });
  }
  return async (answered, { onProgress, journal, signal }) => {
    const similarity = await similarityScores(answered, scorers, { ...around, journal, signal });
    const parts = [await runCode?.(answered, onProgress), ifeval?.(answered), similarity.verdicts];
    const given = parts.filter((part) => part !== undefined);
    return {
      answered: answered.map((item, index) => ({
        ...item,
        ran: joined(
          item,
          given.map((part) => part[index]!),
        ),
      })),
      uses: similarity.uses,
    };
  };
}

function joined({ answers }: AnsweredItem, parts: readonly Verdicts[]): Verdicts {
  return answers.map((_answer, sample) => new Map(parts.flatMap((part) => [...part[sample]!])));
}
