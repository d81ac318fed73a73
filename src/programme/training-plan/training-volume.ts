import { assumptionsWith } from "../../catalog/assumptions.ts";
import type { Assumption } from "../../domain/assumption.ts";
import type { DatasetProfile } from "../../domain/dataset-profile.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Programme } from "../../domain/programme.ts";
import type { LengthBucket, RunSpec, TrainVolume } from "../../domain/run-spec.ts";
import { assumptionFigure } from "../../plan/uncertainty/assumption-figure.ts";
import { COMPLETION_TOKENS, GROUP_SIZE, rolloutsOf } from "../../plan/layout/rollouts.ts";
import { cutLengths, keptShare } from "../../plan/speed/row-lengths.ts";
import { rowTokens } from "../../plan/speed/run-time.ts";
import { leafFigure, userFigure } from "./training-figures.ts";

/** A dataset file of the programme as scanned; `path` is the one of `programme.yaml`. */
export type ScannedDatasets = readonly DatasetProfile[];

/** Volume of one run, and the figures that it depends on. */
export type PlannedVolume = { volume: TrainVolume; figures: Figure[]; inputs: string[] };

/**
 * Tokens of one run: planned rows times mean tokens times epochs; for continued pre-training the corpus instead, for a
 * preference pass the pairs; for GRPO the rows are prompts, and the sampled answers are included.
 * Mean tokens per row are the user's if stated, otherwise measured on the training files, otherwise the upper bound of
 * a full sequence; `statedTokens` states how far a stated mean is from the files. A row longer than a sequence is
 * truncated: row by row if lengths were measured and no stated mean contradicts them, otherwise the mean is at most
 * `training.sequenceTokens`.
 */
export function trainingVolume(
  programme: Programme,
  options: {
    objective?: RunSpec["objective"];
    datasets?: ScannedDatasets | undefined;
    /** Method instead of the plan's: continued pre-training runs over the corpus. */
    method?: Programme["training"]["method"] | undefined;
    assumption?: ((id: string) => Assumption) | undefined;
  } = {},
): PlannedVolume {
  const datasets = options.datasets ?? [];
  const { data, training } = programme;
  const isCorpus = (options.method ?? training.method) === "continued-pretraining";
  const epochs = epochsFigure(training.epochs, isCorpus);
  if (isCorpus) {
    const corpus = userFigure("data.corpusTokens", data.corpusTokens, "tokens");
    const rows = Math.max(1, Math.ceil(data.corpusTokens / training.sequenceTokens));
    const volume = { rows, meanTokens: data.corpusTokens / rows, epochs: epochs.p50 };
    return { volume, figures: [corpus, epochs], inputs: [corpus.id, epochs.id] };
  }
  const isPairs = options.objective === "dpo" && data.preferencePairs > 0;
  const rows = isPairs
    ? userFigure("data.preferencePairs", data.preferencePairs, "pairs")
    : userFigure("data.plannedRows", data.plannedRows, "rows");
  const mean = meanTokens(programme, datasets);
  const lengths = hasUsableLengths(programme, datasets) ? trainingLengths(programme, datasets) : [];
  const kept = lengths.length === 0 ? 1 : keptShare(lengths, training.sequenceTokens);
  const volume: TrainVolume = {
    rows: isPairs ? data.preferencePairs : data.plannedRows,
    meanTokens: rowTokens((mean.p50 ?? training.sequenceTokens) * kept, training.sequenceTokens),
    epochs: epochs.p50,
    ...(lengths.length === 0 ? {} : { lengths: cutLengths(lengths, training.sequenceTokens) }),
  };
  const figures = [rows, mean, epochs];
  if (options.objective !== "grpo") return { volume, figures, inputs: figures.map(({ id }) => id) };
  const assumption = options.assumption ?? assumptionsWith(programme.assumptions);
  const all = [...figures, ...rolloutFigures(training, assumption)];
  return {
    volume: { ...volume, rollouts: rolloutsOf(training, assumption) },
    figures: all,
    inputs: all.map(({ id }) => id),
  };
}

/** Samples per prompt in GRPO: the user's figures, else the assumptions. */
function rolloutFigures(
  { groupSize, completionTokens }: Programme["training"],
  assumption: (id: string) => Assumption,
): Figure[] {
  return [
    groupSize === undefined
      ? assumptionFigure(assumption(GROUP_SIZE))
      : userFigure("training.groupSize", groupSize, "answers"),
    completionTokens === undefined
      ? assumptionFigure(assumption(COMPLETION_TOKENS))
      : userFigure("training.completionTokens", completionTokens, "tokens"),
  ];
}

