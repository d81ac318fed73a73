import * as z from "zod";

/** A file name in the folder of the version; it cannot refer to a location outside it. */
const FileName = z.string().regex(/^(?!\.)[^/\\]{1,255}$/);

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A file of a frozen version. */
export const FrozenFile = z.strictObject({
  file: FileName.describe("Name of the file in the folder of the version; rows as JSONL"),
  source: z.string().describe("Name of its source file"),
  sourceSha256: Sha256.describe("SHA-256 of the source file"),
  rows: z.int().min(0).describe("Rows in it"),
  bytes: z.int().min(0).describe("Size"),
  sha256: Sha256.describe("SHA-256 of the file"),
  index: FileName.describe(
    "File with the SHA-256, the CRC-32 and the number of bytes of each row, including the line feed",
  ),
  indexSha256: Sha256.describe("SHA-256 of that file"),
});
export type FrozenFile = z.infer<typeof FrozenFile>;

/** Rows that two versions have in common, and rows that only one has. */
export const VersionCounts = z.strictObject({
  unchanged: z.int().min(0).describe("Rows in both"),
  added: z.int().min(0).describe("Rows only in the later version"),
  removed: z.int().min(0).describe("Rows only in the earlier version"),
  changed: z
    .int()
    .min(0)
    .nullable()
    .describe(
      "Rows with the same key and different content, or almost the same words; null if too many differ to compare",
    ),
});
export type VersionCounts = z.infer<typeof VersionCounts>;

/** `manifest.json` of a frozen version. */
export const FrozenManifest = z.strictObject({
  format: z.literal(1),
  kind: z.enum(["frozen", "replay"]).describe("frozen: it never changes; replay: one month of a series"),
  month: z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/)
    .nullable()
    .describe("Month of a replay set"),
  createdAt: z.iso.datetime().describe("When it was frozen"),
  by: z.string().min(1).describe("Who froze it"),
  reason: z.string().min(1).describe("Reason"),
  files: z.array(FrozenFile).min(1),
  rows: z.int().min(0).describe("Rows in all files"),
  digest: Sha256.describe("Hash of all other fields: the digest of the version"),
  after: VersionCounts.extend({ version: z.string().describe("Name of its folder"), digest: Sha256 })
    .nullable()
    .describe("The previous version, and the differences"),
});
export type FrozenManifest = z.infer<typeof FrozenManifest>;

/** Record of a version whose rows were deleted: `withdrawn.json` in its folder. */
export const Tombstone = z.strictObject({
  format: z.literal(1),
  withdrawnAt: z.iso.datetime().describe("When"),
  reason: z.string().min(1).describe("Why"),
  rows: z.int().min(1).describe("Rows that had to be deleted (n)"),
  digest: Sha256.describe("Digest of the version"),
  replacedBy: z
    .strictObject({ version: z.string().describe("Name of its folder"), digest: Sha256 })
    .nullable()
    .describe("The version with its other rows; null if it had no others"),
});
export type Tombstone = z.infer<typeof Tombstone>;

/** Result of `data freeze`. */
export const FreezeResult = z.strictObject({
  dir: z.string().describe("Folder of the version"),
  ...FrozenManifest.shape,
});
export type FreezeResult = z.infer<typeof FreezeResult>;

/** A change in a frozen version. */
export const FrozenFinding = z.strictObject({
  kind: z.enum([
    "changed-row",
    "missing-row",
    "extra-row",
    "moved-row",
    "changed-file",
    "missing-file",
    "extra-file",
    "other-digest",
    "withdrawn",
  ]),
  file: z.string(),
  row: z
    .int()
    .min(1)
    .nullable()
    .describe("Row of the file, from 1: in the frozen state, or in the current state for an additional row"),
  byte: z.int().min(1).nullable().describe("First byte of the row that differs, from 1; null if more than one differs"),
  offset: z.int().min(0).nullable().describe("Offset of that byte in the file, from 0"),
  detail: z.string(),
});
export type FrozenFinding = z.infer<typeof FrozenFinding>;

/** Result of `data verify` for one version. */
export const FrozenCheck = z.strictObject({
  dir: z.string().describe("Folder of the version"),
  ok: z.boolean().describe("Every byte is unchanged since it was frozen"),
  manifest: FrozenManifest.nullable().describe("Its manifest; null if unreadable"),
  findings: z.array(FrozenFinding).describe("Differences, the first hundred"),
  findingCount: z.int().min(0).describe("Number of differences"),
});
export type FrozenCheck = z.infer<typeof FrozenCheck>;

/** Comparison of two versions: `data verify --diff`. */
export const VersionDiff = VersionCounts.extend({
  from: z.string().describe("Folder of the earlier version"),
  to: z.string().describe("Folder of the later one"),
  by: z
    .string()
    .nullable()
    .describe("Field that identifies a row; null if there is none: changed rows are then found by words"),
  samples: z
    .array(
      z.strictObject({
        kind: z.enum(["added", "removed", "changed"]),
        file: z.string(),
        row: z.int().min(1).describe("Row of that file, from 1; for a changed row, in the later version"),
        id: z.string().nullable(),
        text: z.string().describe("Start of the row"),
        was: z.string().nullable().describe("Start of a changed row in the earlier version"),
      }),
    )
    .describe("The first few of each kind"),
});
export type VersionDiff = z.infer<typeof VersionDiff>;
