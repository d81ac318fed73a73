import * as z from "zod";

import { LedgerHead } from "./ledger.ts";
import { Day } from "./source.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A claim about one requirement, and the files on which it is based. */
export const PackClaim = z.strictObject({
  id: z.string().describe("Id of the requirement, or `papers` for the papers themselves"),
  title: z.string().describe("Title of the requirement"),
  claim: z.string().describe("What is claimed"),
  missing: z.array(z.string()).describe("Required evidence that is not in the pack"),
  files: z.array(z.string()).describe("Paths in the pack"),
});
export type PackClaim = z.infer<typeof PackClaim>;

/** `manifest.json` of a pack: every file with its hash, in the order of the archive. */
export const PackManifest = z.strictObject({
  format: z.literal(1),
  programme: z.string().describe("Name of the programme"),
  programmeSha256: Sha256.describe("SHA-256 of programme.yaml"),
  on: Day.describe("Day of the pack"),
  tool: z.string().describe("Tunewright and its version"),
  law: z.string().describe("Version of the law that was applied"),
  ledgerHead: LedgerHead.nullable().describe("Ledger head; null if nothing was logged"),
  claims: z.array(PackClaim).describe("Claims; each file belongs to exactly one"),
  files: z
    .array(z.strictObject({ path: z.string(), bytes: z.int().min(0), sha256: Sha256 }))
    .describe("Files in the order of the archive, after the manifest"),
});
export type PackManifest = z.infer<typeof PackManifest>;

/** Result of `comply pack`. */
export const PackSummary = z.strictObject({
  path: z.string().describe("The pack"),
  sha256: Sha256.describe("SHA-256 of the pack; store it separately"),
  bytes: z.int().describe("Its size"),
  files: z.int().describe("Files in the pack, without the manifest"),
  claims: z.int().describe("Requirements with evidence in the pack"),
  withoutEvidence: z.int().describe("Requirements that apply, now or later, without evidence"),
  ledgerHead: LedgerHead.nullable().describe("Ledger head; null if nothing was logged"),
});
export type PackSummary = z.infer<typeof PackSummary>;

/** A difference between a pack and its manifest. */
export const PackChange = z.strictObject({
  place: z.string().describe("File in the pack, or part of the archive"),
  offset: z.int().min(0).describe("First byte of the pack that differs; the start of the part if unknown"),
  detail: z.string().describe("What was expected and what was found"),
  breaks: z.array(z.string()).describe("Claims that are no longer supported"),
});
export type PackChange = z.infer<typeof PackChange>;

/** Result of checking a pack. */
export const PackCheck = z.strictObject({
  path: z.string().describe("The pack"),
  sha256: Sha256.describe("Actual SHA-256 of the pack"),
  isIntact: z.boolean().describe("Every byte is unchanged"),
  claims: z.int().nullable().describe("Claims of the pack; null if its manifest cannot be read"),
  broken: z.array(z.string()).describe("Claims that are no longer supported"),
  changes: z.array(PackChange).describe("Differences"),
  limits: z.string().describe("What this check cannot detect"),
});
export type PackCheck = z.infer<typeof PackCheck>;
