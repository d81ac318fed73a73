import type { PipelineStage } from "../../../domain/data-pipeline.ts";
import type { Manifest } from "../storing/artefact.ts";
import { type Artefact, openArtefact } from "../storing/artefact-store.ts";
import type { BoundStage } from "./bound-stage.ts";
import { countResult } from "../storing/funnel.ts";
import { entryOf } from "./stages.ts";

/**
 * A stage to run over shards: plain data, so that any thread, process or machine with access to the folders can run it.
 */
export type StageJob = {
  item: PipelineStage;
  /** Paths of the files named by the options. */
  files: Readonly<Record<string, string>>;
  /** Folder, or address in a bucket, of the input artefact. */
  input: string;
  /** Folder of the output artefact. */
  output: string;
  /** Storage keys of both if the worker does not have the user's: `placeKey`. */
  keys?: { input: string; output: string } | undefined;
};

/** A step of a job. `decide` has no shard; its number is then 0. */
export type ShardTask = { step: "summarise" | "decide" | "run"; shard: number };

/** Runs tasks of one job; data loaded for the first is reused for the next. */
export type ShardRunner = (task: ShardTask) => Promise<void>;

/**
 * Loads the stage of a job. A task reads its input, verifies its hash, and writes its output atomically: it may run
 * twice, on two workers at once, or be interrupted, and the result is the same.
 */
export async function shardRunner(job: StageJob): Promise<ShardRunner> {
  const stage = await entryOf(job.item).load(job.item, { pathOf: (name) => job.files[name] ?? name });
  const input = openArtefact(job.input, job.keys?.input);
  const output = openArtefact(job.output, job.keys?.output);
  const manifest = await input.manifest();
  if (manifest === undefined) throw new Error(`${job.input} has no manifest`);
  const state = { stage, input, output, manifest };
  let decision: Uint8Array | undefined;
  return async ({ step, shard }) => {
    if (step === "run") {
      decision ??= stage.kind === "dataset" ? await needed(output.decision(), "decision") : undefined;
      await runShard(state, shard, decision);
    } else if (stage.kind === "row") throw new Error(`a row stage has no step ${step}`);
    else if (step === "summarise") {
      const rows = await input.keptRows(manifest.shards[shard]!);
      await output.writeSummary(shard, await stage.summarise(rows));
    } else {
      const load = (place: number, part = 0): Promise<Uint8Array> =>
        needed(output.summary(manifest.shards[place]!.shard, part), "summary");
      await output.writeDecision(await stage.decide({ count: manifest.shards.length, load }));
    }
  };
}

type State = { stage: BoundStage; input: Artefact; output: Artefact; manifest: Manifest };

async function runShard(
  { stage, input, output, manifest }: State,
  shard: number,
  decision: Uint8Array | undefined,
): Promise<void> {
  const record = manifest.shards[shard]!;
  const rows = await input.keptRows(record);
  const firstRow = manifest.shards.slice(0, shard).reduce((sum, { counts }) => sum + counts.rowsKept, 0);
  const result =
    stage.kind === "row" ? await stage.run(rows) : await stage.run(rows, { decision: decision!, firstRow });
  const { kept } = record.files;
  await output.writeShard(shard, {
    ...result,
    rows,
    counts: countResult(rows, result),
    input: kept === undefined ? undefined : { folder: input.folder, sha256: kept.sha256 },
  });
}

/** Output of an earlier step. */
async function needed(content: Promise<Uint8Array | undefined>, what: string): Promise<Uint8Array> {
  const bytes = await content;
  if (bytes === undefined) throw new Error(`a ${what} is missing or corrupt`);
  return bytes;
}
