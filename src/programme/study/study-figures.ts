import { CostCategory } from "../../domain/cost.ts";

import type { DatasetProfile } from "../../domain/dataset-profile.ts";
import type { Figure } from "../../domain/figure.ts";
import type { Source } from "../../domain/source.ts";
import { pointRange } from "../../domain/point-range.ts";
import { choiceFigures } from "./choice-figures.ts";
import type { StudyFacts } from "./study-facts.ts";
import { computedFigure, leafFigure, modelFigures, userFigure } from "../training-plan/training-figures.ts";

/**
 * Chains of all numbers of a study: those of training, cost and payback, and those that combine them. If two figures
 * have one id, the later is used; they are equal.
 */
export function studyFigures(facts: StudyFacts, parts: readonly (readonly Figure[])[]): Figure[] {
  const all = [
    ...parts.flat(),
    ...datasetFigures(facts),
    ...choiceFigures(facts),
    ...facts.planned.figures,
    ...categoryFigures(facts, parts),
    ...aiActFigures(facts),
  ];
  const book = new Map<string, Figure>();
  for (const figure of all) book.set(figure.id, figure);
  return [...book.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function datasetFigures({ datasets, curation }: StudyFacts): Figure[] {
  const curated = curation?.profile ?? null;
  return [
    ...datasets.flatMap((dataset, index) => profileFigures(dataset, `dataset.${index + 1}`)),
    ...(curated === null ? [] : profileFigures(curated, "dataset.curated")),
  ];
}

function profileFigures(dataset: DatasetProfile, prefix: string): Figure[] {
  const source: Source = { kind: "measured", ref: `scan of ${dataset.path}, sha256 ${dataset.sha256}` };
  const id = (field: string): string => `${prefix}.${field}`;
  const rows = (field: "rows" | "validRows" | "duplicateRows" | "trainableRows", label: string): Figure =>
    leafFigure(id(field), `${dataset.path}: ${label}`, { value: dataset[field], unit: "rows", source });
  const figures = [
    rows("rows", "rows"),
    rows("validRows", "valid rows"),
    rows("duplicateRows", "exact duplicates"),
    rows("trainableRows", "valid rows without exact duplicates"),
  ];
  const { tokens, rowTokens } = dataset;
  if (tokens === null) return figures;
  const how = `${source.ref}; ${tokens.method} ${tokens.tokenizer}, ${tokens.exact ? "every row" : `${tokens.sampledRows} rows sampled`}; ${tokens.errorNote}`;
  const counted = leafFigure(id("tokens"), `${dataset.path}: tokens`, {
    value: tokens.total,
    unit: "tokens",
    source: { ...source, ref: how },
  });
  const meanFigure = leafFigure(id("meanTokens"), `${dataset.path}: mean tokens per row`, {
    value: rowTokens?.mean ?? tokens.total / dataset.validRows,
    unit: "tokens",
    source: { ...source, ref: how },
  });
  return [...figures, { ...counted, p10: tokens.totalLow, p90: tokens.totalHigh }, meanFigure];
}

function categoryFigures({ cost }: StudyFacts, parts: readonly (readonly Figure[])[]): Figure[] {
  const known = new Set(parts.flat().map((figure) => figure.id));
  return CostCategory.options.flatMap((category) => {
    const id = `total.${category}`;
    const sum = cost.categories.find((entry) => entry.category === category)?.cost;
    const inputs = cost.lines.filter((line) => line.category === category).map((line) => line.id);
    if (known.has(id) || !sum) return [];
    return [
      computedFigure(sum, {
        id,
        label: `all of ${category}`,
        unit: "USD",
        formula: "sum of its lines, draw by draw",
        inputs,
      }),
    ];
  });
}

function aiActFigures({ aiAct, programme, training }: StudyFacts): Figure[] {
  const { plannedFlop, hardwareFlop, upperFlop, thresholdFlop, baseFlop, baseSource } = aiAct;
  const prior = userFigure("compliance.priorTrainingFlop", programme.compliance.priorTrainingFlop, "FLOP");
  const computed: Source = { kind: "computed", ref: "computed" };
  const planned = {
    id: "aiact.plannedFlop",
    label: "compute of all planned runs",
    unit: "FLOP",
    formula: "FLOP per token × tokens of all runs and passes",
    inputs: ["run.tokensAllRuns", "model.activeParamCount"],
  };
  const hardware = {
    id: "aiact.hardwareFlop",
    label: "the same by hardware",
    unit: "FLOP",
    formula: "GPU-hours of all runs and passes × dense bf16 peak × 50 %",
    inputs: ["run.gpuHoursAllRuns"],
  };
  const upper = {
    id: "aiact.upperFlop",
    label: "their upper bound, earlier runs included",
    formula: "1.3 × (earlier runs + the larger of 6 × parameters × tokens of all runs and the compute by hardware)",
    inputs: [planned.id, hardware.id, prior.id],
  };
  const base = { id: "aiact.baseFlop", label: "compute that trained the base model, lowest defensible", inputs: [] };
  const threshold = {
    id: "aiact.thresholdFlop",
    label: "limit of the one-third rule",
    formula: "one third of the base model's compute, or of the fallback",
    inputs: [base.id],
  };
  return [
    ...modelFigures(training.shape),
    prior,
    computedFigure(plannedFlop, planned),
    computedFigure(hardwareFlop, hardware),
    flopFigure(upper, upperFlop, computed),
    flopFigure(base, baseFlop, { kind: "catalogue", ref: baseSource }),
    flopFigure(threshold, thresholdFlop, { kind: "computed", ref: baseSource }),
  ];
}

function flopFigure(
  about: { id: string; label: string; formula?: string; inputs: string[] },
  flop: number | null,
  source: Source,
): Figure {
  const reason = flop === null ? { reason: "unknown" } : {};
  return { ...about, unit: "FLOP", ...pointRange(flop), source, ...reason };
}
