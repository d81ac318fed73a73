import { endpointOf } from "../../base/api-endpoint.ts";
import type { Clock } from "../../base/clock.ts";
import { Failure, namingFile } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { EvaluationTarget } from "../../domain/evaluation.ts";
import type { EvaluationResult, ScoredItem } from "../../domain/evaluation-result.ts";
import type { EvaluationRun, TargetPlan } from "../../domain/evaluation-run.ts";
import type { LockedSet } from "../../domain/testset-lock.ts";
import { answerCounts, itemErrors, scoreItem } from "../../evaluate/run/score-items.ts";
import type { ReadyScorer } from "../../evaluate/score/score-answer.ts";
import { summariseScore, summariseSlices } from "../../evaluate/score/summarise-scores.ts";
import { detectablePairedDifference } from "../../statistics/index.ts";
import {
  type AskedTarget,
  askTarget,
  planTarget,
  type ReadyTarget,
  readyTarget,
  type TargetAnswers,
} from "./ask-target.ts";
import { requireUnchanged } from "./check-set.ts";
import { answersPath, vectorsPath, writeEvaluation } from "./evaluation-folder.ts";
import { similarityScorers } from "./similarity-scores.ts";
import { fileAnswers } from "./file-answers.ts";
import { loadItems, type PromptedItem } from "./load-items.ts";
import { outsideScores } from "./outside-scores.ts";
import {
  evaluationFile,
  evaluationId,
  fingerprintsOf,
  type LoadedEvaluation,
  readEvaluation,
} from "./read-evaluation.ts";
import { lockedSet } from "../datasets/testset-lock.ts";

/** What is run. */
export type RunEvaluation = {
  /** Programme folder. */
  dir: string;
  name: string;
  /** Targets by name; all of the file where undefined. */
  targets: readonly string[] | undefined;
  /** Which repetition; a further one asks everything anew. */
  repeat: number;
  dryRun: boolean;
  /** Run the code of answers without the sandbox. */
  unsafeCode: boolean;
};

/** What a run needs of its surroundings. */
export type RunSurroundings = {
  env: Readonly<Record<string, string | undefined>>;
  now: Clock;
  /** Name and version of the program, for the record. */
  tool: string;
  untilInterrupted: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Whether all that may be sent and paid. */
  agree: (plans: readonly TargetPlan[]) => Promise<boolean>;
  onProgress: (step: string, fraction: number) => void;
  firstWaitMs?: number | undefined;
};

/** A run, and why it ended early if it did. */
export type RanEvaluation = {
  run: EvaluationRun;
  ended: { kind: "over_budget" | "outside"; message: string } | undefined;
};

type Loaded = {
  loaded: LoadedEvaluation;
  set: LockedSet;
  items: PromptedItem[];
  scorers: ReadyScorer[];
};

/**
 * Runs an evaluation: checks the frozen set, asks each target what its file of answers does not hold, scores, and writes
 * `evaluations/ID/`. Killed at any moment, it goes on where it was: only requests on their way are asked again.
 *
 * @throws Failure check_failed for a set that was changed; bad_input where nobody agreed to what would be sent; and those
 *   of reading the files and of asking
 */
export async function runEvaluation(request: RunEvaluation, around: RunSurroundings): Promise<RanEvaluation> {
  const { dir, name, repeat } = request;
  const loaded = await readEvaluation(dir, name);
  const { evaluation } = loaded;
  const set = await lockedSet(dir, evaluation.set);
  await requireUnchanged(dir, evaluation.set, set);
  const all: Loaded = { loaded, set, ...(await loadItems(dir, { set, evaluation })) };
  const names = chosenTargets(request.targets, evaluation.targets);
  const ready = await Promise.all(names.map((target) => readyOf(target, { request, around, all })));
  const plans = [
    ...(await Promise.all(
      ready.map(async (ready) => (ready.asked === undefined ? filePlan(ready, all) : planTarget(ready.asked))),
    )),
    ...vectorPlans(all, ready.length),
  ];
  const base = { evaluation: name, set: evaluation.set, items: all.items.length, plans };
  if (request.dryRun) return { run: { ...base, results: [], reports: [], detectable: null }, ended: undefined };
  const scoreOutside = await outsideScores(all.scorers, {
    items: all.items.map(({ item }) => item),
    unsafeCode: request.unsafeCode,
    dir,
    env: around.env,
    now: around.now,
    firstWaitMs: around.firstWaitMs,
  });
  const isAsking = plans.some(
    ({ requests, known, isThisMachine, maxUsd }) => requests > known && (!isThisMachine || maxUsd !== null),
  );
  if (isAsking && !(await around.agree(plans))) {
    throw new Failure("bad_input", "sending the items to the endpoint requires confirmation", {
      hint: "pass --yes; `tunewright eval run NAME --dry-run` shows what would be sent and what it can cost",
    });
  }
  const results: EvaluationResult[] = [];
  let ended: RanEvaluation["ended"];
  for (const entry of ready) {
    const came = await answersOf(entry, { request, around, all });
    const answered = all.items.map(({ item, promptText }, index) => ({
      item,
      prompt: promptText,
      answers: came.answers[index]!,
    }));
    const judged = await around.untilInterrupted((signal) =>
      scoreOutside(answered, {
        onProgress: (fraction) => around.onProgress(`scoring ${entry.name}`, fraction),
        journal: vectorsPath(dir, entry.id),
        signal,
      }),
    );
    const items = judged.answered.map((one) => scoreItem(one, all.scorers));
    const embeddings = judged.uses;
    const result = resultOf(entry, { all, came, items, embeddings, now: around.now(), tool: around.tool, repeat });
    await writeEvaluation(dir, { result, items });
    results.push(result);
    if (came.ended !== null) ended ??= { kind: came.ended, message: `${entry.name}: ${came.stopped}` };
  }
  return { run: { ...base, results, reports: [], detectable: detectableOf(results) }, ended };
}

