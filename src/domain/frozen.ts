import * as z from "zod";

/** A name in the version's own folder: never a way out of it. */
const FileName = z.string().regex(/^(?!\.)[^/\\]{1,255}$/);

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A file of a frozen version. */
export const FrozenFile = z.strictObject({
  file: FileName.describe("Its name in the version's folder: rows as JSONL"),
  source: z.string().describe("Name of its source file"),
  sourceSha256: Sha256.describe("Hash of that file"),
  rows: z.int().min(0).describe("Rows in it"),
  bytes: z.int().min(0).describe("Its size"),
  sha256: Sha256.describe("Its hash"),
  index: FileName.describe("File with the SHA-256, the CRC-32 and the bytes of each row, line feed included"),
  indexSha256: Sha256.describe("Hash of that file"),
});
export type FrozenFile = z.infer<typeof FrozenFile>;

/** How many rows two versions share, and how many they do not. */
export const VersionCounts = z.strictObject({
  unchanged: z.int().min(0).describe("Rows in both"),
  added: z.int().min(0).describe("Rows that only the later one has"),
  removed: z.int().min(0).describe("Rows that only the earlier one has"),
  changed: z
    .int()
    .min(0)
    .nullable()
    .describe(
      "Rows of the same key and another content, or nearly the same words; null where too many differ to compare",
    ),
});
export type VersionCounts = z.infer<typeof VersionCounts>;

/** What a frozen version is: `manifest.json` in its folder. */
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
  reason: z.string().min(1).describe("Why"),
  files: z.array(FrozenFile).min(1),
  rows: z.int().min(0).describe("Rows in all files"),
  digest: Sha256.describe("Hash of all other fields: the digest of the version"),
  after: VersionCounts.extend({ version: z.string().describe("Name of its folder"), digest: Sha256 })
    .nullable()
    .describe("The version that it follows, and what differs"),
});
export type FrozenManifest = z.infer<typeof FrozenManifest>;

/** What `data freeze` made. */
export const FreezeResult = z.strictObject({
  dir: z.string().describe("Folder of the version"),
  ...FrozenManifest.shape,
});
export type FreezeResult = z.infer<typeof FreezeResult>;

/** Something in a frozen version that has changed since it was frozen. */
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
  ]),
  file: z.string(),
  row: z.int().min(1).nullable().describe("Row of the file, from 1: as frozen, of an extra one as it is"),
  byte: z.int().min(1).nullable().describe("Byte of the row, from 1; null if more than one differs"),
  offset: z.int().min(0).nullable().describe("Offset of that byte in the file, from 0"),
  detail: z.string(),
});
export type FrozenFinding = z.infer<typeof FrozenFinding>;

/** What `data verify` found of one version. */
export const FrozenCheck = z.strictObject({
  dir: z.string().describe("Folder of the version"),
  ok: z.boolean().describe("Every byte is unchanged since it was frozen"),
  manifest: FrozenManifest.nullable().describe("Its manifest; null if unreadable"),
  findings: z.array(FrozenFinding).describe("What differs, the first hundred"),
  findingCount: z.int().min(0).describe("Number of differences"),
});
export type FrozenCheck = z.infer<typeof FrozenCheck>;

/** Two versions side by side: `data verify --diff`. */
export const VersionDiff = VersionCounts.extend({
  from: z.string().describe("Folder of the earlier version"),
  to: z.string().describe("Folder of the later one"),
  by: z
    .string()
    .nullable()
    .describe("Field that names a row; null where rows have none: changed rows are found by words"),
  samples: z
    .array(
      z.strictObject({
        kind: z.enum(["added", "removed", "changed"]),
        file: z.string(),
        row: z.int().min(1).describe("Row of that file, from 1; of a changed row in the later version"),
        id: z.string().nullable(),
        text: z.string().describe("Start of the row"),
        was: z.string().nullable().describe("Of a changed row its start in the earlier version"),
      }),
    )
    .describe("The first few of each kind"),
});
export type VersionDiff = z.infer<typeof VersionDiff>;
