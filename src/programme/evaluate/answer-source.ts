import { endpointOf } from "../../base/api-endpoint.ts";
import type { Clock } from "../../base/clock.ts";
import type { Evaluation, EvaluationTarget } from "../../domain/evaluation.ts";
import type { EvaluationFingerprints } from "../../domain/evaluation-result.ts";
import { noCost } from "../../domain/evaluation-judge.ts";
import type { TargetPlan } from "../../domain/evaluation-run.ts";
import { askCommand, planCommand, readyCommand } from "./ask-command.ts";
import {
  type AskedTarget,
  askTarget,
  planTarget,
  type ReadyTarget,
  readyTarget,
  type TargetAnswers,
} from "./ask-target.ts";
import { fileAnswers } from "./file-answers.ts";
import type { PromptedItem } from "./load-items.ts";

/** Source of the answers of a target: an endpoint, a program, or a file. */
export type AnswerSource = {
  name: string;
  target: EvaluationTarget;
  /** Id of the evaluation of the target. */
  id: string;
  fingerprints: EvaluationFingerprints;
  /** Address, program or file, for the record. */
  shown: string;
  /** The endpoint, which may be paid; undefined for a program or a file. */
  asked: ReadyTarget | undefined;
  /** Estimate of the requests; nothing is sent. */
  plan: () => Promise<TargetPlan>;
  answers: (around: { signal: AbortSignal; onProgress: (fraction: number) => void }) => Promise<TargetAnswers>;
};

/** Parts of the evaluation that a source needs. */
export type SourceOf = Pick<Evaluation, "targets" | "sampling"> & {
  name: string;
  id: string;
  fingerprints: EvaluationFingerprints;
  evaluation: string;
  repeat: number;
};

/** Context of a source. */
export type SourceSurroundings = {
  dir: string;
  env: Readonly<Record<string, string | undefined>>;
  now: Clock;
  items: readonly PromptedItem[];
  firstWaitMs?: number | undefined;
};

/** The source of a target's answers. @throws Failure bad_input or not_found, with the name of the target */
export async function answerSource(
  { name, id, fingerprints, evaluation, repeat, targets, sampling }: SourceOf,
  { dir, env, now, items, firstWaitMs }: SourceSurroundings,
): Promise<AnswerSource> {
  const target = targets[name]!;
  const base = { name, target, id, fingerprints, asked: undefined };
  const { samples } = sampling;
  if (target.answers !== undefined) {
    const path = target.answers;
    return {
      ...base,
      shown: path,
      plan: async () => filePlan(name, path, items.length * samples),
      answers: async () => ({
        ...NOBODY_PAID,
        answers: await fileAnswers(dir, { path, items, samples }),
      }),
    };
  }
  if (target.command !== undefined) {
    const ready = await readyCommand(
      { name, target, evaluation, command: target.command },
      { dir, env, items, sampling, repeat },
    );
    return {
      ...base,
      shown: ready.shown,
      plan: () => planCommand(ready),
      answers: (around) => askCommand(ready, { now, ...around }),
    };
  }
  const asked = await readyTarget(
    { name, target: target as AskedTarget, evaluation },
    { dir, env, now, items, sampling, repeat },
  );
  return {
    ...base,
    asked,
    shown: endpointOf(asked.target).shown,
    plan: () => planTarget(asked),
    answers: (around) => askTarget(asked, { items: items.length, samples, now, firstWaitMs, ...around }),
  };
}

const FILE_PRICE = "the answers are in a file: free of charge";

const NOBODY_PAID = {
  stopped: null,
  ended: null,
  servedModels: [],
  cost: noCost(FILE_PRICE),
} satisfies Omit<TargetAnswers, "answers">;

function filePlan(target: string, endpoint: string, requests: number): TargetPlan {
  return {
    target,
    endpoint,
    isThisMachine: true,
    requests,
    known: requests,
    inputTokens: 0,
    mostUsd: null,
    maxUsd: null,
    affordableItems: null,
    price: FILE_PRICE,
  };
}
