import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { sha256 } from "../../../base/hash.ts";
import type { OpenaiTarget } from "../../../domain/training-target.ts";
import type { FineTuningApi, FineTuningJob } from "../../../remote/fine-tuning-jobs.ts";
import { HostedConfig } from "../../engines/openai/config.ts";
import type { PlacedAttempt } from "../scheduler.ts";

/** Metadata key under which a job stores the id of its attempt. */
const METADATA = "tunewright";

/** Suffix of the model name, which is preserved even by servers without metadata. */
function suffixOf({ id }: Pick<PlacedAttempt, "id">, wanted: string | undefined): string {
  const own = `tw-${id}`;
  return wanted === undefined ? own : `${wanted.slice(0, 63 - own.length)}-${own}`;
}

/**
 * The job of an attempt that already exists at the provider; undefined if there is none. The API has no idempotency
 * key, so a submission first looks for a job that an earlier submission created before it was killed.
 */
export async function submittedJob(
  api: FineTuningApi,
  attempt: Pick<PlacedAttempt, "id">,
): Promise<FineTuningJob | undefined> {
  const end = `tw-${attempt.id}`;
  for await (const job of api.jobs()) {
    if (job.metadata?.[METADATA] === attempt.id || job.user_provided_suffix?.endsWith(end) === true) return job;
  }
  return undefined;
}

/**
 * Uploads the rows of an attempt and creates its job. A file with the same bytes that the provider already has is not
 * uploaded again.
 *
 * @source openai-openapi f85dbe2, CreateFineTuningJobRequest: `method`, and before it `hyperparameters` at the top
 * level
 */
export async function createJob(
  api: FineTuningApi,
  attempt: PlacedAttempt,
  target: OpenaiTarget,
): Promise<FineTuningJob> {
  const config = HostedConfig.parse(JSON.parse(await readFile(join(attempt.jobFolder, "config.json"), "utf8")));
  const { hyperparameters } = config;
  const training = await upload(api, config.files);
  const validation = config.evaluation_files.length === 0 ? undefined : await upload(api, config.evaluation_files);
  const { beta, ...plain } = hyperparameters;
  const settings =
    target.hyperparameters === "top-level"
      ? { hyperparameters: plain }
      : {
          method: {
            type: config.method,
            [config.method]: {
              hyperparameters: config.method === "dpo" && beta !== undefined ? hyperparameters : plain,
            },
          },
        };
  return api.create({
    model: config.model,
    training_file: training,
    ...(validation === undefined ? {} : { validation_file: validation }),
    seed: config.seed,
    suffix: suffixOf(attempt, config.suffix),
    metadata: { [METADATA]: attempt.id },
    ...settings,
  });
}

async function upload(api: FineTuningApi, files: readonly string[]): Promise<string> {
  const content = Buffer.concat(await Promise.all(files.map((file) => readFile(file))));
  return api.file({ name: `tunewright-${sha256(content).slice(0, 16)}.jsonl`, content });
}
