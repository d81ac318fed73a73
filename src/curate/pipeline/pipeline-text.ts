import type { ExecutorName, PipelineEstimate, PipelineRun } from "../../domain/data-pipeline.ts";
import { counted } from "../../base/words.ts";
import type { SplitPart } from "../../domain/split.ts";
import { judgeLines } from "../judge/judge-text.ts";
import { funnelText } from "./storing/funnel-text.ts";
import { shownSize } from "./storing/shown-size.ts";

const COUNT = new Intl.NumberFormat("en-US");

const WHERE: Readonly<Record<ExecutorName, (workers: number) => string>> = {
  inline: () => "in this process",
  threads: (workers) => (workers === 1 ? "by one thread" : `by ${workers} threads`),
  processes: (workers) => (workers === 1 ? "by one process" : `by ${workers} processes`),
  slurm: (workers) => `on Slurm, ${workers} at once`,
  ray: (workers) => `on Ray, ${workers} at once`,
};

const PART_WORDS: Readonly<Record<SplitPart, string>> = {
  train: "training rows",
  validation: "validation rows",
  test: "test rows, never for training",
};

/** Text of a pipeline run. */
export function pipelineText({ stages, tokens, judged, out, parts, workers, executor }: PipelineRun): string {
  const shards = stages.map(({ stage, shards: all, shardsRun }) =>
    shardsRun === 0 ? `${stage} unchanged` : shardsRun === all ? stage : `${stage} in ${shardsRun} of ${all} shards`,
  );
  const where = WHERE[executor](workers);
  return [
    funnelText(stages),
    "",
    tokensText(tokens),
    `done ${where}: ${shards.join(", ")}`,
    ...stages.flatMap(({ stage, findings }) =>
      findings.map(({ finding, detail }) => `warning: ${stage}: ${detail} (${finding})`),
    ),
    ...judged.flatMap((summary) => judgeLines(summary)),
    ...(parts.length === 0 && out !== null ? [`rows: ${out}, ${counted(stages.at(-1)!.rowsKept, "row")}`] : []),
    ...parts.map(({ part, path, rows }) => `${PART_WORDS[part]}: ${path}, ${counted(rows, "row")}`),
  ].join("\n");
}

/** Input and output tokens, with the counting method, on one line. */
function tokensText({ tokenizer, stages }: PipelineRun["tokens"]): string {
  const [first, last] = [stages[0]!, stages.at(-1)!];
  const shown = ({ kept, keptLow, keptHigh }: typeof first): string =>
    kept === null ? "unknown" : `${COUNT.format(kept)} (${COUNT.format(keptLow!)} to ${COUNT.format(keptHigh!)})`;
  return `tokens, estimated with ${tokenizer} on ${counted(first.sampledRows, "row")}: ${shown(first)} read, ${shown(last)} kept`;
}

/** The estimate on one line. */
export function estimateText({
  inputBytes,
  rows,
  durationSec,
  memoryBytes,
  diskBytes,
  freeDiskBytes,
}: PipelineEstimate): string {
  return `estimate: ${shownSize(inputBytes)}, about ${counted(rows, "row")}; ${timeOf(durationSec.low)} to ${timeOf(durationSec.high)} from scratch, ${shownSize(memoryBytes)} of memory, up to ${shownSize(diskBytes)} of disk (${shownSize(freeDiskBytes)} free)`;
}

function timeOf(sec: number): string {
  if (sec < 90) return `${Math.ceil(sec)} s`;
  return sec < 5400 ? `${Math.round(sec / 60)} min` : `${(sec / 3600).toFixed(1)} h`;
}
