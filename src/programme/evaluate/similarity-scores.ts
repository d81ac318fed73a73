import { join } from "node:path";

import type { Clock } from "../../base/clock.ts";
import type { EmbeddingUse } from "../../domain/evaluation-result.ts";
import type { AnsweredItem } from "../../evaluate/run/score-items.ts";
import type { ReadyScorer } from "../../evaluate/score/score-answer.ts";
import { scored, type Verdict } from "../../evaluate/score/verdict.ts";
import { fieldValue, textOf } from "../../evaluate/set/eval-item.ts";
import { cosine, type Embedder } from "../../llm/embed/index.ts";
import { dataFolder } from "../../store/open-store.ts";
import { openEmbedder } from "./open-embedder.ts";
import { vectorSpend } from "./vector-spend.ts";

type SimilarityScorer = Extract<ReadyScorer, { kind: "similarity" }>;

/** Verdicts for each item and each of its answers, and the cost of the vectors. */
export type SimilarityScores = { verdicts: Map<string, Verdict>[][]; uses: EmbeddingUse[] };

/** Inputs of scoring by vectors. */
export type SimilaritySurroundings = {
  dir: string;
  env: Readonly<Record<string, string | undefined>>;
  now: Clock;
  firstWaitMs?: number | undefined;
};

/** The scorers of kind `similarity` that an endpoint of the network answers. */
export function similarityScorers(scorers: readonly ReadyScorer[]): SimilarityScorer[] {
  return scorers.filter((scorer): scorer is SimilarityScorer => scorer.kind === "similarity");
}

/**
 * Scores all answers by the cosine of their vector and that of the right answer; of several right answers the nearest
 * counts. A text is embedded once for each model, whatever the evaluation: right answers are those of every target.
 *
 * @param journal file of paid vectors, so that a killed run pays for none twice
 * @throws Failure as `openEmbedder`, and if the endpoint does not answer
 */
export async function similarityScores(
  answered: readonly AnsweredItem[],
  scorers: readonly ReadyScorer[],
  { journal, signal, ...around }: SimilaritySurroundings & { journal: string; signal: AbortSignal },
): Promise<SimilarityScores> {
  const verdicts = answered.map(({ answers }) => answers.map(() => new Map<string, Verdict>()));
  const uses: EmbeddingUse[] = [];
  for (const scorer of similarityScorers(scorers)) {
    const place = `scorer ${scorer.label}`;
    const kept = join(dataFolder(around.dir), "vectors");
    const embedder = await openEmbedder(scorer.embedding, { ...around, place, journal, kept });
    await scoreBy(scorer, { answered, embedder, verdicts, signal });
    uses.push({ scorer: scorer.label, source: embedder.name, isSemantic: embedder.isSemantic, ...embedder.spent() });
  }
  const spent = await vectorSpend(journal);
  for (const [index, { embedding }] of similarityScorers(scorers).entries()) {
    const paid = spent.get(embedding.model ?? "");
    if (paid === undefined || uses[index]!.usd === null) continue;
    uses[index] = { ...uses[index]!, ...paid };
    spent.set(embedding.model!, { requests: 0, inputTokens: 0, usd: "0.00" }); // once, for the first of its scorers
  }
  return { verdicts, uses };
}

async function scoreBy(
  scorer: SimilarityScorer,
  {
    answered,
    embedder,
    verdicts,
    signal,
  }: {
    answered: readonly AnsweredItem[];
    embedder: Embedder;
    verdicts: Map<string, Verdict>[][];
    signal: AbortSignal;
  },
): Promise<void> {
  const wanted = answered.map(({ item }) => referencesOf(scorer, item.row));
  const texts = answered.flatMap(({ answers }, index) => [
    ...wanted[index]!,
    ...answers.flatMap((answer) => ("error" in answer ? [] : [answer.text])),
  ]);
  const different = [...new Set(texts)];
  const vectors = await embedder.embed(different, { signal });
  const vectorOf = new Map(different.map((text, index) => [text, vectors[index]!]));
  for (const [index, { answers }] of answered.entries()) {
    const references = wanted[index]!.map((text) => vectorOf.get(text)!);
    for (const [sample, answer] of answers.entries()) {
      if ("error" in answer || references.length === 0) continue;
      const vector = vectorOf.get(answer.text)!;
      const nearest = Math.max(...references.map((reference) => cosine(vector, reference)));
      verdicts[index]![sample]!.set(scorer.label, scored(scorer.min === undefined ? nearest : nearest >= scorer.min));
    }
  }
}

function referencesOf({ reference }: SimilarityScorer, row: Readonly<Record<string, unknown>>): string[] {
  const value = reference === undefined ? undefined : fieldValue(row, reference);
  return (Array.isArray(value) ? value : [value]).flatMap((part) => textOf(part) ?? []);
}
