import * as z from "zod";

import { LedgerHead } from "./ledger.ts";
import { Day } from "./source.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What a pack claims about one requirement, and the files that the claim rests on. */
export const PackClaim = z.strictObject({
  id: z.string().describe("Id of the requirement, or papers for the papers themselves"),
  title: z.string().describe("Title of the requirement"),
  claim: z.string().describe("What is claimed"),
  missing: z.array(z.string()).describe("Evidence that the requirement asks for and the pack does not have"),
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
  law: z.string().describe("State of the law that was applied"),
  ledgerHead: LedgerHead.nullable().describe("Head of the ledger; null where nothing was logged"),
  claims: z.array(PackClaim).describe("Claims; each file belongs to exactly one"),
  files: z
    .array(z.strictObject({ path: z.string(), bytes: z.int().min(0), sha256: Sha256 }))
    .describe("Files in the order of the archive, after the manifest"),
});
export type PackManifest = z.infer<typeof PackManifest>;

/** What `comply pack` wrote. */
export const PackSummary = z.strictObject({
  path: z.string().describe("The pack"),
  sha256: Sha256.describe("SHA-256 of the pack: keep it elsewhere"),
  bytes: z.int().describe("Its size"),
  files: z.int().describe("Files in it, the manifest aside"),
  claims: z.int().describe("Requirements with evidence in it"),
  withoutEvidence: z.int().describe("Requirements that apply, now or later, and have none"),
  ledgerHead: LedgerHead.nullable().describe("Head of the ledger; null where nothing was logged"),
});
export type PackSummary = z.infer<typeof PackSummary>;

/** Something in a pack that is not as it was written. */
export const PackChange = z.strictObject({
  place: z.string().describe("File in the pack, or the part of the archive"),
  offset: z
    .int()
    .min(0)
    .describe("First byte of the pack that differs, as far as it is known; else where the part begins"),
  detail: z.string().describe("What was expected and what is there"),
  breaks: z.array(z.string()).describe("Claims that can no longer be relied on"),
});
export type PackChange = z.infer<typeof PackChange>;

/** The check of a pack. */
export const PackCheck = z.strictObject({
  path: z.string().describe("The pack"),
  sha256: Sha256.describe("SHA-256 of the pack as it is"),
  isIntact: z.boolean().describe("Every byte is as it was written"),
  claims: z.int().nullable().describe("Claims of the pack; null where its manifest cannot be read"),
  broken: z.array(z.string()).describe("Claims that can no longer be relied on"),
  changes: z.array(PackChange).describe("What is not as it was written"),
  limits: z.string().describe("What such a check cannot see"),
});
export type PackCheck = z.infer<typeof PackCheck>;
