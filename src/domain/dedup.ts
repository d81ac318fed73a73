import * as z from "zod";

/** Rule that decides which of several duplicates is kept. */
export const KeepPolicy = z
  .enum(["first", "longest", "best", "oldest", "source"])
  .describe(
    "Which of several similar rows is kept: the first; the longest, with most words; the one with the highest (best) or earliest (oldest) value of a field; the one from the preferred source",
  );
export type KeepPolicy = z.infer<typeof KeepPolicy>;

/** Method of finding duplicates. */
export const DedupMethod = z
  .enum(["near", "exact", "simhash", "paragraphs", "passages", "vectors"])
  .describe(
    "near: by shingles of words; exact: the same words and symbols in the same order; simhash: by a 64-bit hash; paragraphs: most of the words are in paragraphs (lines of at least 8 words) of earlier rows, or all of them in one row; passages: most of the words are in runs of 50 words of earlier rows; vectors: by cosine of given embeddings",
  );
export type DedupMethod = z.infer<typeof DedupMethod>;

/** Another tool whose MinHash is reproduced. */
export const CompatTool = z.enum(["datatrove", "datatrove-sha1", "datasketch", "text-dedup"]);
export type CompatTool = z.infer<typeof CompatTool>;

/** Definition of a duplicate, and the rule for selecting the row that is kept. */
export const DedupOptions = z.strictObject({
  textField: z.string().min(1).optional().describe("Field to compare; default: the trained text"),
  method: DedupMethod.default("near"),
  threshold: z
    .number()
    .min(0.1)
    .max(1)
    .default(0.8)
    .describe(
      "Similarity from which rows count as duplicates: Jaccard similarity of 5-word shingles, share of words in repeated paragraphs or passages, or cosine of vectors (on the command line 0.95 by default)",
    ),
  verify: z
    .boolean()
    .default(true)
    .describe("Compare all shingles of candidate rows")
    .meta({ whenOff: "Decide by sketches only, without comparing all shingles" }),
  distance: z
    .int()
    .min(0)
    .max(7)
    .default(3)
    .describe("Number of the 64 bits in which rows may differ with --method simhash"),
  vectorField: z
    .string()
    .min(1)
    .optional()
    .describe("Field with the embedding of a row, a list of numbers, for --method vectors"),
  keep: KeepPolicy.default("first"),
  by: z.string().min(1).optional().describe("Field for --keep best and oldest: a number, or a date as text"),
  sources: z.array(z.string().min(1)).optional().describe("Sources for --keep source, the preferred one first"),
  nearLimit: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe(
      "Share of near-duplicates above which the run stops before anything is written; check the clusters, then continue with --yes. Exact copies are not counted",
    ),
  clusterAlarm: z
    .int()
    .min(1)
    .default(1000)
    .describe("Number of different texts similar to one row that triggers a warning: they may share a template"),
  removalAlarm: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe("Dropped share of a source above which a warning is given"),
  compat: CompatTool.optional().describe(
    "Reproduce the signatures and clusters of another tool: rows that share a band are in one cluster, and nothing is compared",
  ),
  permutations: z
    .int()
    .min(1)
    .max(4096)
    .optional()
    .describe("Values of a signature with --compat; default: 112 for datatrove and 128 for the others"),
});
export type DedupOptions = z.infer<typeof DedupOptions>;

/** Options of the stage that drops duplicates in a pipeline. */
export const DuplicatesOptions = DedupOptions.omit({ compat: true, permutations: true }).extend({
  method: DedupMethod.exclude(["passages"])
    .default("near")
    .describe(
      "As in data dedup, except passages, which would need all words of all earlier rows and therefore unbounded memory",
    ),
});
export type DuplicatesOptions = z.infer<typeof DuplicatesOptions>;

/** A row that was dropped as a duplicate. */
export const DroppedDuplicate = z.strictObject({
  row: z.int().min(0).describe("Line of the row from 0"),
  jaccard: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe(
      "Similarity with the kept row, depending on the method: Jaccard, share of words, cosine; null if it was not computed",
    ),
  reason: z.string().optional().describe("Why there is no similarity, if it is null"),
  file: z.string().optional().describe("File of the row, if several are read"),
});
export type DroppedDuplicate = z.infer<typeof DroppedDuplicate>;

/** A kept row with the rows that were dropped in its favour. */
export const DuplicateCluster = z.strictObject({
  keep: z.int().min(0).describe("Line of the kept row from 0"),
  file: z.string().optional().describe("File of the row, if several are read or it is in the index"),
  indexed: z.literal(true).optional().describe("Set if the kept row comes from an earlier import in the index"),
  drop: z.array(DroppedDuplicate).describe("Rows similar to it, in the order of the files"),
});
export type DuplicateCluster = z.infer<typeof DuplicateCluster>;

