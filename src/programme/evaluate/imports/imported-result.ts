import { canonicalJson, sha256 } from "../../../base/hash.ts";
import type { EvaluationScorer } from "../../../domain/evaluation-scorer.ts";
import type { EvaluationResult, ScoredItem } from "../../../domain/evaluation-result.ts";
import { Sampling } from "../../../domain/evaluation.ts";
import { noCost } from "../../../domain/evaluation-judge.ts";
import { type ImportedItem, type ImportedRun, plainName } from "../../../evaluate/imports/imported-run.ts";
import { answerCounts, itemErrors } from "../../../evaluate/run/score-items.ts";
import { readyScorers } from "../../../evaluate/score/score-answer.ts";
import { summariseScore } from "../../../evaluate/score/summarise-scores.ts";
import { mean } from "../../../statistics/index.ts";
import { evaluationId } from "../read-evaluation.ts";

/** An imported run in the form of our evaluations, with its items. */
export type ImportedResult = { result: EvaluationResult; items: ScoredItem[] };

/**
 * Converts a run of another tool to an evaluation: its items get hashes, so that two imports are compared only if they
 * asked the same questions, and scores get intervals.
 */
export function importedResult(
  run: ImportedRun,
  { file, target: named, now, tool }: { file: string; target: string | undefined; now: Date; tool: string },
): ImportedResult {
  const target = named ?? plainName(run.target);
  const labels = [...new Set(run.items.flatMap(({ answers }) => answers.flatMap(({ scores }) => Object.keys(scores))))];
  const items = run.items.map((item) => scoredItem(item, labels));
  const scorers = labels.map((name): EvaluationScorer => {
    const values = items.flatMap(({ answers }) => answers.flatMap(({ scores }) => scores[name] ?? []));
    return {
      kind: "imported",
      name,
      tool: run.tool,
      rightOrWrong: values.every((value) => value === 0 || value === 1),
    };
  });
  const ready = readyScorers(scorers, undefined);
  const task = plainName(run.task);
  const fingerprints = fingerprintsOfRun(run, { target, labels, items });
  const finishedAt = run.finishedAt === null ? now : new Date(run.finishedAt);
  return {
    items,
    result: {
      format: 1,
      id: evaluationId(task, target, fingerprints),
      evaluation: task,
      target,
      model: run.model,
      servedModels: [],
      endpoint: `imported from ${file}`,
      repeat: 1,
      finishedAt: (Number.isNaN(finishedAt.getTime()) ? now : finishedAt).toISOString(),
      tool: `${run.tool}${run.toolVersion === null ? "" : ` ${run.toolVersion}`}, imported by ${tool}`,
      fingerprints,
      set: {
        name: task,
        folder: file,
        digest: fingerprints.set,
        role: "test",
        id: "id",
        licence: null,
        slices: [],
        items: items.length,
      },
      benchmark: null,
      sampling: Sampling.parse({ samples: Math.max(1, ...items.map(({ answers }) => answers.length)) }),
      scorers,
      items: items.length,
      isComplete: run.stopped === null,
      stopped: run.stopped,
      counts: answerCounts(items),
      errors: itemErrors(items),
      scores: ready.map((scorer) => summariseScore(items, scorer)),
      slices: [],
      judged: [],
      contamination: null,
      cost: {
        ...noCost(`asked by ${run.tool}: its cost is unknown`),
        requests: items.reduce((sum, { answers }) => sum + answers.length, 0),
        ...run.usage,
      },
      embeddings: [],
    },
  };
}

function fingerprintsOfRun(
  run: ImportedRun,
  { target, labels, items }: { target: string; labels: readonly string[]; items: readonly ScoredItem[] },
): EvaluationResult["fingerprints"] {
  const lines = items.map(({ id, sha256: hash }) => `${id} ${hash}\n`);
  return {
    evaluation: hashOf({ tool: run.tool, task: run.task }),
    set: sha256(lines.toSorted((a, b) => (a < b ? -1 : 1)).join("")),
    prompt: hashOf(run.template),
    scorers: hashOf(labels.toSorted((a, b) => (a < b ? -1 : 1))),
    sampling: hashOf(run.settings),
    gates: hashOf([]),
    target: hashOf({ name: target, model: run.model, tool: run.tool }),
  };
}

function scoredItem({ id, prompt, reference, answers }: ImportedItem, labels: readonly string[]): ScoredItem {
  const scored = answers.map(({ text, error, scores }) => ({
    answer: text,
    earlier: [],
    error,
    isCutOff: false,
    isRefusal: false,
    scores,
    unparsable: [],
    verdicts: [],
  }));
  return {
    id,
    sha256: sha256(canonicalJson({ id, prompt, reference })),
    slices: {},
    cluster: null,
    prompt,
    reference,
    answers: scored,
    scores: Object.fromEntries(
      labels.map((label) => {
        const values = scored.flatMap(({ scores }) => scores[label] ?? []);
        return [label, values.length === 0 ? null : mean(values)];
      }),
    ),
  };
}

function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}
