import { endpointOf } from "../../base/api-endpoint.ts";
import type { Clock } from "../../base/clock.ts";
import { Failure, namingFile } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { JudgedScore } from "../../domain/evaluation-judge.ts";
import type { EvaluationResult, ScoredItem } from "../../domain/evaluation-result.ts";
import type { EvaluationRun, JudgeAskPlan, TargetPlan } from "../../domain/evaluation-run.ts";
import type { LockedSet } from "../../domain/testset-lock.ts";
import { type AnsweredItem, answerCounts, itemErrors, scoreItem } from "../../evaluate/run/score-items.ts";
import type { ReadyScorer } from "../../evaluate/score/score-answer.ts";
import { summariseScore, summariseSlices } from "../../evaluate/score/summarise-scores.ts";
import { type AnswerSource, answerSource } from "./answer-source.ts";
import type { TargetAnswers } from "./ask-target.ts";
import { answersHash } from "./file-answers.ts";
import { requireUnchanged } from "./check-set.ts";
import { vectorsPath, writeEvaluation } from "./evaluation-folder.ts";
import { similarityScorers } from "./similarity-scores.ts";
import { detectableOf, headlineScores, type HeadlineScores } from "./detectable-difference.ts";
import { findContamination, withoutHits } from "./find-contamination.ts";
import { type CheckedPanel, checkPanel } from "./judges/check-panel.ts";
import { earlierAnswers, firstAnswers, judgeTarget, opponentsFirst } from "./judges/judge-target.ts";
import { planJudges } from "./judges/plan-judges.ts";
import { type ReadyPanel, readyPanels } from "./judges/ready-panels.ts";
import { loadItems, type PromptedItem } from "./load-items.ts";
import { type OutsideScores, outsideScores } from "./outside-scores.ts";
import { postEvaluationSpend } from "./post-evaluation-spend.ts";
import { publishedBenchmark } from "./published-benchmark.ts";
import {
  evaluationFile,
  evaluationId,
  fingerprintsOf,
  type LoadedEvaluation,
  readEvaluation,
} from "./read-evaluation.ts";
import { lockedSet, setFolder } from "../folder/testset-lock.ts";

/** Input of a run. */
export type RunEvaluation = {
  /** Programme folder. */
  dir: string;
  name: string;
  /** Targets by name; undefined for all targets of the file. */
  targets: readonly string[] | undefined;
  /** Number of the repetition; a new one repeats all requests. */
  repeat: number;
  dryRun: boolean;
  /** Run the code of answers without the sandbox. */
  unsafeCode: boolean;
};

/** Context of a run. */
export type RunSurroundings = {
  env: Readonly<Record<string, string | undefined>>;
  now: Clock;
  /** Name and version of the program, for the record. */
  tool: string;
  untilInterrupted: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Asks for permission to send and pay for everything. */
  agree: (plans: readonly TargetPlan[], judgePlans: readonly JudgeAskPlan[]) => Promise<boolean>;
  onProgress: (step: string, fraction: number) => void;
  firstWaitMs?: number | undefined;
};

/** The run, and the reason if it ended early. */
export type RanEvaluation = {
  run: EvaluationRun;
  ended: { kind: "over_budget" | "outside"; message: string } | undefined;
};

type Loaded = {
  loaded: LoadedEvaluation;
  set: LockedSet;
  benchmark: EvaluationResult["benchmark"];
  items: PromptedItem[];
  scorers: ReadyScorer[];
};

/**
 * Runs an evaluation: checks the frozen set, asks each target for the answers that are missing from its file, scores
 * them, and writes `evaluations/ID/`. A killed run can be continued at any time: only requests in progress are sent
 * again.
 *
 * @throws Failure check_failed for a changed set; bad_input if the requests are not confirmed; and those of reading the
 * files and of asking
 */
