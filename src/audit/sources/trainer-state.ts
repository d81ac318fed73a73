import type { TrainerState } from "../../domain/audit-import.ts";

/**
 * Reads a `trainer_state.json` of Transformers.
 *
 * @returns null if the value is not one
 */
export function trainerState(value: unknown, file: string): TrainerState | null {
  if (value === null || typeof value !== "object") return null;
  const state = value as Record<string, unknown>;
  const log = state["log_history"];
  if (!Array.isArray(log)) return null;
  const number = (key: string): number | null => {
    const found = state[key];
    return typeof found === "number" && Number.isFinite(found) ? found : null;
  };
  const isEvaluation = (entry: unknown): boolean =>
    entry !== null && typeof entry === "object" && Object.keys(entry).some((key) => key.startsWith("eval_"));
  return {
    file,
    steps: number("global_step"),
    epochs: number("epoch"),
    trainBatch: number("train_batch_size"),
    tokens: number("num_input_tokens_seen"),
    evaluations: log.filter(isEvaluation).length,
  };
}
