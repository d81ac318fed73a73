import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, relative } from "node:path";

import { refuseOverwrite } from "../../base/atomic-file.ts";
import type { Clock } from "../../base/clock.ts";
import { hashFile } from "../../base/hash-file.ts";
import type { ExecutorName, PipelineRun, PipelineStage, StageRunResult } from "../../domain/data-pipeline.ts";
import type { Executor } from "./executor.ts";
import { artefactsFolder, type PipelineState, readPipelineState, writePipelineState } from "./pipeline-state.ts";
import { readArtefact } from "./read-artefact.ts";
import type { SourceFile } from "./read-shards.ts";
import { type ArtefactResult, runArtefact, type StageToRun } from "./run-artefact.ts";
import { lockRun } from "./run-lock.ts";
import { type Rates, readRates, writeRates } from "./stage-rates.ts";
import type { ShardSize } from "./stage-shards.ts";
import { entryOf } from "./stages.ts";
import { startExecutor } from "./start-executor.ts";
import { writeOut } from "./write-out.ts";

/** A pipeline: what is read, and what is done with it. */
export type Pipeline = {
  /** The programme folder, which keeps the artefacts. */
  dir: string;
  sources: readonly SourceFile[];
  stages: readonly PipelineStage[];
  /** Absolute path of a file that an option names. Throws Failure where it is not there. */
  resolve: (name: string) => Promise<string>;
};

/** How a pipeline is run; none of it changes what comes out. */
export type PipelineRunOptions = {
  executor: ExecutorName;
  workers: number;
  /** The last stage to run, `read` included; all of them where left out. */
  stopAfter?: string | undefined;
  /** File for the rows that come through all stages. */
  out: string;
  /** Asks whether a file that this pipeline did not write may be replaced. */
  mayReplace: (path: string) => Promise<boolean>;
  shardSize?: ShardSize | undefined;
  now: Clock;
  onProgress: (stage: string, fraction: number) => void;
};

/** Least bytes that say something of a stage's speed. */
const MEASURED_BYTES = 2e6;

/**
 * Takes rows through the stages. Each leaves an artefact named by all that it is made of, so what is there and whole is
 * not made again; after a crash, a full disk or a torn file the next run makes what is missing, and the same bytes.
 *
 * @returns what each stage did, and where the rows are
 * @throws Failure of a reader, a stage or the disk; what is done is kept
 */
export async function runPipeline(
  pipeline: Pipeline,
  options: PipelineRunOptions,
): Promise<Pick<PipelineRun, "stages" | "out">> {
  const unlock = await lockRun(artefactsFolder(pipeline.dir).replace(/artefacts$/, ""));
  const executor = startExecutor(options.executor, options.workers);
  try {
    return await runStages(pipeline, options, executor);
  } finally {
    await executor.close();
    await unlock();
  }
}

async function runStages(
  { dir, sources, stages, resolve }: Pipeline,
  options: PipelineRunOptions,
  executor: Executor,
): Promise<Pick<PipelineRun, "stages" | "out">> {
  const store = artefactsFolder(dir);
  const before = await readPipelineState(dir);
  await refuseForeignOut(dir, before, options);
  const rates: Record<string, number | undefined> = { ...(await readRates(dir)) };
  const lanes = options.executor === "inline" ? 1 : options.workers;
  const results: StageRunResult[] = [];
  const state: { stages: { stage: string; artefact: string }[] } = { stages: [] };
  const timed = async (stage: string, make: () => Promise<ArtefactResult>): Promise<ArtefactResult> => {
    const started = options.now().getTime();
    const made = await make();
    const sec = (options.now().getTime() - started) / 1000;
    const { totals, shards } = made.manifest;
    const bytes = totals.charactersIn * (shards.length === 0 ? 0 : made.shardsRun / shards.length);
    if (bytes >= MEASURED_BYTES && sec > 0) rates[stage] = Math.round(bytes / sec / (stage === "read" ? 1 : lanes));
    state.stages.push({ stage, artefact: made.name });
    results.push(resultOf(stage, made));
    return made;
  };
  const onProgress = (stage: string) => (fraction: number) => options.onProgress(stage, fraction);

  let input = await timed("read", () =>
    readArtefact(sources, { store, size: options.shardSize, onProgress: onProgress("read") }),
  );
  const sourceFacts = await Promise.all(
    sources.map(async ({ path, source }) => ({
      source,
      sha256: input.manifest.spec.files[source]!,
      bytes: (await stat(path)).size,
    })),
  );
  const keep = (out: PipelineState["out"]): Promise<void> =>
    writePipelineState(dir, { sources: sourceFacts, stages: state.stages, out });
  let isStopped = options.stopAfter === "read";
  for (const item of stages) {
    if (isStopped) break;
    const toRun = { item, files: await filesOf(item, resolve) };
    const from = input;
    input = await timed(item.stage, () =>
      runArtefact(toRun, { store, input: from, executor, onProgress: onProgress(item.stage) }),
    );
    isStopped = item.stage === options.stopAfter;
  }
  await writeRates(dir, rates satisfies Rates);
  const isWhole = results.length === stages.length + 1;
  if (!isWhole) {
    await keep(before?.out ?? null);
    return { stages: results, out: null };
  }
  options.onProgress(`writing ${basename(options.out)}`, 0);
  const outState = { path: relative(dir, options.out), replaces: before?.out?.sha256 ?? null };
  const ref = await writeOut(input, options.out, (written) => keep({ ...outState, ...written }));
  await keep({ ...outState, ...ref, replaces: null });
  return { stages: results, out: options.out };
}

/** A file that the last run did not write, or that was changed since, is somebody's work. */
async function refuseForeignOut(
  dir: string,
  before: PipelineState | undefined,
  { out, mayReplace }: PipelineRunOptions,
): Promise<void> {
  if (!existsSync(out)) return;
  const known = before?.out?.path === relative(dir, out) ? [before.out.sha256, before.out.replaces] : [];
  if (known.includes(await hashFile(out))) return;
  refuseOverwrite(out, await mayReplace(out));
}

async function filesOf(item: PipelineStage, resolve: Pipeline["resolve"]): Promise<StageToRun["files"]> {
  const files = new Map<string, { path: string; sha256: string }>();
  for (const name of entryOf(item).files(item)) {
    const path = await resolve(name);
    files.set(name, { path, sha256: await hashFile(path) });
  }
  return files;
}

function resultOf(stage: string, { name, manifest, shardsRun }: ArtefactResult): StageRunResult {
  return {
    stage,
    ...manifest.totals,
    artefact: name,
    sha256: manifest.digest,
    shards: manifest.shards.length,
    shardsRun,
  };
}
