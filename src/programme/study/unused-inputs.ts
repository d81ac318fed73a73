import { Programme } from "../../domain/programme.ts";
import type { StudyFacts } from "./study-facts.ts";

/** A stated field that the planned training does not depend on, and the reason. */
export type UnusedInput = { field: string; why: string };

const DEFAULT_RANK = Programme.shape.training.parse({}).loraRank;

/**
 * Fields that a programme states and its planned training does not depend on. Such a field may still be in the ranking
 * of methods, which also covers those that are not planned.
 */
export function unusedInputs({
  programme,
  training: { facts },
}: Pick<StudyFacts, "programme" | "training">): UnusedInput[] {
  const { task, training: plan, data } = programme;
  const isSampled = plan.method === "grpo" || plan.preferencePass === "grpo";
  const isPaired = plan.method === "dpo" || (plan.preferencePass !== "none" && plan.preferencePass !== "grpo");
  const isCorpus = facts.method === "continued-pretraining";
  const trainsAll = isCorpus || facts.method === "full-sft";
  const isLabelled = data.plannedRows > 0 && data.annotatedShare > 0;
  const labelling = ["minutesPerRow", "annotatorUsdPerHour", "doubleLabelledShare"] as const;
  const isStated: readonly (readonly [isUnused: boolean, field: string, why: string])[] = [
    [!isSampled && plan.groupSize !== undefined, "training.groupSize", "it applies to GRPO"],
    [!isSampled && plan.completionTokens !== undefined, "training.completionTokens", "it applies to GRPO"],
    [trainsAll && plan.loraRank !== DEFAULT_RANK, "training.loraRank", "all weights are trained"],
    [task.classes !== undefined && task.kind !== "classification", "task.classes", `the task is ${task.kind}`],
    [!isPaired && data.preferencePairs > 0, "data.preferencePairs", "no training on pairs is planned"],
    [!isCorpus && data.corpusTokens > 0, "data.corpusTokens", "no continued pre-training is planned"],
    ...labelling.map(
      (name) => [!isLabelled && data[name] !== undefined, `data.${name}`, "no rows are annotated"] as const,
    ),
  ];
  return isStated.flatMap(([isUnused, field, why]) => (isUnused ? [{ field, why }] : []));
}
