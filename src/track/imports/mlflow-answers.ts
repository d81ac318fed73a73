import * as z from "zod";

const Integer = z.union([z.number(), z.bigint(), z.string()]);
/** The value of a metric: a whole one above 2^53 is read as a bigint, NaN and infinity are texts. */
const MetricValue = z.union([z.number(), z.bigint(), z.string()]);
const Pair = z.object({ key: z.string(), value: z.string().default("") });

/** A run as `runs/search` returns it. */
export const RunAnswer = z.object({
  info: z.object({
    run_id: z.string(),
    experiment_id: z.string(),
    run_name: z.string().default(""),
    user_id: z.string().default(""),
    status: z.enum(["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"]),
    start_time: Integer.optional(),
    end_time: Integer.optional(),
    lifecycle_stage: z.string().default("active"),
  }),
  data: z
    .object({
      metrics: z
        .array(z.object({ key: z.string(), value: z.unknown(), timestamp: z.unknown(), step: z.unknown() }))
        .default([]),
      params: z.array(Pair).default([]),
      tags: z.array(Pair).default([]),
    })
    .prefault({}),
  inputs: z
    .object({
      dataset_inputs: z
        .array(
          z.object({
            tags: z.array(Pair).default([]),
            dataset: z.object({
              name: z.string(),
              digest: z.string(),
              source_type: z.string().default(""),
              source: z.string().default(""),
              schema: z.string().optional(),
              profile: z.string().optional(),
            }),
          }),
        )
        .default([]),
      model_inputs: z.array(z.object({ model_id: z.string() })).default([]),
    })
    .prefault({}),
  outputs: z
    .object({ model_outputs: z.array(z.object({ model_id: z.string(), step: Integer.default(0) })).default([]) })
    .prefault({}),
});
export type RunAnswer = z.infer<typeof RunAnswer>;

/** Answer of `experiments/search`. */
export const Experiments = z.object({
  experiments: z.array(z.object({ experiment_id: z.string(), name: z.string() })).default([]),
  next_page_token: z.string().optional(),
});

/** Answer of `runs/search`. */
export const Runs = z.object({ runs: z.array(RunAnswer).default([]), next_page_token: z.string().optional() });

/** Answer of `metrics/get-history`. */
export const History = z.object({
  metrics: z
    .array(
      z.object({
        key: z.string(),
        value: MetricValue,
        timestamp: Integer,
        step: Integer.default(0),
      }),
    )
    .default([]),
  next_page_token: z.string().optional(),
});

/** A registered model as `registered-models/search` returns it. */
const RegisteredAnswer = z.object({
  name: z.string(),
  creation_timestamp: Integer.optional(),
  last_updated_timestamp: Integer.optional(),
  description: z.string().optional(),
  tags: z.array(Pair).default([]),
  aliases: z.array(z.object({ alias: z.string(), version: Integer })).default([]),
});

/** Answer of `registered-models/search`. */
export const Registered = z.object({
  registered_models: z.array(RegisteredAnswer).default([]),
  next_page_token: z.string().optional(),
});

/** A version as `model-versions/search` returns it. */
export const VersionAnswer = z.object({
  name: z.string(),
  version: Integer,
  creation_timestamp: Integer.optional(),
  last_updated_timestamp: Integer.optional(),
  user_id: z.string().optional(),
  current_stage: z.string().default("None"),
  description: z.string().optional(),
  source: z.string().default(""),
  run_id: z.string().optional(),
  run_link: z.string().optional(),
  status: z.string().default("READY"),
  status_message: z.string().optional(),
  model_id: z.string().optional(),
  tags: z.array(Pair).default([]),
});
export type VersionAnswer = z.infer<typeof VersionAnswer>;

/** Answer of `model-versions/search`. */
export const Versions = z.object({
  model_versions: z.array(VersionAnswer).default([]),
  next_page_token: z.string().optional(),
});

/** Answer of `model-versions/get-download-uri`. */
export const Download = z.object({ artifact_uri: z.string().default("") });

/** A logged model as `logged-models/search` returns it. */
export const LoggedAnswer = z.object({
  info: z.object({
    model_id: z.string(),
    experiment_id: z.string(),
    name: z.string().default(""),
    creation_timestamp_ms: Integer.optional(),
    last_updated_timestamp_ms: Integer.optional(),
    artifact_uri: z.string().default(""),
    status: z.union([z.string(), z.number()]).optional(),
    model_type: z.string().default(""),
    source_run_id: z.string().optional(),
    tags: z.array(Pair).default([]),
  }),
  data: z
    .object({
      params: z.array(Pair).default([]),
      metrics: z
        .array(
          z.object({
            key: z.string(),
            value: MetricValue,
            timestamp: Integer,
            step: Integer.default(0),
            dataset_name: z.string().default(""),
            dataset_digest: z.string().default(""),
            run_id: z.string().default(""),
          }),
        )
        .default([]),
    })
    .prefault({}),
});
export type LoggedAnswer = z.infer<typeof LoggedAnswer>;

/** Answer of `logged-models/search`. */
export const Logged = z.object({ models: z.array(LoggedAnswer).default([]), next_page_token: z.string().optional() });

/** Answer of `traces/search`; only the number of traces is used. */
export const Traces = z.object({ traces: z.array(z.unknown()).default([]) });

/** Answer of `artifacts/list`. */
export const Files = z.object({
  files: z
    .array(z.object({ path: z.string(), is_dir: z.boolean().default(false), file_size: Integer.optional() }))
    .default([]),
});

/** The value of a metric. The official server keeps and sends the largest double for infinity. */
export function valueOf(value: z.infer<typeof MetricValue>): number {
  const number = Number(
    value === "Infinity" ? Number.POSITIVE_INFINITY : value === "-Infinity" ? Number.NEGATIVE_INFINITY : value,
  );
  return Math.abs(number) === Number.MAX_VALUE ? Math.sign(number) * Number.POSITIVE_INFINITY : number;
}
