import { partsOf, type Summary } from "../../stage.ts";
import { shardFile } from "./artefact.ts";
import type { Seal } from "./seal.ts";
import type { Storage } from "../../../remote/storage-file.ts";

/** Summaries of the shards of an artefact, made before the decision over all rows. */
export type SummaryStore = {
  /** A part of a summary, by default the first; undefined if it is missing, damaged or changed. */
  summary: (shard: number, part?: number) => Promise<Uint8Array | undefined>;
  /** True if all parts exist and are unchanged. */
  isSummarised: (shard: number) => Promise<boolean>;
  writeSummary: (shard: number, summary: Summary) => Promise<void>;
};

/** Bytes before the first part, which contain the number of parts: a multiple of 8, so that numbers stay aligned. */
const HEAD_BYTES = 8;

/** The summaries at a location. The first part of each is written last; the parts that it counts then exist. */
export function summaryStore({ read, write, writeSoon }: Storage, { sealedBytes, unsealedBytes }: Seal): SummaryStore {
  const later = async (shard: number, part: number): Promise<Uint8Array | undefined> =>
    unsealedBytes(await read(partFile(shard, part)));
  return {
    summary: async (shard, part = 0) =>
      part === 0 ? (await later(shard, 0))?.subarray(HEAD_BYTES) : later(shard, part),
    isSummarised: async (shard) => {
      const first = await later(shard, 0);
      if (first === undefined) return false;
      for (let part = 1; part < first[0]!; part++) if ((await later(shard, part)) === undefined) return false;
      return true;
    },
    writeSummary: async (shard, summary) => {
      const parts = partsOf(summary);
      for (let part = parts.length - 1; part > 0; part--)
        await writeSoon(partFile(shard, part), sealedBytes(parts[part]!));
      const first = new Uint8Array(HEAD_BYTES + parts[0]!.length);
      first[0] = parts.length;
      first.set(parts[0]!, HEAD_BYTES);
      await write(partFile(shard, 0), sealedBytes(first));
    },
  };
}

function partFile(shard: number, part: number): string {
  return `${shardFile(shard, "summary")}${part === 0 ? "" : `-${part}`}`;
}
