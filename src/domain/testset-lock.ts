import * as z from "zod";

import type { DatasetRef } from "./programme.ts";

/** Purpose of a frozen set. */
export const SetRole = z.enum(["test", "dev", "replay"]);
export type SetRole = z.infer<typeof SetRole>;

/** The role of a set's files among the dataset files of a programme, by the role of the set. */
export const DATASET_ROLE = { test: "eval", dev: "eval", replay: "replay" } as const satisfies Record<
  SetRole,
  DatasetRef["role"]
>;

/** A frozen set of a programme: its version and how its rows are read. */
export const LockedSet = z.strictObject({
  folder: z.string().min(1).describe("Folder of the frozen version, inside the programme folder"),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "expected a digest: 64 hex digits")
    .describe("Digest of that version, as `data freeze` printed it"),
  role: SetRole.describe("test: never used for training or tuning; dev: used while tuning; replay: traffic"),
  id: z.string().min(1).default("id").describe("Field that identifies an item"),
  licence: z.string().min(1).nullable().default(null).describe("Licence of the set; null if unknown"),
  slices: z.array(z.string().min(1)).default([]).describe("Fields by which scores are also reported"),
});
export type LockedSet = z.infer<typeof LockedSet>;

/** `testset.lock` in the programme folder: the sets that evaluations may use, pinned by their digests. */
export const TestsetLock = z.strictObject({
  format: z.literal(1),
  sets: z
    .record(z.string().regex(/^[\w.-]{1,60}$/, "expected letters, digits, dots, dashes"), LockedSet)
    .describe("Sets by name"),
});
export type TestsetLock = z.infer<typeof TestsetLock>;

/** An item that changed after the set was locked. */
export const ItemDifference = z.strictObject({
  change: z.enum(["changed", "added", "removed", "moved", "file"]),
  item: z.string().nullable().describe("Id of the item; null if it cannot be read any more"),
  place: z.string().describe("File and row"),
  detail: z.string(),
});
export type ItemDifference = z.infer<typeof ItemDifference>;

/** Result of `eval verify` for one set. */
export const SetCheck = z.strictObject({
  set: z.string(),
  folder: z.string(),
  role: SetRole,
  digest: z.string().describe("Digest in testset.lock"),
  ok: z.boolean().describe("Every byte is unchanged since the set was locked"),
  items: z.int().min(0).nullable().describe("Items of the version; null if its manifest cannot be read"),
  differences: z.array(ItemDifference).describe("Differences, the first hundred"),
  differenceCount: z.int().min(0),
});
export type SetCheck = z.infer<typeof SetCheck>;
