import * as z from "zod";

/** Trackers from which runs can be imported. */
export const ImportFormat = z
  .enum(["mlflow-server", "mlflow-folder", "mlflow-sqlite", "wandb", "wandb-export", "trackio"])
  .describe("Kind of source");
export type ImportFormat = z.infer<typeof ImportFormat>;

/** Request of an import. */
export const RunImportRequest = z.strictObject({
  source: z
    .string()
    .min(1)
    .describe(
      "Address of an MLflow server, folder mlruns, SQLite file of MLflow, folder wandb, exports of W&B, or Trackio's PROJECT.db",
    ),
  format: ImportFormat.optional().describe("Kind of source; default: recognised"),
  skipArtifacts: z.boolean().default(false).describe("Do not copy the files of runs and models"),
});
export type RunImportRequest = z.infer<typeof RunImportRequest>;

/** Counts of models, or of their versions. */
export const ItemCounts = z.strictObject({
  found: z.int().describe("In the source"),
  imported: z.int().describe("New here"),
  updated: z.int().describe("Imported before; the source had changed"),
  unchanged: z.int().describe("Already here"),
  leftOut: z.int().describe("Not imported; `skipped` lists the reasons"),
});
export type ItemCounts = z.infer<typeof ItemCounts>;

/** Result of an import. */
export const RunImport = z.strictObject({
  source: z.string().describe("Source"),
  format: ImportFormat,
  experiments: z.int().describe("Experiments with runs"),
  runs: z.strictObject({
    found: z.int().describe("Runs in the source"),
    imported: z.int().describe("New runs"),
    updated: z.int().describe("Known runs that had changed, or had been imported only in part"),
    unchanged: z.int().describe("Runs that had already been imported completely"),
  }),
  points: z.int().describe("Points read; a point that is already stored is not stored again"),
  stored: z.int().describe("Points of the imported runs that are now stored"),
  params: z.int().describe("Params in the source"),
  registeredModels: ItemCounts.describe("Registered models"),
  modelVersions: ItemCounts.describe("Versions of registered models"),
  loggedModels: ItemCounts.describe("Logged models"),
  artifacts: z.strictObject({
    files: z.int().describe("Files copied"),
    bytes: z.number().describe("Size of these files"),
    known: z.int().describe("Files that already existed with the same size"),
  }),
  skipped: z
    .array(z.strictObject({ what: z.string().describe("Omissions"), count: z.int() }))
    .describe("What was left out, with its count"),
  agrees: z
    .boolean()
    .describe(
      "Every run of the source is stored with every distinct point, and every model that was not left out with its content",
    ),
});
export type RunImport = z.infer<typeof RunImport>;