type Ready = { name: string; target: EvaluationTarget; id: string; asked: ReadyTarget | undefined };

type Context = { request: RunEvaluation; around: RunSurroundings; all: Loaded };

async function readyOf(name: string, { request, around, all }: Context): Promise<Ready> {
  const { dir, repeat } = request;
  const { evaluation } = all.loaded;
  const target = evaluation.targets[name]!;
  const fingerprints = fingerprintsOf(all.loaded, { digest: all.set.digest, target: name, repeat });
  const id = evaluationId(all.loaded.name, name, fingerprints);
  if (target.answers !== undefined) return { name, target, id, asked: undefined };
  const asked = await namingFile(evaluationFile(all.loaded.name), () =>
    readyTarget(
      { name, target: target as AskedTarget, journal: answersPath(dir, id) },
      { dir, env: around.env, now: around.now, items: all.items, sampling: evaluation.sampling, repeat },
    ),
  );
  return { name, target, id, asked };
}

function filePlan({ name, target }: Ready, { items, loaded }: Loaded): TargetPlan {
  const requests = items.length * loaded.evaluation.sampling.samples;
  return {
    target: name,
    endpoint: target.answers!,
    isThisMachine: true,
    requests,
    known: requests,
    inputTokens: 0,
    mostUsd: null,
    maxUsd: null,
    affordableItems: null,
    price: "the answers are in a file: nobody is paid",
  };
}

/** What scorers send to endpoints of vectors: the answers and the right answers. */
function vectorPlans({ items, scorers, loaded }: Loaded, targets: number): TargetPlan[] {
  return similarityScorers(scorers).flatMap(({ label, embedding: { url, free, maxUsd, model } }) => {
    if (url === undefined) return [];
    const { shown, isLoopback } = endpointOf({ url, api: "embeddings" });
    return {
      target: `vectors of ${label}`,
      endpoint: shown,
      isThisMachine: isLoopback,
      requests: items.length * (targets * loaded.evaluation.sampling.samples + 1),
      known: 0,
      inputTokens: 0,
      mostUsd: free ? null : maxUsd,
      maxUsd: free ? null : maxUsd,
      affordableItems: null,
      price: `input tokens of ${model}`,
    };
  });
}

async function answersOf({ name, target, asked }: Ready, { request, around, all }: Context): Promise<TargetAnswers> {
  const { samples } = all.loaded.evaluation.sampling;
  if (asked === undefined) {
    const answers = await fileAnswers(request.dir, { path: target.answers!, items: all.items, samples });
    const cost = { requests: 0, inputTokens: 0, outputTokens: 0, estimatedUsage: 0, usd: null };
    const price = "the answers are in a file: nobody is paid";
    return { answers, stopped: null, ended: null, servedModels: [], cost: { ...cost, price } };
  }
  return around.untilInterrupted((signal) =>
    askTarget(asked, {
      items: all.items.length,
      samples,
      now: around.now,
      signal,
      onProgress: (fraction) => around.onProgress(`asking ${name}`, fraction),
      firstWaitMs: around.firstWaitMs,
    }),
  );
}

function resultOf(
  { name, target, id, asked }: Ready,
  {
    all,
    came,
    items,
    embeddings,
    now,
    tool,
    repeat,
  }: {
    all: Loaded;
    came: TargetAnswers;
    items: readonly ScoredItem[];
    embeddings: EvaluationResult["embeddings"];
    now: Date;
    tool: string;
    repeat: number;
  },
): EvaluationResult {
  const { loaded, set, scorers } = all;
  const counts = answerCounts(items);
  const result: EvaluationResult = {
    format: 1,
    id,
    evaluation: loaded.name,
    target: name,
    model: target.model ?? null,
    servedModels: came.servedModels,
    endpoint: asked === undefined ? target.answers! : endpointOf(asked.target).shown,
    repeat,
    finishedAt: now.toISOString(),
    tool,
    fingerprints: fingerprintsOf(loaded, { digest: set.digest, target: name, repeat }),
    set: { name: loaded.evaluation.set, ...set, items: items.length },
    sampling: loaded.evaluation.sampling,
    scorers: loaded.evaluation.scorers,
    items: items.length,
    isComplete: came.stopped === null,
    stopped: came.stopped,
    counts,
    errors: itemErrors(items),
    scores: scorers.map((scorer) => summariseScore(items, scorer)),
    slices: summariseSlices(items, scorers),
    contamination: null,
    cost: came.cost,
    embeddings,
  };
  return result;
}

function chosenTargets(names: readonly string[] | undefined, targets: Readonly<Record<string, unknown>>): string[] {
  const known = Object.keys(targets);
  for (const name of names ?? []) {
    if (known.includes(name)) continue;
    throw new Failure("not_found", `there is no target ${JSON.stringify(name)}`, {
      hint: didYouMean(name, known) ?? `there are ${known.join(", ")}`,
    });
  }
  return names === undefined || names.length === 0 ? known : [...new Set(names)];
}

/** What two targets as good as the first could be told apart by, where their scores correlate by 0.5. */
function detectableOf(results: readonly EvaluationResult[]): number | null {
  const [score] = results[0]?.scores ?? [];
  if (score === undefined || score.interval === null || score.method !== "wilson") return null;
  const p = Math.min(score.interval.high, Math.max(score.interval.low, 0.5)); // the most variable rate that is likely
  return detectablePairedDifference(score.n, { p, correlation: 0.5 });
}