/** Passes over the data of one run: the user's, otherwise the usual number. Repeating a corpus brings little. */
function epochsFigure(stated: number | undefined, isCorpus: boolean): Figure & { p50: number } {
  if (stated !== undefined) return { ...userFigure("training.epochs", stated, "epochs"), p50: stated };
  const value = isCorpus ? 1 : 3;
  const source = { kind: "assumption", ref: "3 passes over rows, 1 over a corpus" } as const;
  const label = `passes over the ${isCorpus ? "corpus" : "rows"}`;
  const figure = leafFigure(isCorpus ? "run.corpusEpochs" : "run.epochs", label, { value, unit: "epochs", source });
  return { ...figure, p50: value, reason: "training.epochs is not set" };
}

/** Mean tokens per training row with their source. */
function meanTokens(programme: Programme, datasets: ScannedDatasets): Figure {
  const stated = programme.data.meanTokens;
  if (stated !== undefined) return userFigure("data.meanTokens", stated, "tokens");
  const measured = trainingRows(programme, datasets);
  if (measured.rows > 0) {
    const ref = `scan of ${measured.paths.join(", ")}: ${measured.how.join("; ")}`;
    const figure = leafFigure("dataset.meanTokens", "mean tokens per training row", {
      value: measured.tokens / measured.rows,
      unit: "tokens",
      source: { kind: "measured", ref },
    });
    return { ...figure, p10: measured.low / measured.rows, p90: measured.high / measured.rows };
  }
  return {
    ...leafFigure("dataset.meanTokens", "mean tokens per training row", {
      value: programme.training.sequenceTokens,
      unit: "tokens",
      source: { kind: "assumption", ref: "upper bound: every row fills a sequence" },
    }),
    reason: "no training row was measured and data.meanTokens is not set",
  };
}

/**
 * Relative difference between a stated and the measured mean above which they are reported to differ, and above which
 * one of them must be wrong; our thresholds, above the error of an estimate from characters.
 */
const TOKENS_DIFFER = { low: 0.15, high: 0.3 } as const;

/** A stated mean of a row next to the mean of the rows on hand, which are not generated. */
export type StatedTokens = { stated: number; measured: number; rows: number; differs: "no" | "somewhat" | "much" };

/**
 * The stated mean tokens per row compared with the rows that are trained on; undefined if either is unknown.
 *
 * @param trained files of the role train, or the output rows of the pipeline instead
 */
export function statedTokens(programme: Programme, trained: ScannedDatasets): StatedTokens | undefined {
  const stated = programme.data.meanTokens;
  const { rows, tokens } = sumRows(trained);
  const isMadeUp = programme.data.files.every((file) => file.generated || file.role !== "train");
  if (stated === undefined || rows === 0 || isMadeUp) return undefined;
  const measured = tokens / rows;
  const ratio = Math.max(stated, measured) / Math.min(stated, measured) - 1;
  const differs = ratio <= TOKENS_DIFFER.low ? "no" : ratio <= TOKENS_DIFFER.high ? "somewhat" : "much";
  return { stated, measured, rows, differs };
}

/** True if the lengths of the files are those of the planned rows: nothing else is stated, or it agrees. */
function hasUsableLengths(programme: Programme, datasets: ScannedDatasets): boolean {
  if (programme.data.meanTokens === undefined) return trainingRows(programme, datasets).rows > 0;
  return statedTokens(programme, trainingFiles(programme, datasets))?.differs === "no";
}

/** Scanned files of the role train. */
function trainingFiles(programme: Programme, datasets: ScannedDatasets): ScannedDatasets {
  const paths = new Set(programme.data.files.filter((file) => file.role === "train").map((file) => file.path));
  return datasets.filter(({ path }) => paths.has(path));
}

/** Rows of the training files, by length. */
function trainingLengths(programme: Programme, datasets: ScannedDatasets): LengthBucket[] {
  const byLength = new Map<number, LengthBucket>();
  for (const { fromTokens, toTokens, rows } of trainingFiles(programme, datasets).flatMap((file) => file.histogram)) {
    byLength.set(fromTokens, { fromTokens, toTokens, rows: rows + (byLength.get(fromTokens)?.rows ?? 0) });
  }
  return [...byLength.values()].filter(({ rows }) => rows > 0).toSorted((a, b) => a.fromTokens - b.fromTokens);
}

type Measured = { rows: number; tokens: number; low: number; high: number; paths: string[]; how: string[] };

/** Valid rows and tokens of the training files. */
export function trainingRows(programme: Programme, datasets: ScannedDatasets): Measured {
  return sumRows(trainingFiles(programme, datasets));
}

function sumRows(files: ScannedDatasets): Measured {
  const total: Measured = { rows: 0, tokens: 0, low: 0, high: 0, paths: [], how: [] };
  for (const { path, tokens, validRows } of files) {
    if (tokens === null) continue;
    total.rows += validRows;
    total.tokens += tokens.total;
    total.low += tokens.totalLow;
    total.high += tokens.totalHigh;
    total.paths.push(path);
    const how = `${tokens.method} ${tokens.tokenizer}, ${tokens.exact ? "every row" : `${tokens.sampledRows} rows sampled`}`;
    if (!total.how.includes(how)) total.how.push(how);
  }
  return total;
}
