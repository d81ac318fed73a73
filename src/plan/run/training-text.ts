import { textTable, wrapText } from "../../base/text-table.ts";
import { formatCount, formatNumber, formatRange, formatUsd, GIB } from "../../base/units.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { MemoryKind, MemoryLine, MemoryPlan } from "../../domain/memory-plan.ts";
import type { RunPlan } from "../../domain/run-plan.ts";
import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import { priceLines } from "../cost/price-line.ts";
import { refusalsOf } from "./plan-run.ts";
import { runPartsText } from "./run-parts-text.ts";

const KINDS: readonly { kind: MemoryKind; label: string }[] = [
  { kind: "allocated", label: "allocated (live tensors)" },
  { kind: "reserved", label: "reserved (by the allocator)" },
  { kind: "device", label: "device (must fit)" },
];

const FITS: Readonly<Record<MemoryPlan["fits"], string>> = {
  yes: "fits",
  tight: "tight: the median fits, the p90 does not",
  no: "does not fit",
  unknown: "unknown",
};

/** A range for a cell: `61.2–68.0`, or `unknown`. */
function rangeText(quantity: Quantity, format: (value: number) => string = formatNumber): string {
  return isRefusal(quantity) ? "unknown" : formatRange(quantity.p10, quantity.p90, format);
}

/** The run in one line: model, method, batch, GPUs. */
export function runLine(model: string, spec: RunSpec, gpu: string): string {
  const adapter = isFull(spec) ? "" : ` r${spec.loraRank}`;
  const steps = spec.gradAccum === 1 ? "" : ` × ${spec.gradAccum} steps`;
  const objective = spec.objective === "sft" ? "" : ` ${spec.objective.toUpperCase()}`;
  return `${model}, ${spec.method}${adapter}${objective}, ${formatNumber(spec.sequenceTokens, 9)} tokens × ${spec.batchSequences}${steps}, ${spec.gpuCount} × ${gpu}, ${spec.stack}`;
}

/** Terms of the peak of one GPU, its instants and the three totals. */
export function memoryText(plan: MemoryPlan): string {
  if (plan.peak === null) return refusalText([plan.device]);
  const engine = plan.lines.reduce((sum, { id, bytes }) => sum + (id === "engine" ? bytes : 0), 0);
  // An engine is outside torch's allocator, so its share determines the peak while it samples.
  const instants = plan.instants
    .map(({ instant, bytes }) =>
      instant === "rollout" && plan.peak === "rollout" && engine > 0
        ? `rollout ${gib(bytes + engine)} with the engine`
        : `${instant} ${gib(bytes)}`,
    )
    .join(", ");
  const rows = plan.lines.map((line) => [line.label, gib(line.bytes), whenText(line, plan.peak!), line.formula]);
  const lines = textTable(
    [
      { head: "memory per GPU" },
      { head: "GiB", align: "right" },
      { head: "at the peak" },
      { head: "formula", wrap: 60 },
    ],
    rows,
  );
  const totals = textTable(
    [
      { head: "total" },
      { head: "p10 GiB", align: "right" },
      { head: "p50 GiB", align: "right" },
      { head: "p90 GiB", align: "right" },
    ],
    KINDS.map(({ kind, label }) => [label, ...cellsOf(plan[kind])]),
  );
  return [
    lines,
    "",
    `instants in GiB: ${instants}; the peak is the largest, the ${plan.peak} instant`,
    "",
    totals,
    "",
    fitText(plan),
    ...basisText(plan.device),
    ...warningText(plan.warnings),
  ].join("\n");
}

/** Verdict on whether a run fits in its GPU: `does not fit: 609–969 of 80 GiB`. */
function fitText({ fits, device, capacityGib }: MemoryPlan): string {
  return `${FITS[fits]}: ${rangeText(device)} of ${formatNumber(capacityGib)} GiB`;
}