export async function runEvaluation(request: RunEvaluation, around: RunSurroundings): Promise<RanEvaluation> {
  const prepared = await prepare(request, around);
  const { all, names, plans, panels, judgePlans } = prepared;
  const { loaded, items } = all;
  const base = { evaluation: loaded.name, set: loaded.evaluation.set, items: items.length, plans, judgePlans };
  if (request.dryRun)
    return {
      run: { ...base, ledger: null, results: [], reports: [], detectable: null, detectableBetween: [] },
      ended: undefined,
    };
  const scoreOutside = await outsideScores(all.scorers, {
    items: items.map(({ item }) => item),
    unsafeCode: request.unsafeCode,
    dir: request.dir,
    env: around.env,
    now: around.now,
    firstWaitMs: around.firstWaitMs,
  });
  const isAsking =
    plans.some(
      ({ requests, known, isThisMachine, maxUsd }) => requests > known && (!isThisMachine || maxUsd !== null),
    ) || judgePlans.some(({ isThisMachine, maxUsd }) => !isThisMachine || maxUsd !== null);
  if (isAsking && !(await around.agree(plans, judgePlans))) {
    throw new Failure("bad_input", "sending the items to the endpoint requires confirmation", {
      hint: "pass --yes; `tunewright eval run NAME --dry-run` shows what would be sent and what it can cost",
    });
  }
  const checked: CheckedPanel[] = [];
  for (const panel of panels) checked.push(await checkPanel(panel, around));
  let ended: RanEvaluation["ended"] = checked.find((panel) => panel.ended !== null)?.ended ?? undefined;
  const results: EvaluationResult[] = [];
  const given = new Map<string, (string | undefined)[]>();
  const headlines = new Map<string, HeadlineScores>();
  for (const target of opponentsFirst(names, checked)) {
    const entry = prepared.ready.find(({ name }) => name === target)!;
    const ran = await runTarget(entry, { request, around, all, checked, given, scoreOutside });
    results.push(await writeEvaluation(request.dir, ran));
    headlines.set(target, headlineScores(ran.items, all.scorers[0]!));
    ended ??= ran.ended;
  }
  results.sort((a, b) => names.indexOf(a.target) - names.indexOf(b.target));
  const judges = panels.flatMap((panel) => panel.judges);
  const place = { programmeDir: request.dir, env: around.env, now: around.now };
  const ledger = await postEvaluationSpend(place, { evaluation: loaded.name, results, judges });
  return { run: { ...base, ledger, results, reports: [], ...detectableOf(results, headlines) }, ended };
}

type Prepared = {
  all: Loaded;
  names: string[];
  ready: AnswerSource[];
  plans: TargetPlan[];
  panels: ReadyPanel[];
  judgePlans: JudgeAskPlan[];
};

/** Checks the set, reads everything, and reports what would be asked. */
async function prepare(request: RunEvaluation, around: RunSurroundings): Promise<Prepared> {
  const { dir, name } = request;
  const loaded = await readEvaluation(dir, name);
  const { evaluation } = loaded;
  const set = await lockedSet(dir, evaluation.set);
  await requireUnchanged(dir, evaluation.set, set);
  const benchmark = await publishedBenchmark(await setFolder(dir, set));
  const all: Loaded = { loaded, set, benchmark, ...(await loadItems(dir, { set, evaluation })) };
  const names = chosenTargets(request.targets, evaluation.targets);
  const ready = await Promise.all(names.map((target) => sourceOf(target, { request, around, all })));
  const plans = [...(await Promise.all(ready.map((entry) => entry.plan()))), ...vectorPlans(all, ready.length)];
  const panels = await readyPanels({ dir, loaded, items: all.items, targets: names }, around);
  const { samples, maxTokens } = evaluation.sampling;
  const judgePlans = await planJudges(panels, { items: all.items, samples, targets: names, maxTokens });
  return { all, names, ready, plans, panels, judgePlans };
}

type Running = Context & {
  checked: readonly CheckedPanel[];
  /** First answers of the targets of earlier runs. */
  given: Map<string, (string | undefined)[]>;
  scoreOutside: OutsideScores;
};

