import type { TrainingFile } from "../../domain/training-job.ts";

/** Number of checkpoints to keep: the newest one and a fallback. */
export const KEPT_CHECKPOINTS = 2;

/**
 * Arguments of the Trainer of transformers, which TRL and LLaMA-Factory extend.
 *
 * @source `TrainingArguments` of transformers 5.24
 */
export function trainerArguments(spec: TrainingFile, { isCpu }: { isCpu: boolean }): Record<string, unknown> {
  return {
    run_name: spec.name,
    max_steps: spec.maxSteps,
    save_steps: spec.saveSteps,
    save_total_limit: KEPT_CHECKPOINTS,
    logging_steps: spec.loggingSteps,
    logging_nan_inf_filter: false,
    per_device_train_batch_size: spec.batchSequences,
    gradient_accumulation_steps: spec.accumulationSteps,
    learning_rate: spec.learningRate,
    lr_scheduler_type: spec.schedule,
    seed: spec.seed,
    use_cpu: isCpu,
    bf16: !isCpu,
  };
}
