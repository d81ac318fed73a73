import { availableParallelism } from "node:os";
import { join } from "node:path";

import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";
import { countedBefore } from "../../curate/pipeline/counted-before.ts";
import { pipelineEstimate } from "../../curate/pipeline/pipeline-estimate.ts";
import { repeatWarning } from "../../curate/pipeline/repeated-rows.ts";
import { orderWarnings } from "../../curate/pipeline/stage-order.ts";
import type { MayReplace } from "../../curate/pipeline/pipeline-out.ts";
import { artefactsFolder } from "../../curate/pipeline/storing/pipeline-state.ts";
import { runPipeline } from "../../curate/pipeline/run-pipeline.ts";
import { readRates } from "../../curate/pipeline/executing/stage-rates.ts";
import type { ShardSize } from "../../curate/pipeline/reading/stage-shards.ts";
import { STAGES } from "../../curate/pipeline/executing/stages.ts";
import { placeIn } from "../../remote/storage.ts";
import { stageTokens } from "../../curate/report/stage-tokens.ts";
import type { ExecutorName, PipelineEstimate, PipelineRun, PipelineStage } from "../../domain/data-pipeline.ts";
import type { StageFinding, StageTokens } from "../../domain/funnel.ts";
import { API_PRICE_FILES } from "../prices/api-price-book.ts";
import { CALIBRATION_FILE } from "../calibration/calibration-file.ts";
import { findTokenizer } from "../data/find-tokenizer.ts";
import { postJournals } from "../paid-calls/post-journals.ts";
import { judgeJournal, type JudgeSurroundings } from "./judge-setup.ts";
import { pipelineJudge } from "./pipeline-judge.ts";
import { pipelineSources } from "./pipeline-sources.ts";
import { PRICE_FILE } from "../prices/price-book.ts";
import { refuseTestSets } from "./refuse-test-sets.ts";
import { BUDGET_FILE } from "../budget/read-budget.ts";
import { type LoadedProgramme, readProgramme } from "../reading/read-programme.ts";

/** Options of a pipeline run. */
export type DataRunOptions = {
  executor: ExecutorName;
  /** Default: the number of cores, up to 8. */
  workers?: number | undefined;
  rayAddress?: string | undefined;
  /** Location of the artefacts in a bucket, `s3://bucket/prefix`. */
  store?: string | undefined;
  stopAfter?: string | undefined;
  /** Absolute path of the output file; default: `curated.jsonl` in the folder. A split has one file per part. */
  out?: string | undefined;
  mayReplace: MayReplace;
  shardSize?: ShardSize | undefined;
  now: Clock;
  /** Folder of the Hub cache, for the tokenizer of the model; default: not searched. */
  hubCache?: string | undefined;
  /** Called for confirmation if a stage would drop more rows than its options allow. */
  mayGoOn?: ((place: string, finding: StageFinding) => Promise<boolean>) | undefined;
  /** Access to a judge; default: a stage with a judge fails. */
  judge?: Pick<JudgeSurroundings, "env" | "untilInterrupted" | "agree"> | undefined;
  /** Called before the run starts. */
  onEstimate: (estimate: PipelineEstimate) => void;
  onProgress: (stage: string, fraction: number) => void;
};

/**
 * Runs the pipeline of a programme: `data.pipeline` over the files of `data.files` whose role is train, preference or
 * corpus, each a source named by its path.
 *
 * @throws Failure if the programme is invalid or states no pipeline, and those of `runPipeline`
 */
