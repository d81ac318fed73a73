import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";

import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { forgetThreads, writtenByThreads } from "../../base/temporary-file.ts";
import type { ExecutorName, PipelineRun, PipelineStage, StageRunResult } from "../../domain/data-pipeline.ts";
import type { StageFinding } from "../../domain/funnel.ts";
import { REDACT_STOPS } from "../pii/operators/redact-stops.ts";
import { type Collect, withCollected } from "./collect.ts";
import type { Executor } from "./executing/executor.ts";
import { closeFolder } from "../../remote/folder-storage.ts";
import { type OutFile, outFiles, partingSplit } from "./storing/out-files.ts";
import { refuseLinks } from "./storing/own-files.ts";
import { type MayReplace, pipelineOut } from "./pipeline-out.ts";
import {
  artefactsFolder,
  outsOf,
  PIPELINE_FOLDER,
  type PipelineState,
  readPipelineState,
  type StateOut,
  writePipelineState,
  writtenBefore,
} from "./storing/pipeline-state.ts";
import { readArtefact } from "./executing/read-artefact.ts";
import type { SourceFile } from "./reading/read-shards.ts";
import { type ArtefactResult, runArtefact } from "./executing/run-artefact.ts";
import { refuseOut } from "./refuse-out.ts";
import { lockRun } from "../../remote/run-lock.ts";
import { type Rates, readRates, writeRates } from "./executing/stage-rates.ts";
import type { ShardSize } from "./reading/stage-shards.ts";
import { stageFindings } from "./executing/stage-findings.ts";
import { hashedFiles, namedFiles } from "./executing/stage-files.ts";
import { startExecutor } from "./executing/start-executor.ts";

/** A pipeline: its sources and stages. */
export type Pipeline = {
  /** The programme folder; contains the artefacts. */
  dir: string;
  sources: readonly SourceFile[];
  stages: readonly PipelineStage[];
  /** Absolute path of a file named by an option. Throws Failure if it is missing. */
  resolve: (name: string) => Promise<string>;
  /** Position of a stage, for messages; default: its name. */
  place?: ((index: number) => string) | undefined;
  /** Absolute paths of all files of the programme: none is overwritten. Default: the sources. */
  programmeFiles?: readonly string[] | undefined;
};

/** Options of a run; none of them changes the result. */
export type PipelineRunOptions = {
  executor: ExecutorName;
  workers: number;
  /** Address of a Ray cluster's jobs. */
  rayAddress?: string | undefined;
  /** Address of the artefacts in a bucket, `s3://bucket/prefix`; default: in the programme folder. */
  store?: string | undefined;
  /** The last stage to run, including `read`; default: all of them. */
  stopAfter?: string | undefined;
  /** File for the kept rows; for a split that keeps all parts, one file per part in the same folder. */
  out: string;
  mayReplace: MayReplace;
  shardSize?: ShardSize | undefined;
  now: Clock;
  onProgress: (stage: string, fraction: number) => void;
  /** Asks for confirmation if a stage would drop more rows than its options allow; default: refuse. */
  mayGoOn?: ((place: string, finding: StageFinding) => Promise<boolean>) | undefined;
  /** Collects external input of stages; default: none. */
  collect?: Collect | undefined;
};

/** Output of a run: `out` is the file to train on, `parts` all files of a split with absolute paths. */
export type PipelineOutcome = Pick<PipelineRun, "stages" | "out" | "parts">;

/** Findings after which a run stops unless it may continue, each with what to do. */
const STOPS: Readonly<Record<string, string>> = {
  "near-removal":
    "review the clusters with `tunewright data dedup FILE --clusters`; a higher nearLimit allows it permanently",
  ...REDACT_STOPS,
};

/** Minimum bytes for measuring a stage's speed. */
const MEASURED_BYTES = 2e6;

/**
 * Runs rows through the stages. Each stage writes an artefact named by a hash of all its inputs, so complete artefacts
 * are reused; after a crash, a full disk or a damaged file, the next run makes the missing ones, byte for byte the same.
 *
 * @returns the result of each stage, and the output files
 * @throws Failure of a reader, a stage or the disk; complete artefacts are kept
 */
export async function runPipeline(pipeline: Pipeline, options: PipelineRunOptions): Promise<PipelineOutcome> {
  const { dir } = pipeline;
  await refuseLinks(dir);
  const unlock = await lockRun(join(dir, PIPELINE_FOLDER));
  await closeFolder(artefactsFolder(dir));
  writtenByThreads(artefactsFolder(dir));
  const executor = startExecutor(options.executor, { ...options, scratch: join(dir, PIPELINE_FOLDER, "batches") });
  try {
    return await runStages(pipeline, options, executor);
  } finally {
    await executor.close();
    forgetThreads(artefactsFolder(dir));
    await unlock();
  }
}