/** Asks a target, judges its answers, and scores them. */
async function runTarget(
  entry: AnswerSource,
  { request, around, all, checked, given, scoreOutside }: Running,
): Promise<{ result: EvaluationResult; items: ScoredItem[]; ended: RanEvaluation["ended"] }> {
  const { dir, repeat } = request;
  const { name: target } = entry;
  const came = await around.untilInterrupted((signal) =>
    entry.answers({ signal, onProgress: (fraction) => around.onProgress(`asking ${target}`, fraction) }),
  );
  given.set(target, firstAnswers(came.answers));
  const terms = { items: all.items, fingerprints: entry.fingerprints, loaded: all.loaded };
  const byJudges = await judgeTarget(
    checked,
    { target, servedModels: came.servedModels, items: all.items, answers: came.answers },
    { around, opponentsOf: async (other) => given.get(other) ?? (await earlierAnswers(dir, other, terms)) },
  );
  const answered = all.items.map(({ item, promptText }, index) => ({
    item,
    prompt: promptText,
    answers: came.answers[index]!,
    said: byJudges.said[index]!,
  }));
  const outside = await around.untilInterrupted((signal) =>
    scoreOutside(answered, {
      onProgress: (fraction) => around.onProgress(`scoring ${target}`, fraction),
      journal: vectorsPath(dir, entry.id),
      signal,
    }),
  );
  const items = outside.answered.map((one, index) =>
    scoreItem({ ...one, ran: verdictsOf(byJudges.ran[index]!, one.ran) }, all.scorers),
  );
  const { trainedOn } = entry.target;
  const { set } = all;
  const { evaluation } = all.loaded;
  const hits =
    trainedOn &&
    (await findContamination({ dir, set, evaluation, trainedOn }, (fraction) =>
      around.onProgress(`comparing the set with the training rows of ${target}`, fraction),
    ));
  const contamination = hits === undefined ? null : withoutHits(hits, items, all.scorers);
  const { judged } = byJudges;
  const embeddings = outside.uses;
  const { tool } = around;
  const found = { judged, embeddings, contamination };
  const result = resultOf(entry, { all, came, items, ...found, now: around.now(), tool, repeat });
  const stopped = came.ended === null ? undefined : { kind: came.ended, message: `${target}: ${came.stopped}` };
  return { result, items, ended: stopped ?? byJudges.ended ?? undefined };
}

/** Verdicts of judges and of the other scorers, answer by answer. */
function verdictsOf(
  judged: NonNullable<AnsweredItem["ran"]>,
  ran: AnsweredItem["ran"] = [],
): NonNullable<AnsweredItem["ran"]> {
  return judged.map((verdicts, index) => new Map([...verdicts, ...(ran[index] ?? [])]));
}

type Context = { request: RunEvaluation; around: RunSurroundings; all: Loaded };

async function sourceOf(name: string, { request, around, all }: Context): Promise<AnswerSource> {
  const { dir, repeat } = request;
  const { loaded, set, items } = all;
  return namingFile(evaluationFile(loaded.name), async () => {
    const { answers: path } = loaded.evaluation.targets[name]!;
    const answers = path === undefined ? undefined : await answersHash(dir, path);
    const fingerprints = fingerprintsOf(loaded, { digest: set.digest, target: name, repeat, answers });
    const id = evaluationId(loaded.name, name, fingerprints);
    const stated = { name, id, fingerprints, evaluation: loaded.name, repeat, ...loaded.evaluation };
    return answerSource(stated, { ...around, dir, items });
  });
}

/** Texts that scorers send to embedding endpoints: the answers and the references. */
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

function resultOf(
  { name, target, id, fingerprints, shown }: AnswerSource,
  {
    all,
    came,
    items,
    embeddings,
    judged,
    contamination,
    now,
    tool,
    repeat,
  }: {
    all: Loaded;
    came: TargetAnswers;
    items: readonly ScoredItem[];
    embeddings: EvaluationResult["embeddings"];
    judged: JudgedScore[];
    contamination: EvaluationResult["contamination"];
    now: Date;
    tool: string;
    repeat: number;
  },
): EvaluationResult {
  const { loaded, set, benchmark, scorers } = all;
  const counts = answerCounts(items);
  const result: EvaluationResult = {
    format: 1,
    id,
    evaluation: loaded.name,
    target: name,
    model: target.model ?? null,
    servedModels: came.servedModels,
    endpoint: shown,
    repeat,
    finishedAt: now.toISOString(),
    tool,
    fingerprints,
    set: { name: loaded.evaluation.set, ...set, items: items.length },
    benchmark,
    sampling: loaded.evaluation.sampling,
    scorers: loaded.evaluation.scorers,
    items: items.length,
    isComplete: came.stopped === null,
    stopped: came.stopped,
    counts,
    errors: itemErrors(items),
    scores: scorers.map((scorer) => summariseScore(items, scorer)),
    slices: summariseSlices(items, scorers),
    judged,
    contamination,
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
      hint: didYouMean(name, known) ?? `available: ${known.join(", ")}`,
    });
  }
  return names === undefined || names.length === 0 ? known : [...new Set(names)];
}