/** A finding about the duplicates that a person should check before rows are dropped. */
export const DedupFinding = z.strictObject({
  finding: z
    .enum([
      "near-removal",
      "label-conflict",
      "written-differently",
      "source-removal",
      "large-cluster",
      "crowded",
      "no-words",
    ])
    .describe(
      "near-removal: the share of near-duplicates exceeds `nearLimit`; label-conflict: rows with the same prompt and different answers, labels or preferences, which are all kept; written-differently: exact duplicates that differ from the kept row in case, punctuation or white space; source-removal: a source loses a larger share of its rows than allowed; large-cluster: more texts are similar to one row than `clusterAlarm`; crowded: rows had more candidates than were compared; no-words: empty rows, or rows without the field, were not compared",
    ),
  rows: z.int().min(1).describe("Rows concerned"),
  detail: z.string(),
});
export type DedupFinding = z.infer<typeof DedupFinding>;

/** A prompt with different answers. All its rows are kept. */
export const LabelConflict = z.strictObject({
  prompt: z.string().describe("Start of the prompt"),
  rows: z
    .array(
      z.strictObject({
        row: z.int().min(0).describe("Line of the row from 0"),
        file: z.string().optional().describe("File of the row, if several are read or it is in the index"),
        indexed: z.literal(true).optional().describe("Set if the row comes from an earlier import"),
        answer: z.string().nullable().describe("Start of its answer; null if the row comes from an earlier import"),
      }),
    )
    .describe("The first rows with that prompt"),
});
export type LabelConflict = z.infer<typeof LabelConflict>;

/** A row that was merged with a row that has the same words, written differently. */
export const WrittenDifference = z.strictObject({
  row: z.int().min(0).describe("Line of the dropped row from 0"),
  file: z.string().optional().describe("File of the row, if several are read"),
  text: z.string().describe("Its text around the first difference"),
  kept: z.strictObject({
    row: z.int().min(0).describe("Line of the kept row from 0"),
    file: z.string().optional().describe("File of the row, if several are read or it is in the index"),
    indexed: z.literal(true).optional().describe("Set if the row comes from an earlier import"),
    text: z.string().nullable().describe("Its text at this place; null if the row comes from an earlier import"),
  }),
});
export type WrittenDifference = z.infer<typeof WrittenDifference>;

/** Rows by their similarity to the most similar earlier row. */
export const SimilarityHistogram = z.strictObject({
  bins: z
    .array(z.strictObject({ from: z.number(), to: z.number(), rows: z.int().min(0) }))
    .describe("Rows by Jaccard similarity of 5-word shingles, from 0.5; exact copies are not included"),
  exact: z.int().min(0).describe("Exact copies"),
  suggested: z.number().nullable().describe("Threshold in the gap of the histogram; null if it has none"),
  basis: z.string().describe("Why this threshold is suggested, or why none is"),
});
export type SimilarityHistogram = z.infer<typeof SimilarityHistogram>;

/** Rows that were dropped from one file. */
export const DedupedFile = z.strictObject({
  file: z.string(),
  rowsIn: z.int().min(0).describe("Non-blank lines, or rows of a table"),
  rowsKept: z.int().min(0),
  wordsIn: z
    .int()
    .min(0)
    .describe(
      "Tokens: words and numbers; in scripts without spaces, single letters; a text of symbols alone counts as one",
    ),
  wordsKept: z.int().min(0),
  exact: z.int().min(0).describe("Dropped: the same words and symbols in the same order as a kept row"),
  near: z.int().min(0).describe("Dropped: similar, by the threshold"),
  unreadable: z.int().min(0).describe("Dropped: unreadable rows"),
});
export type DedupedFile = z.infer<typeof DedupedFile>;

/** Result of `data dedup`. */
export const DedupResult = z.strictObject({
  method: DedupMethod,
  threshold: z.number(),
  verified: z.boolean().describe("Whether candidates were compared in full"),
  files: z.array(DedupedFile),
  clusters: z.int().min(0).describe("Kept rows that have duplicates"),
  samples: z.array(DuplicateCluster).describe("The first clusters"),
  conflicts: z
    .strictObject({
      prompts: z
        .int()
        .min(0)
        .describe(
          "Prompts with different answers; of preference pairs and rated answers, those that contradict each other",
        ),
      rows: z.int().min(0).describe("Rows with such a prompt"),
      samples: z.array(LabelConflict).describe("The first of them"),
    })
    .describe("Label conflicts: the same prompt with different answers. Nothing is merged"),
  writtenDifferently: z
    .strictObject({
      rows: z
        .int()
        .min(0)
        .describe("Exact duplicates that differ from the kept row in case, punctuation or white space"),
      samples: z.array(WrittenDifference).describe("The first of them"),
    })
    .describe("Rows merged although their text differs"),
  histogram: SimilarityHistogram.nullable().describe("Similarities of the rows; null if not requested"),
  findings: z.array(DedupFinding),
  out: z.string().nullable().describe("File with the kept rows"),
});
export type DedupResult = z.infer<typeof DedupResult>;