async function runStages(
  { dir, sources, stages, resolve, place, programmeFiles = [] }: Pipeline,
  options: PipelineRunOptions,
  executor: Executor,
): Promise<PipelineOutcome> {
  const store = options.store ?? artefactsFolder(dir);
  const before = await readPipelineState(dir);
  const last = stages.findIndex(({ stage }) => stage === options.stopAfter);
  const wanted = options.stopAfter === "read" ? [] : stages.slice(0, last === -1 ? undefined : last + 1);
  // Before anything is read: a file that is missing should not be found out after hours.
  const named = await Promise.all(
    wanted.map((item, index) => atStage(place?.(index) ?? `stage ${item.stage}`, () => namedFiles(item, resolve))),
  );
  const inputs = [...sources.map(({ path }) => path), ...named.flatMap((files) => [...files.values()])];
  const taken = { dir, inputs: [...inputs, ...programmeFiles] };
  await refuseOut(options.out, taken);
  const targets = outFiles(options.out, stages);
  for (const { path } of targets) await refuseOut(path, taken);
  const out = await pipelineOut(targets, { dir, before, mayReplace: options.mayReplace });
  const measured = await measuredRates(dir, options);
  const results: StageRunResult[] = [];
  const make = async (stage: string, work: (onProgress: (fraction: number) => void) => Promise<ArtefactResult>) => {
    const made = await measured.time(stage, () => work((fraction) => options.onProgress(stage, fraction)));
    results.push(await resultOf(stage, made));
    return made;
  };

  // Whatever works on the shards, files are read here.
  const threads = options.executor === "inline" ? 0 : Math.min(options.workers, availableParallelism());
  let input = await make("read", (onProgress) =>
    readArtefact(sources, { store, size: options.shardSize, threads, onProgress }),
  );
  const facts = await sourceFacts(sources, input);
  const keep = ([file, ...parts]: readonly StateOut[]): Promise<void> =>
    writePipelineState(dir, {
      store: options.store ?? null,
      sources: facts,
      stages: results.map(({ stage, artefact }) => ({ stage, artefact })),
      out: file ?? null,
      parts,
      written: writtenBefore(before),
    });
  const parting = partingSplit(stages)?.index;
  let split: ArtefactResult | undefined;
  for (const [index, item] of wanted.entries()) {
    const from = input;
    const files = await withCollected(item, await hashedFiles(named[index]!), { input, collect: options.collect });
    const stage = { item, files, place: place?.(index) ?? `stage ${item.stage}` };
    input = await make(item.stage, (onProgress) => runArtefact(stage, { store, input: from, executor, onProgress }));
    if (index === parting) split = input;
    const stop = results.at(-1)!.findings.find(({ finding }) => finding in STOPS);
    if (stop === undefined || (await options.mayGoOn?.(stage.place, stop)) === true) continue;
    await measured.keep();
    await keep(outsOf(before));
    throw new Failure("check_failed", `${stage.place}: ${stop.detail}`, {
      hint: `${STOPS[stop.finding]!}; --yes continues this time`,
    });
  }
  await measured.keep();
  if (results.length <= stages.length) {
    await keep(outsOf(before));
    return { stages: results, out: null, parts: [] };
  }
  options.onProgress(`writing ${targets.map(({ path }) => basename(path)).join(", ")}`, 0);
  const written = await out.write(input, split, keep);
  return { stages: results, out: targets[0]!.path, parts: writtenParts(written, targets) };
}

/** The written files of a split, each with its part. */
function writtenParts(written: readonly StateOut[], targets: readonly OutFile[]): PipelineOutcome["parts"] {
  return written.flatMap(({ part = null, rows = 0 }, index) =>
    part === null ? [] : [{ part, path: targets[index]!.path, rows }],
  );
}

/** Names the stage in the failure for a missing file of its options. */
async function atStage<Result>(place: string, find: () => Promise<Result>): Promise<Result> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const hint = error.hint ?? "names are relative to the programme folder: correct the name, or put the file there";
    throw new Failure(error.kind, `${place}: ${error.message}`, { hint, cause: error });
  }
}

/** Speeds of the stages of this run, for the estimate of the next. */
async function measuredRates(
  dir: string,
  { now, executor, workers }: PipelineRunOptions,
): Promise<{
  time: (stage: string, work: () => Promise<ArtefactResult>) => Promise<ArtefactResult>;
  keep: () => Promise<void>;
}> {
  const rates: Record<string, number | undefined> = { ...(await readRates(dir)) };
  return {
    time: async (stage, work) => {
      const started = now().getTime();
      const made = await work();
      const sec = (now().getTime() - started) / 1000;
      const { totals, shards } = made.manifest;
      const bytes = (totals.charactersIn * made.shardsRun) / Math.max(1, shards.length);
      const lanes = stage === "read" || executor === "inline" ? 1 : workers;
      if (bytes >= MEASURED_BYTES && sec > 0) rates[stage] = Math.round(bytes / sec / lanes);
      return made;
    },
    keep: () => writeRates(dir, rates satisfies Rates),
  };
}

function sourceFacts(sources: readonly SourceFile[], { manifest }: ArtefactResult): Promise<PipelineState["sources"]> {
  return Promise.all(
    sources.map(async ({ path, source }) => ({
      source,
      sha256: manifest.spec.files[source]!,
      bytes: (await stat(path)).size,
    })),
  );
}

async function resultOf(stage: string, made: ArtefactResult): Promise<StageRunResult> {
  const { name, manifest, shardsRun } = made;
  return {
    stage,
    ...manifest.totals,
    findings: await stageFindings(made.folder),
    artefact: name,
    sha256: manifest.digest,
    shards: manifest.shards.length,
    shardsRun,
  };
}