/** Verdict on memory, wall time by part, speed and cost of one run; totals last. */
export function runCostText(plan: RunPlan): string {
  const rows = [
    tokensRow("tokens trained", plan.tokens),
    tokensRow("tokens processed", plan.processedTokens),
    ["optimizer steps", "", plan.steps === null ? "unknown" : formatNumber(plan.steps, 9), ""],
    ["speed, tokens/s per GPU", ...cellsOf(plan.tokensPerSecPerGpu)],
    ["GPU-hours, training steps", ...cellsOf(plan.gpuHours)],
    ["GPU-hours, whole run", ...cellsOf(plan.whole.gpuHours)],
    ["USD per GPU-hour", ...cellsOf(plan.usdPerGpuHour, formatUsd)],
    ["USD per million tokens", ...cellsOf(plan.usdPerMillionTokens, formatUsd)],
    ["USD, training steps", ...cellsOf(plan.cost, formatUsd)],
    null,
    ["total USD, complete run", ...cellsOf(plan.whole.cost, formatUsd)],
    ...statedRows(plan.stated),
  ];
  const table = textTable(
    [{ head: "one run" }, ...["p10", "p50", "p90"].map((head) => ({ head, align: "right" as const }))],
    rows,
  );
  const refusals = refusalText([plan.tokensPerSecPerGpu, plan.hours, plan.usdPerGpuHour, plan.cost]);
  return [
    `memory per GPU: ${fitText(plan.memory)}`,
    "",
    runPartsText(plan.whole),
    "",
    table,
    ...warningText(plan.warnings),
    ...basisText(plan.hours),
    ...priceLines("training", plan.usdPerGpuHour).map((line) => wrapText(line)),
    ...(refusals === "" ? [] : ["", refusals]),
  ].join("\n");
}

/** Hours stated by the user, compared with the estimate; a programme is costed with the stated ones. */
function statedRows(stated: RunPlan["stated"]): (readonly string[] | null)[] {
  if (stated === null) return [];
  return [
    null,
    ["wall hours, as stated", "", formatNumber(stated.hours), ""],
    ["GPU-hours, as stated", "", formatNumber(stated.gpuHours), ""],
    ["total USD by them", ...cellsOf(stated.cost, formatUsd)],
  ];
}

function tokensRow(label: string, tokens: Quantity): string[] {
  if (!isRefusal(tokens) && tokens.p10 === tokens.p90) return [label, "", formatCount(tokens.p50), ""];
  return [label, ...cellsOf(tokens, formatCount)];
}

/** Only the time: the basis of the speed, and the hours. */
export function runTimeText(plan: RunPlan): string {
  const flops = `${formatNumber(plan.modelFlopsPerToken / 1e9)} model GFLOP per token (${formatNumber(plan.hardwareFlopsPerToken / 1e9)} executed${plan.spec.checkpointing === "full" ? ", recomputation included" : ""})`;
  return [runLine(plan.model, plan.spec, plan.gpu), flops, "", runCostText(plan)].join("\n");
}

/** Reasons why values are unknown and what to do; empty if all are known. */
function refusalText(quantities: readonly Quantity[]): string {
  return refusalsOf(quantities)
    .map(({ refused, hint }) => `unknown: ${refused}\n  hint: ${hint}`)
    .join("\n");
}

function whenText(line: MemoryLine, peak: NonNullable<MemoryPlan["peak"]>): string {
  if (line.kind !== "allocated") return line.kind;
  return line.instants.includes(peak) ? "yes" : "no";
}

function cellsOf(quantity: Quantity, format: (value: number) => string = formatNumber): string[] {
  if (isRefusal(quantity)) return ["", "unknown", ""];
  return [quantity.p10, quantity.p50, quantity.p90].map((value) => format(value));
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(2);
}

function basisText(quantity: Quantity): string[] {
  return isRefusal(quantity) ? [] : ["", wrapText(`basis: ${quantity.basis}; n = ${quantity.n}`, 100)];
}

function warningText(warnings: readonly string[]): string[] {
  return warnings.length === 0 ? [] : ["", ...warnings.map((warning) => wrapText(`warning: ${warning}`, 100))];
}
