import { GIB, formatCount, formatNumber } from "../../../base/units.ts";
import { usd, whole } from "../../../base/words.ts";
import { isRefusal, type Quantity } from "../../../domain/estimate.ts";
import type { FleetOption, Study } from "../../../domain/study.ts";
import { chartPair } from "../../../report/charts/draw.ts";
import { memoryStack } from "../../../report/charts/memory-stack.ts";
import type { Block, Section, TableRow, Text } from "../../../report/document.ts";
import { fleetId, shownFleets } from "../shown-fleets.ts";
import { passesText } from "../../training-plan/passes-text.ts";
import { QUANTITY_COLUMNS, linked, medianText, rangeText } from "./show.ts";

/** Section on the model, the run on the chosen fleet, the fleets that were tried, and the memory of one GPU. */
export function trainingSection(study: Study): Section {
  return {
    id: "training",
    title: "Fleet and training",
    blocks: [runTable(study), ...memoryChart(study), fleetTable(study), ...fleetNotes(study), ...memoryLines(study)],
  };
}

function runTable(study: Study): Block {
  const { training, model, chosenFleet } = study;
  const params = linked(study, "model.paramCount", formatCount(model.paramCount));
  const active =
    model.activeParamCount === model.paramCount
      ? []
      : [", ", linked(study, "model.activeParamCount", formatCount(model.activeParamCount)), " active"];
  const row = (
    label: string,
    shown: { id: string; quantity: Study["training"]["cost"]; unit: string; format?: (value: number) => string },
  ): TableRow => ({
    cells: [label, shown.unit, medianText(study, shown.id, shown), rangeText(shown, "")],
  });
  const ours: TableRow[] =
    training.hoursPerRun === training.modelledHoursPerRun
      ? []
      : [
          row("Wall hours of one run, our estimate of its steps", {
            id: "run.modelledHours",
            quantity: training.modelledHoursPerRun,
            unit: "h",
          }),
        ];
  return {
    kind: "table",
    caption: `${passesText(training)} on ${chosenFleet ?? "no fleet that fits"}`,
    columns: QUANTITY_COLUMNS,
    rows: [
      { cells: [`Parameters of ${model.id}`, "", [params, ...active], `licence: ${model.licence ?? "unknown"}`] },
      {
        cells: [
          "Tokens of one run, epochs included",
          "tokens",
          [linked(study, "run.tokens", formatCount(training.tokensPerRun))],
          `sequences of ${whole(training.sequenceTokens)}`,
        ],
      },
      { cells: ["Micro-batch of one GPU", "sequences", whole(training.batchSequences), stepText(training)] },
      ...memoryShown(training).map(({ label, id, quantity }) => row(label, { id, quantity, unit: "GiB" })),
      row(isStated(study) ? "Wall hours of one run, as stated" : "Wall hours of one run, training steps", {
        id: "run.hoursPerRun",
        quantity: training.hoursPerRun,
        unit: "h",
      }),
      ...(isStated(study) ? ours : []),
      row("Price of a GPU-hour", {
        id: "run.usdPerGpuHour",
        quantity: training.usdPerGpuHour,
        unit: "USD",
        format: usd,
      }),
      row(isStated(study) ? "Compute of one run" : "Compute of one run, training steps", {
        id: "run.costPerRun",
        quantity: training.costPerRun,
        unit: "USD",
        format: usd,
      }),
      ...hoursShown(training).map(({ label, id, quantity }) => row(label, { id, quantity, unit: "GPU-h" })),
      {
        ...row("Compute of all runs", { id: "total.computeOnly", quantity: training.cost, unit: "USD", format: usd }),
        total: true,
      },
    ],
  };
}

/** Number of micro-steps of an optimizer step. */
function stepText({ batchSequences, gradAccum }: Study["training"]): string {
  if (gradAccum === 1) return "one per optimizer step";
  return `${gradAccum} per optimizer step, for its ${whole(batchSequences * gradAccum)} sequences`;
}

type ShownRow = { label: string; id: string; quantity: Quantity };

/** Memory of a run, and of the pass after the runs if one is planned. */
function memoryShown({ memory, passMemory, preferencePass }: Study["training"]): ShownRow[] {
  const run = { label: "Device memory per GPU", id: "run.memory", quantity: memory };
  if (passMemory === null) return [run];
  return [run, { label: `${run.label}, ${preferencePass} pass`, id: "run.pass.memory", quantity: passMemory }];
}

/** GPU-hours by part, and in total. */
function hoursShown({ gpuHoursByPart, gpuHours }: Study["training"]): ShownRow[] {
  return [
    ...gpuHoursByPart.map((part) => ({ label: part.label, id: part.id, quantity: part.gpuHours })),
    { label: "GPU-hours of all runs and passes", id: "run.gpuHoursAllRuns", quantity: gpuHours },
  ];
}