export async function dataRun(dir: string, options: DataRunOptions): Promise<PipelineRun> {
  const loaded = await readProgramme(dir, undefined, { needsPlan: false });
  const stages = loaded.programme.data.pipeline;
  if (stages.length === 0) {
    throw new Failure("bad_input", `${loaded.place(["data"])} has no pipeline`, {
      hint: `write its stages under data: pipeline:, each as "- stage: NAME"; the stages are ${Object.keys(STAGES).join(", ")}`,
    });
  }
  checkStopAfter(stages, options.stopAfter);
  const sources = await pipelineSources(loaded);
  await refuseTestSets(dir, sources);
  const workers = options.workers ?? Math.min(8, availableParallelism());
  const { executor, onEstimate, judge, ...rest } = options;
  const judged: PipelineRun["judged"] = [];
  const estimate = await pipelineEstimate({
    sources,
    stages,
    executor,
    workers,
    folder: dir,
    rates: await readRates(dir),
    counted: await countedBefore(dir, sources),
  });
  onEstimate(estimate);
  const started = options.now().getTime();
  const { out, ...run } = await runPipeline(
    {
      dir,
      sources,
      stages,
      resolve: loaded.resolve,
      place: (index) => loaded.place(["data", "pipeline", index]),
      programmeFiles: programmeFiles(loaded),
    },
    {
      ...rest,
      executor,
      workers,
      out: options.out ?? join(dir, "curated.jsonl"),
      collect:
        judge &&
        pipelineJudge(
          {
            ...judge,
            dir,
            now: options.now,
            onProgress: (fraction) => options.onProgress("asking the judge", fraction),
          },
          (stage, summary) => judged.push({ stage, ...summary }),
        ),
    },
  );
  const durationSec = (options.now().getTime() - started) / 1000;
  await postJudges({ dir, stages, env: judge?.env ?? {}, now: options.now });
  const tokens = await tokensOf(loaded, run.stages, options);
  const repeats = await repeatWarning(stages, out);
  return {
    dir,
    executor,
    workers: executor === "inline" ? 1 : workers,
    estimate,
    ...run,
    tokens,
    judged,
    out,
    warnings: [...orderWarnings(stages), ...(repeats === undefined ? [] : [repeats])],
    durationSec,
  };
}

/** Posts the calls of judges to the ledger, including those of earlier runs that were killed. */
async function postJudges({
  dir,
  stages,
  ...around
}: Pick<JudgeSurroundings, "dir" | "env" | "now"> & { stages: readonly PipelineStage[] }): Promise<void> {
  const judge = stages.flatMap((stage) => ("judge" in stage && stage.judge !== undefined ? [stage.judge] : []))[0];
  if (judge === undefined) return;
  const journals = [judgeJournal(dir)];
  const { model } = judge;
  await postJournals({ programmeDir: dir, ...around }, { purpose: "data/judge", activity: "data", model, journals });
}

function checkStopAfter(stages: readonly { stage: string }[], stopAfter: string | undefined): void {
  const names = ["read", ...stages.map(({ stage }) => stage)];
  if (stopAfter === undefined || names.includes(stopAfter)) return;
  throw new Failure("bad_input", `the pipeline has no stage "${stopAfter}"`, {
    hint: didYouMean(stopAfter, names) ?? `expected one of ${names.join(", ")}`,
  });
}

/** Tokens by stage, as in the data report. */
async function tokensOf(
  loaded: LoadedProgramme,
  stages: PipelineRun["stages"],
  { store, hubCache }: DataRunOptions,
): Promise<StageTokens> {
  const folders = stages.map(({ stage, artefact }) => ({
    stage,
    artefact,
    folder: placeIn(store ?? artefactsFolder(loaded.dir), artefact),
  }));
  return stageTokens(folders, await findTokenizer(loaded, hubCache));
}

/** Files that a programme consists of, including optional ones. */
function programmeFiles({ dir, path, programme: { data, serving } }: LoadedProgramme): string[] {
  const named = [...data.files.map((file) => file.path), data.tokenizer, serving.traffic, serving.loadTest];
  const known = [PRICE_FILE, ...API_PRICE_FILES, CALIBRATION_FILE, BUDGET_FILE];
  return [path, ...[...named, ...known].filter((name) => name !== undefined).map((name) => join(dir, name))];
}
