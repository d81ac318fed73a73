import { canonicalJson, sha256 } from "../../../base/hash.ts";
import type { StageCounts } from "./funnel.ts";

/** A file of an artefact. */
export type FileRef = { sha256: string; bytes: number };

/** Outcome of a shard's rows: `kept`, `dropped`, `notes`; a file without rows is not written. */
export type ShardFiles = Readonly<Partial<Record<"kept" | "dropped" | "notes", FileRef>>>;

/** A complete shard. */
export type ShardRecord = { shard: number; counts: StageCounts; files: ShardFiles };

/** Inputs of an artefact; its name is the hash of them. */
export type ArtefactSpec = {
  stage: string;
  version: number;
  /** Options as in programme.yaml. */
  options: unknown;
  /** SHA-256 of each file named by the options, or of the sources of a reading. */
  files: Readonly<Record<string, string>>;
  /** Digest of the input rows; null for a reading. */
  input: string | null;
};

/** A complete artefact. */
export type Manifest = {
  format: 1;
  spec: ArtefactSpec;
  /** Hash of the spec. */
  key: string;
  shards: readonly ShardRecord[];
  decision: FileRef | null;
  totals: StageCounts;
  /** Hash of the kept rows of all shards in order; part of the name of the next stage's artefact. */
  digest: string;
};

/** Format version of artefacts: increased if files of an earlier version cannot be read. */
const FORMAT = 1;

/** The hash of the inputs of an artefact. */
export function artefactKey(spec: ArtefactSpec): string {
  return sha256(canonicalJson({ format: FORMAT, ...spec }));
}

/** Folder of an artefact: its stage, and 64 bits of its key; the manifest contains the full key. */
export function artefactName(spec: ArtefactSpec): string {
  return `${spec.stage}-${artefactKey(spec).slice(0, 16)}`;
}

/** Hash of the kept rows of shards. */
export function rowsDigest(shards: readonly ShardRecord[]): string {
  return sha256(canonicalJson(shards.map(({ files }) => files.kept?.sha256 ?? null)));
}

/** Name of a file of a shard. */
export function shardFile(shard: number, what: keyof ShardFiles | "summary"): string {
  return `${String(shard).padStart(6, "0")}.${what}${what === "summary" ? "" : ".jsonl"}`;
}
