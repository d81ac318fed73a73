import { Programme } from "../../domain/programme.ts";
import { hasMonthlyTokens } from "../../plan/serving/monthly-tokens.ts";
import type { StudyFacts } from "./study-facts.ts";

/** A stated field that the planned training does not depend on, and the reason. */
export type UnusedInput = { field: string; why: string };

const DEFAULT_RANK = Programme.shape.training.parse({}).loraRank;

/** Tokens of a month, of which one alone gives no traffic. */
const VOLUMES = ["inputTokensPerMonth", "outputTokensPerMonth"] as const;

/** Fields that size serving, which a stated monthly cost of serving replaces. */
const SIZING = [
  "gpuCount",
  "outputTokensPerSec",
  "spareReplicas",
  "peakOverMean",
  "requestInputTokens",
  "requestOutputTokens",
  "loadTest",
] as const;

/**
 * Fields that a programme states and neither its planned training nor its serving depends on. Such a field may still be
 * in the ranking of methods, which also covers those that are not planned.
 */
export function unusedInputs({
  programme,
  training: { facts },
  serving,
  isStated,
}: Pick<StudyFacts, "programme" | "training" | "serving" | "isStated">): UnusedInput[] {
  const { task, training: plan, data, today } = programme;
  const isSampled = plan.method === "grpo" || plan.preferencePass === "grpo";
  const isPaired = plan.method === "dpo" || (plan.preferencePass !== "none" && plan.preferencePass !== "grpo");
  const isCorpus = facts.method === "continued-pretraining";
  const trainsAll = isCorpus || facts.method === "full-sft";
  const isLabelled = data.plannedRows > 0 && data.annotatedShare > 0;
  const labelling = ["minutesPerRow", "annotatorUsdPerHour", "doubleLabelledShare"] as const;
  const isReplaced = programme.serving.monthlyUsd !== undefined && serving === null;
  const isOneSided = isReplaced && !hasMonthlyTokens(programme.serving);
  // The lengths of a request and the tokens of one side give those of the other.
  const hasOneSide = VOLUMES.filter((name) => isStated(["serving", name])).length === 1;
  const isRanked = isStated(["training", "loraRank"]) || plan.loraRank !== DEFAULT_RANK;
  const rules: readonly (readonly [isUnused: boolean, field: string, why: string])[] = [
    [!isSampled && plan.groupSize !== undefined, "training.groupSize", "it applies to GRPO"],
    [!isSampled && plan.completionTokens !== undefined, "training.completionTokens", "it applies to GRPO"],
    [trainsAll && isRanked, "training.loraRank", "all weights are trained"],
    [task.classes !== undefined && task.kind !== "classification", "task.classes", `the task is ${task.kind}`],
    [
      task.classes !== undefined && task.kind === "classification" && isCorpus,
      "task.classes",
      "continued pre-training reads no rows with classes",
    ],
    [!isPaired && data.preferencePairs > 0, "data.preferencePairs", "no training on pairs is planned"],
    [
      // Next to labour it is a risk of its own: money.labour-in-full.
      today.apiUsdPerMonth === undefined &&
        today.laborUsdPerMonth === undefined &&
        (today.shareReplaced !== 1 || isStated(["today", "shareReplaced"])),
      "today.shareReplaced",
      "it is a share of today.apiUsdPerMonth, which is not stated",
    ],
    [!isCorpus && data.corpusTokens > 0, "data.corpusTokens", "no continued pre-training is planned"],
    ...labelling.map(
      (name) => [!isLabelled && data[name] !== undefined, `data.${name}`, "no rows are annotated"] as const,
    ),
    ...SIZING.map((name) => {
      const isUnused = isReplaced && isStated(["serving", name]) && !(hasOneSide && name.startsWith("request"));
      return [isUnused, `serving.${name}`, "serving.monthlyUsd replaces it"] as const;
    }),
    ...VOLUMES.map((name) => {
      const isUnused = isOneSided && programme.serving[name] !== undefined;
      return [isUnused, `serving.${name}`, "the tokens of the other side are not stated"] as const;
    }),
  ];
  return rules.flatMap(([isUnused, field, why]) => (isUnused ? [{ field, why }] : []));
}