function isStated({ figures }: Study): boolean {
  return figures.some((figure) => figure.id === "user.training.hoursPerRun");
}

function memoryChart({ training }: Study): Block[] {
  const { memoryPlan: plan, memory, gpu } = training;
  if (isRefusal(memory) || plan.peak === null) return [];
  const { peak } = plan;
  const parts = plan.lines
    .filter((line) => line.instants.includes(peak))
    .map((line) => ({ label: line.label, gib: line.bytes / GIB }));
  const words = {
    id: "chart-memory",
    title: `Memory of one ${gpu} at the peak`,
    description: `${parts.map((part) => `${part.label} ${formatNumber(part.gib, 2)} GiB`).join("; ")}. The peak lies between ${formatNumber(memory.p10)} and ${formatNumber(memory.p90)} of ${formatNumber(plan.capacityGib)} GiB.`,
  };
  const limits = { gpu, gpuGib: plan.capacityGib, p10: memory.p10, p90: memory.p90 };
  const pair = chartPair(words, (form) => memoryStack(parts, { ...form, ...limits }));
  return [
    {
      kind: "chart",
      ...pair,
      caption: `Memory of one ${gpu} at the peak of a step (${peak}), and its capacity.`,
    },
  ];
}

function fleetTable(study: Study): Block {
  const { fleet, training } = study;
  const fitting = fleet.filter((option) => option.fits === "yes" || option.fits === "tight");
  const shown = shownFleets(fleet, training);
  const others = fleet.length - shown.length;
  return {
    kind: "table",
    caption: `${fitting.length > 0 ? "Fleets that fit one run, the cheapest number of each GPU; hours and cost with start-up, evaluation and checkpoints" : "Fleets that were tried: none fits the run"}, p10–p90${others > 0 ? ` (also tried: ${others})` : ""}`,
    columns: [
      { head: "Fleet" },
      { head: "Fits" },
      { head: "Memory, GiB per GPU", align: "right" },
      { head: "Wall hours", align: "right" },
      { head: "USD per GPU-hour", align: "right" },
      { head: "USD per run", align: "right" },
    ],
    rows: shown.map((option) => fleetRow(study, option)),
  };
}

function fleetRow(study: Study, option: FleetOption): TableRow {
  const id = fleetId(option);
  const mark = option.notes.length > 0 ? " *" : "";
  const isSplit = option.gpuCount > 1 && option.sharding !== "none";
  const cell = (field: string, quantity: Quantity, format?: (value: number) => string): Text => {
    const text = rangeText(format === undefined ? { quantity } : { quantity, format });
    return [linked(study, `${id}.${field}`, text)];
  };
  return {
    cells: [
      `${option.gpuCount} × ${option.gpu}${isSplit ? `, ${option.sharding}` : ""}${accumulated(option)}${mark}`,
      option.fits === "yes" ? "yes" : `${option.fits}: ${option.reason}`,
      cell("memory", option.memory),
      cell("hours", option.hours),
      cell("usdPerGpuHour", option.usdPerGpuHour, usd),
      cell("cost", option.cost, usd),
    ],
  };
}

/** The micro-batch if it is accumulated. */
function accumulated({ batchSequences, gradAccum }: FleetOption): string {
  return gradAccum === 1 ? "" : `, batch ${batchSequences} × ${gradAccum} steps`;
}

/** Notes before booking a fleet, once per GPU, and what the order of the fleets depends on. */
function fleetNotes({ fleet, training }: Study): Block[] {
  const notes = shownFleets(fleet, training).flatMap(({ gpu, notes: own }) => own.map((note) => `* ${gpu}: ${note}.`));
  const stack =
    "The order applies to the training library of the plan: the library changes speed three- to fivefold on the same GPU, and differently on each.";
  return [{ kind: "list", items: [...new Set(notes), stack] }];
}

function memoryLines(study: Study): Block[] {
  const { training } = study;
  const { lines, peak, warnings } = training.memoryPlan;
  if (lines.length === 0) return [];
  return [
    {
      kind: "details",
      summary: "Memory line by line, with formulas",
      blocks: [
        {
          kind: "table",
          caption: `Terms of the peak of one GPU; the peak is the ${peak ?? "largest"} instant`,
          columns: [{ head: "Term" }, { head: "GiB", align: "right" }, { head: "Live at" }, { head: "Formula" }],
          rows: lines.map((line) => ({
            cells: [
              line.label,
              [linked(study, `memory.${line.id}`, formatNumber(line.bytes / GIB))],
              line.instants.join(", "),
              [{ code: line.formula }],
            ],
          })),
        },
        ...(warnings.length > 0 ? [{ kind: "list", items: warnings } as const] : []),
      ],
    },
  ];
}
