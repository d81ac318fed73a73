import { Failure } from "../../../base/failure.ts";
import type { PipelineStage } from "../../../domain/data-pipeline.ts";
import { type ArtefactSpec, artefactKey, artefactName, type Manifest, type ShardRecord } from "../storing/artefact.ts";
import { type Artefact, openArtefact } from "../storing/artefact-store.ts";
import type { Executor } from "./executor.ts";
import type { ShardTask, StageJob } from "./shard-task.ts";
import { mustHaveFields } from "./stage-fields.ts";
import { entryOf } from "./stages.ts";
import { placeIn } from "../../../remote/storage.ts";

/** A complete artefact, and how much of it had to be made. */
export type ArtefactResult = { name: string; folder: string; manifest: Manifest; shardsRun: number };

/** A stage to run, with what its options name. */
export type StageToRun = {
  item: PipelineStage;
  /** Absolute path and SHA-256 of each file that the options name. */
  files: ReadonlyMap<string, { path: string; sha256: string }>;
  /** Its position in the pipeline, for messages. */
  place: string;
};

/** Options with which a stage is run. */
export type RunArtefactOptions = {
  /** Folder of all artefacts, or their address in a bucket. */
  store: string;
  input: ArtefactResult;
  executor: Executor;
  onProgress: (fraction: number) => void;
};

/**
 * Makes the artefact of a stage: complete shards are reused; only missing or damaged shards are run, and the decision
 * over all rows is made again only if it is missing.
 *
 * @throws Failure of the stage, or outside if the disk fails or a worker is lost repeatedly
 */
export async function runArtefact(
  { item, files, place }: StageToRun,
  { store, input, executor, onProgress }: RunArtefactOptions,
): Promise<ArtefactResult> {
  const { kind } = await entryOf(item).about();
  const spec = await stageSpec({ item, files }, input.manifest.digest);
  const name = artefactName(spec);
  const artefact = openArtefact(placeIn(store, name));
  const shards = input.manifest.shards.map(({ shard }) => shard);
  const before = await artefact.manifest();
  const { done, missing } = await inspectShards(artefact, shards);
  const hasDecision = kind === "row" || (await artefact.decision()) !== undefined;
  if (before !== undefined && missing.length === 0 && hasDecision) {
    await artefact.clean(before);
    return { name, folder: artefact.folder, manifest: before, shardsRun: 0 };
  }
  await mustHaveFields(item, input, place);
  await artefact.removeTorn();
  const job: StageJob = {
    item,
    files: Object.fromEntries([...files].map(([file, { path }]) => [file, path])),
    input: input.folder,
    output: artefact.folder,
  };
  const steps = await stepsOf(artefact, { shards, missing, needsDecision: !hasDecision });
  const total = Math.max(1, steps.flat().length);
  let count = 0;
  for (const tasks of steps) {
    await executor.run(job, tasks, () => onProgress(++count / total));
  }
  const made = await inspectShards(artefact, missing);
  if (made.missing.length > 0) {
    throw new Failure("outside", `${artefact.folder}: shard ${made.missing[0]} cannot be read back`, {
      hint: "check the disk, then retry",
    });
  }
  const records = [...done, ...made.done].toSorted((a, b) => a.shard - b.shard);
  const manifest = await artefact.complete({ spec, key: artefactKey(spec) }, records);
  return { name, folder: artefact.folder, manifest, shardsRun: missing.length };
}

/** Spec of a stage's artefact, for input rows with the given digest. */
export async function stageSpec(
  { item: { stage, ...options }, files }: Pick<StageToRun, "item" | "files">,
  input: string,
): Promise<ArtefactSpec> {
  return {
    stage,
    version: (await entryOf({ stage, ...options } as PipelineStage).about()).version,
    options,
    files: Object.fromEntries([...files].map(([name, { sha256 }]) => [name, sha256])),
    input,
  };
}

/** Shards that are done and undamaged. */
async function inspectShards(
  artefact: Artefact,
  shards: readonly number[],
): Promise<{ done: ShardRecord[]; missing: number[] }> {
  const done: ShardRecord[] = [];
  const missing: number[] = [];
  for (const shard of shards) {
    const record = await artefact.doneShard(shard);
    if (record === undefined) missing.push(shard);
    else done.push(record);
  }
  return { done, missing };
}

/** Steps of tasks; those of one step may run at the same time. */
async function stepsOf(
  artefact: Artefact,
  { shards, missing, needsDecision }: { shards: readonly number[]; missing: readonly number[]; needsDecision: boolean },
): Promise<ShardTask[][]> {
  const run = missing.map((shard): ShardTask => ({ step: "run", shard }));
  if (!needsDecision) return [run];
  const summarise: ShardTask[] = [];
  for (const shard of shards) {
    if (!(await artefact.isSummarised(shard))) summarise.push({ step: "summarise", shard });
  }
  return [summarise, [{ step: "decide", shard: 0 }], run];
}
