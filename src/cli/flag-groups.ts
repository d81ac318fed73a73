/** Flags of a command under one heading of its help, in order. */
export type FlagGroup = { title: string; fields: readonly string[] };

/** Flags of a training run: the ten most important first, then the others by topic. */
export const RUN_FLAG_GROUPS: readonly FlagGroup[] = [
  {
    title: "Main options:",
    fields: [
      "model",
      "method",
      "gpu",
      "gpuCount",
      "sequenceTokens",
      "batchSequences",
      "loraRank",
      "sharding",
      "checkpointing",
      "stack",
    ],
  },
  { title: "Rows and epochs:", fields: ["rows", "meanTokens", "epochs", "packing", "groupByLength"] },
  {
    title: "Price:",
    fields: ["usdPerGpuHour", "term", "sellerClass", "on"],
  },
  {
    title: "Batch and layout:",
    fields: ["gradAccum", "tensorParallel", "pipelineParallel", "contextParallel", "expertParallel"],
  },
  { title: "Adapter and base:", fields: ["loraTargets", "quantisation", "experts"] },
  {
    title: "Precision, kernels and memory:",
    fields: ["precision", "optimizer", "attention", "lossPath", "offload"],
  },
  {
    title: "Preferences and reinforcement:",
    fields: [
      "objective",
      "reference",
      "rolloutEngine",
      "rolloutMemoryShare",
      "groupSize",
      "completionTokens",
      "rolloutTokensPerSec",
    ],
  },
  { title: "Measurements:", fields: ["calibration", "trace", "python"] },
];

/** Fields with their headings, grouped by heading. Fields without a group come last. */
export function groupedFields(
  fields: readonly string[],
  groups: readonly FlagGroup[] = [],
): { field: string; title: string | undefined }[] {
  const inGroups = groups.flatMap(({ title, fields: own }) =>
    own.filter((field) => fields.includes(field)).map((field) => ({ field, title })),
  );
  const seen = new Set(inGroups.map(({ field }) => field));
  return [...inGroups, ...fields.filter((field) => !seen.has(field)).map((field) => ({ field, title: undefined }))];
}
