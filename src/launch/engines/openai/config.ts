import * as z from "zod";

/** Configuration of a job trained by a provider: `config.json`. */
export const HostedConfig = z.object({
  model: z.string(),
  method: z.enum(["supervised", "dpo"]),
  files: z.array(z.string()).min(1),
  evaluation_files: z.array(z.string()),
  seed: z.int(),
  suffix: z.string().optional(),
  test_question: z.string(),
  hyperparameters: z.object({
    n_epochs: z.int(),
    batch_size: z.int(),
    learning_rate_multiplier: z.number().optional(),
    beta: z.number().optional(),
  }),
});
export type HostedConfig = z.infer<typeof HostedConfig>;

/** Name of the file with the provider's last report, in the output folder of a job. */
export const HOSTED_FILE = "hosted.json";

/** Latest data received from the provider about a job. */
export const HostedNews = z.object({
  jobId: z.string(),
  status: z.string(),
  modelId: z.string().nullable(),
  trainedTokens: z.number().nullable(),
  /** Last step with metrics; null before the first. */
  step: z.int().nullable(),
  metrics: z.array(z.object({ step: z.int(), values: z.record(z.string(), z.number()) })),
  checkpoints: z.array(z.object({ step: z.int(), modelId: z.string() })),
  /**
   * Answer of the finished model to the test question; null before the question is sent, or the reason why the model
   * did not answer.
   */
  answer: z.string().nullable(),
  answerError: z.string().nullable(),
});
export type HostedNews = z.infer<typeof HostedNews>;
