import { canonicalJson, sha256 } from "../../../base/hash.ts";
import type { StageCounts } from "./funnel.ts";

/** A file of an artefact, as it was written. */
export type FileRef = { sha256: string; bytes: number };

/** What a shard's rows became: `kept`, `dropped`, `notes`; a file without rows is not written. */
export type ShardFiles = Readonly<Partial<Record<"kept" | "dropped" | "notes", FileRef>>>;

/** A shard that is done. */
export type ShardRecord = { shard: number; counts: StageCounts; files: ShardFiles };

/** What an artefact is made of; its name is the hash of this. */
export type ArtefactSpec = {
  stage: string;
  version: number;
  /** Options as programme.yaml has them. */
  options: unknown;
  /** SHA-256 of each file that the options name, or of the sources of a reading. */
  files: Readonly<Record<string, string>>;
  /** Digest of the rows that it was made of; null for a reading. */
  input: string | null;
};

/** An artefact that is whole. */
export type Manifest = {
  format: 1;
  spec: ArtefactSpec;
  /** What the spec is hashed to. */
  key: string;
  shards: readonly ShardRecord[];
  decision: FileRef | null;
  totals: StageCounts;
  /** Hash of the kept rows of all shards in order: what the next stage's artefact is named by. */
  digest: string;
};

/** Layout of artefacts: raised where files of an earlier one could not be read. */
const FORMAT = 1;

/** The hash of what an artefact is made of. */
export function artefactKey(spec: ArtefactSpec): string {
  return sha256(canonicalJson({ format: FORMAT, ...spec }));
}

/** Folder of an artefact: its stage, and 64 bits of its key, which the manifest holds whole. */
export function artefactName(spec: ArtefactSpec): string {
  return `${spec.stage}-${artefactKey(spec).slice(0, 16)}`;
}

/** Hash of the rows that shards let through. */
export function rowsDigest(shards: readonly ShardRecord[]): string {
  return sha256(canonicalJson(shards.map(({ files }) => files.kept?.sha256 ?? null)));
}

/** Name of a file of a shard. */
export function shardFile(shard: number, what: keyof ShardFiles | "summary"): string {
  return `${String(shard).padStart(6, "0")}.${what}${what === "summary" ? "" : ".jsonl"}`;
}
