import type { Quantity, Refusal } from "../../domain/estimate.ts";
import { MethodId, type Reason } from "../../domain/method.ts";
import type { MethodFacts } from "../../domain/method-facts.ts";
import type { MethodAdvice, MethodChoice } from "../../domain/study.ts";
import { fineTuneGate } from "./fine-tune-gate.ts";
import { methodProfile } from "./method-profiles.ts";
import { PREFERENCE, SUPERVISED } from "./method-reading.ts";
import { METHOD_RULES } from "./method-rules.ts";

/** Resources of one run of a method on the user's fleet; without one, on the cheapest fleet that fits. */
export type MethodEstimate = { memory: Quantity; gpuHours: Quantity; cost: Quantity; fleet: string | null };

type Scored = { method: MethodId; score: number; reasons: Reason[]; isExcluded: boolean; noData: string | undefined };

/** Score from which a method may join the chain of another, and from which the best method is recommended. */
const WORTHWHILE = 10;

/**
 * Returns whether to fine-tune, and all methods ranked for the facts, each with the reasons for and against it.
 *
 * The score is the sum of the points of its reasons. The best method that is not excluded is recommended, together with
 * the methods of its chain. Unless the answer on fine-tuning is "no", other methods with a score of at least 0 are
 * possible.
 *
 * @param estimateOf  memory, GPU-hours and cost of one run; not called for prompting and retrieval, nor
 *   without training data
 */
export function chooseMethod(facts: MethodFacts, estimateOf: (method: MethodId) => MethodEstimate): MethodChoice {
  const { fineTune, reasons } = fineTuneGate(facts);
  const scored = MethodId.options.map((method) => scoreMethod(method, facts)).toSorted(byScore);
  const best = scored[0]!;
  const bestChain = chainOf(best.method, scored);
  const ranking = scored.map((entry): MethodAdvice => {
    const { dataNeeded, failureModes, evidence } = methodProfile(entry.method);
    return {
      method: entry.method,
      score: entry.score,
      verdict: verdictOf(entry, best, bestChain),
      chain: chainOf(entry.method, scored),
      why: entry.reasons.filter((reason) => reason.points > 0),
      whyNot: entry.reasons.filter((reason) => reason.points <= 0),
      dataNeeded,
      ...estimated(entry, estimateOf),
      failureModes: [...failureModes],
      evidence: [...evidence],
    };
  });
  return { fineTune, fineTuneReasons: reasons, ranking };
}

/** Refusal for a method without a run: prompting and retrieval. */
export const NO_RUN = "nothing is trained";
/** Refusal for a method without its data. */
export const NO_DATA = "there is nothing to train on";

const NOTHING: Refusal = {
  refused: NO_RUN,
  hint: "its cost is that of serving: tunewright plan cost compares it",
};

function estimated(scored: Scored, estimateOf: (method: MethodId) => MethodEstimate): MethodEstimate {
  if (scored.method === "prompt-only" || scored.method === "rag") return withoutRun(NOTHING);
  if (scored.noData === undefined) return estimateOf(scored.method);
  return withoutRun({ refused: NO_DATA, hint: scored.noData });
}

function withoutRun(refusal: Refusal): MethodEstimate {
  return { memory: refusal, gpuHours: refusal, cost: refusal, fleet: null };
}

function scoreMethod(method: MethodId, facts: MethodFacts): Scored {
  const fired = METHOD_RULES.filter((rule) => rule.methods.includes(method) && rule.when(facts, method));
  return {
    method,
    score: fired.reduce((sum, rule) => sum + rule.points, 0),
    reasons: fired
      .map(({ id, points, sentence, source }) => ({ rule: id, text: sentence(facts, method), points, source }))
      .toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points)),
    isExcluded: fired.some((rule) => rule.excludes !== undefined),
    noData: fired.find((rule) => rule.excludes === "no-data")?.sentence(facts, method),
  };
}

/**
 * Orders methods by score, best first and excluded ones last; ties are in the order of `MethodId`, from nothing trained
 * to everything.
 */
function byScore(a: Scored, b: Scored): number {
  return Number(a.isExcluded) - Number(b.isExcluded) || b.score - a.score;
}

function verdictOf(scored: Scored, best: Scored, bestChain: readonly MethodId[]): MethodAdvice["verdict"] {
  if (scored.isExcluded) return "excluded";
  if (scored === best || (bestChain.includes(scored.method) && scored.score >= 0)) return "recommended";
  return scored.score >= 0 ? "possible" : "not-advised";
}

/**
 * The methods that run before and after a given one, in order: continued pre-training, supervised tuning, a pass over
 * preferences, one over rewards, and retrieval at serving time. A neighbour joins only if its own score is high enough;
 * the supervised stage before a pass joins whenever it can run.
 *
 * @source the order is that of Tülu 3, arXiv:2411.15124, after a pre-training as in arXiv:2004.10964
 */
function chainOf(method: MethodId, scored: readonly Scored[]): MethodId[] {
  if (method === "prompt-only") return [method, ...retrieval(scored)];
  if (method === "rag") return method === scored[0]!.method ? [...bestOf(SUPERVISED, scored), method] : [method];
  const stage = (methods: readonly MethodId[], others: MethodId[]): MethodId[] =>
    methods.includes(method) ? [method] : others;
  const isPass = PREFERENCE.some((name) => name === method) || REWARD.includes(method);
  return [
    ...stage(["continued-pretraining"], bestOf(["continued-pretraining"], scored)),
    // ORPO includes the supervised stage.
    ...stage(SUPERVISED, method === "orpo" ? [] : bestOf(SUPERVISED, scored, isPass ? 0 : WORTHWHILE)),
    // RLHF learns from the same pairs.
    ...stage(PREFERENCE, method === "rlhf" ? [] : bestOf(PREFERENCE, scored)),
    ...stage(REWARD, bestOf(["grpo"], scored)),
    ...retrieval(scored),
  ];
}

const REWARD: readonly MethodId[] = ["grpo", "rlhf"];

/** Retrieval joins if its score is at least that of a goal that needs it. */
const RETRIEVAL_WORTH = 20;

function bestOf(methods: readonly MethodId[], scored: readonly Scored[], least = WORTHWHILE): MethodId[] {
  const best = scored.find((scored) => methods.includes(scored.method));
  return best && !best.isExcluded && best.score >= least ? [best.method] : [];
}

function retrieval(scored: readonly Scored[]): MethodId[] {
  return bestOf(["rag"], scored, RETRIEVAL_WORTH);
}
