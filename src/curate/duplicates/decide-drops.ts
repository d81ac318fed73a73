import type { DuplicatesOptions } from "../../domain/dedup.ts";
import type { Summaries } from "../stage.ts";
import { dedupFindings, largestCrowd, nearRows, type SourceCounts } from "./findings/dedup-findings.ts";
import { packDrops } from "./drop-decision.ts";
import type { Drops } from "./find-drops.ts";
import { gatherSummaries } from "./gather-summaries.ts";
import { keeperOrder } from "./keeper-order.ts";
import { conflictSamples, labelConflicts } from "./findings/label-conflicts.ts";
import { largestClusters } from "./findings/largest-clusters.ts";
import { type WrittenDifferently, writtenDifferently } from "./findings/written-differently.ts";
import { type DecideLimits, methodDrops } from "./method-drops.ts";
import { readSummary, rowNames } from "./shard-summary.ts";

const SAMPLES = 3;

const LIMITS: DecideLimits = { budgetBytes: 512 * 2 ** 20 };

/**
 * Decides from the summaries of all shards which rows are dropped. The summaries are read several times, one at a time.
 * Memory: about 60 bytes per row, 12 per shared key, and half a gigabyte of details.
 */
export async function decideDrops(
  summaries: Summaries,
  options: DuplicatesOptions,
  limits: DecideLimits = LIMITS,
): Promise<Uint8Array> {
  const gathered = await gatherSummaries(summaries);
  const { firsts, tokens, whole, written, values } = gathered;
  const order = keeperOrder(options, { tokens, values, sourceRanks: values });
  const drops = await methodDrops(summaries, gathered, { options, order, limits });
  const conflicts = labelConflicts(gathered, drops);
  const namesOf = async (shard: number): Promise<string[]> => rowNames(readSummary(await summaries.load(shard)));
  const crowd = largestCrowd(gathered, drops);
  const nameOf = (row: number): Promise<string> => lineAt(row, firsts, summaries);
  const facts = {
    sources: await sourceCounts(summaries, firsts, drops),
    near: nearRows(gathered, drops),
    clusters: await Promise.all(
      largestClusters(drops, SAMPLES).map(async ({ keeper, rows, ...rest }) => ({
        ...rest,
        keeper: await nameOf(keeper),
        rows: await Promise.all(rows.map(nameOf)),
      })),
    ),
    conflicts: {
      ...conflicts,
      samples: await Promise.all(
        conflictSamples(conflicts, SAMPLES).map((group) => Promise.all(group.map((row) => nameOf(row)))),
      ),
    },
    written: await namedPairs(writtenDifferently(gathered, drops, SAMPLES), nameOf),
    crowd: crowd && { ...crowd, name: await nameOf(crowd.keeper) },
    crowdedRows: drops.crowdedRows,
    withoutWords: tokens.reduce((sum, count) => sum + (count === 0 ? 1 : 0), 0),
  };
  return packDrops(drops, { whole, written, firsts, namesOf, conflicts, findings: dedupFindings(facts, options) });
}

async function namedPairs(
  { rows, samples }: WrittenDifferently,
  nameOf: (row: number) => Promise<string>,
): Promise<{ rows: number; samples: { row: string; keeper: string }[] }> {
  const named = samples.map(async ({ row, keeper }) => ({ row: await nameOf(row), keeper: await nameOf(keeper) }));
  return { rows, samples: await Promise.all(named) };
}

/** File and line of a row, as the user sees them. */
async function lineAt(row: number, firsts: Uint32Array, { load }: Summaries): Promise<string> {
  const shard = firsts.findLastIndex((first) => first <= row);
  return rowNames(readSummary(await load(shard)))[row - firsts[shard]!]!;
}

/** Rows of each source, and how many of them are dropped. */
async function sourceCounts(
  { count, load }: Summaries,
  firsts: Uint32Array,
  { keeper }: Drops,
): Promise<SourceCounts[]> {
  const all = new Map<string, SourceCounts>();
  for (let shard = 0; shard < count; shard++) {
    const { sources, sourceOf } = readSummary(await load(shard));
    const counts = sources().map((name) => {
      const known = all.get(name) ?? { name, rows: 0, dropped: 0 };
      all.set(name, known);
      return known;
    });
    for (const [index, source] of sourceOf.entries()) {
      const row = firsts[shard]! + index;
      counts[source]!.rows += 1;
      if (keeper[row] !== row) counts[source]!.dropped += 1;
    }
  }
  return [...all.values()];
}
