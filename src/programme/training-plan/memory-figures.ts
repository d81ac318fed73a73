import { GIB } from "../../base/units.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import type { MemoryLine, MemoryPlan } from "../../domain/memory-plan.ts";
import type { Programme } from "../../domain/programme.ts";
import { computedFigure, leafFigure, userFigure } from "./training-figures.ts";

const STEP = ["user.training.sequenceTokens", "user.training.batchSequences"];

/** Inputs of a term; the values are in its formula. */
const INPUTS: Readonly<Record<string, readonly string[]>> = {
  weights: ["model.paramCount"],
  reference: ["model.paramCount"],
  autocast: ["model.paramCount"],
  gradients: ["model.paramCount"],
  buckets: ["model.paramCount"],
  optimizer: ["model.paramCount"],
  "optimizer-temp": ["model.paramCount"],
  adapters: ["user.training.loraRank", "model.hidden", "model.layers"],
  "adapter-gradients": ["user.training.loraRank", "model.hidden", "model.layers"],
  "adapter-temp": ["user.training.loraRank", "model.hidden", "model.layers"],
  logits: [...STEP, "model.vocab"],
  gathered: ["model.vocab", "model.hidden"],
  process: [],
};

/** Chain of the memory of one GPU: all terms, allocator overhead and process, and the range of measured runs. */
export function memoryFigures(
  { training }: Programme,
  memory: MemoryPlan,
  { fleet, countId }: { fleet: string; countId: string },
): Figure[] {
  const own = [
    userFigure("training.sequenceTokens", training.sequenceTokens, "tokens"),
    userFigure("training.batchSequences", training.batchSequences, "sequences"),
    userFigure("training.loraRank", training.loraRank, "rank"),
  ];
  const about = { id: "run.memory", label: `device memory per GPU on ${fleet}`, unit: "GiB" };
  const { device, lines, peak } = memory;
  if (isRefusal(device) || peak === null) {
    return [...own, computedFigure(device, { ...about, formula: "not estimated", inputs: [] })];
  }
  const parts = lines.filter((line) => line.instants.includes(peak));
  const ids = parts.map(({ id }) => `memory.${id}`);
  const band: Figure = {
    id: "memory.band",
    label: "measured runs over the closed form",
    unit: "factor",
    p10: device.p10 / device.p50,
    p50: 1,
    p90: device.p90 / device.p50,
    inputs: [],
    source: { kind: "measured", ref: `${device.basis}; n = ${device.n}: ${device.sources.join("; ")}` },
  };
  return [
    ...own,
    ...lines.map((line) => lineFigure(line, { ids, countId })),
    band,
    computedFigure(device, {
      ...about,
      formula: `(${ids.join(" + ")}) × memory.band`,
      inputs: [...ids, band.id],
    }),
  ];
}

function lineFigure(
  { id, label, bytes, formula, kind }: MemoryLine,
  { ids, countId }: { ids: readonly string[]; countId: string },
): Figure {
  const isGap = kind === "reserved";
  const held = ids.filter((part) => part !== `memory.${id}` && part !== "memory.process");
  const inputs = isGap ? held : [...(INPUTS[id] ?? [...STEP, "model.hidden", "model.layers"])];
  const isSplit = formula.includes(" / ");
  const source = { kind: "computed", ref: "docs/concepts/training-model.md, section 1" } as const;
  return {
    ...leafFigure(`memory.${id}`, `${label}, per GPU`, { value: bytes / GIB, unit: "GiB", source }),
    formula,
    inputs: isSplit && !isGap ? [...inputs, countId] : inputs,
  };
}
