import * as z from "zod";

const Integer = z.union([z.number(), z.bigint(), z.string()]);
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
      metrics: z.array(z.object({ key: z.string() })).default([]),
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
    })
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
        value: z.union([z.number(), z.string()]),
        timestamp: Integer,
        step: Integer.default(0),
      }),
    )
    .default([]),
  next_page_token: z.string().optional(),
});

/** Answer of `registered-models/search`; only the number of models is used. */
export const Registered = z.object({
  registered_models: z.array(z.unknown()).default([]),
  next_page_token: z.string().optional(),
});

/** Answer of `logged-models/search`; only the number of models is used. */
export const Logged = z.object({ models: z.array(z.unknown()).default([]) });

/** Answer of `traces/search`; only the number of traces is used. */
export const Traces = z.object({ traces: z.array(z.unknown()).default([]) });

/** Answer of `artifacts/list`. */
export const Files = z.object({
  files: z
    .array(z.object({ path: z.string(), is_dir: z.boolean().default(false), file_size: Integer.optional() }))
    .default([]),
});
