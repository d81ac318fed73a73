import { CostCategory, type CostLine, type ProgrammeCost } from "../../domain/cost.ts";
import type { Estimate, Quantity } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import { pointRange } from "../../domain/point-range.ts";
import { budgetShape } from "./budget-shape.ts";
import type { CostRequest, LineCost, LineModel } from "./cost-facts.ts";
import { costModel, drawModel, quantityOf, range, shownDraws, type CostModel, type Drawn } from "./cost-model.ts";
import { envelopeChecks } from "./envelopes.ts";
import { MONTHS } from "./running-lines.ts";
import { tornado, tornadoBase } from "./tornado.ts";
import { withoutWords } from "./without-words.ts";

/** A line with its draws; null if unknown. */
type DrawnLine = { line: LineModel; drawn: Drawn | null };

/**
 * Cost of a programme by activity, from its plan to six months after launch.
 *
 * Ranges are summed by seeded Monte Carlo draws, never by adding p90s. Lines that read the same input move together.
 * Activities are also correlated by one common factor, because a team that misjudges one activity tends to misjudge the
 * others (assumption `cost.activity.correlation`, 0.25). A line that does not apply is 0, with its reason. An unknown
 * line is null, with its reason; it is listed in `unknown` and is in no total.
 *
 * @throws Failure not_found if an assumption does not exist; bad_input for invalid draws
 * @accuracy the ranges of activities are those of one published article of May 2026: order of magnitude, until the
 *   user's own figures replace them
 */
export function programmeCost(request: CostRequest): ProgrammeCost {
  const model = costModel(request);
  const draw = drawModel(model);
  const drawnLines = model.lines.map((line): DrawnLine => {
    const { cost } = line;
    if (cost.kind === "unknown") return { line, drawn: null };
    return { line, drawn: cost.kind === "computed" ? shownDraws(draw(cost.value), cost.ends) : draw(() => 0) };
  });
  const basis = `${model.draws.toLocaleString("en-US")} draws, seed ${model.seed}`;
  const total = (name: string, label: string, has: (line: LineModel) => boolean): Total =>
    sumOf(
      { name, label, model, basis },
      drawnLines.filter(({ line }) => has(line)),
    );
  const computeOnly = unlessUnknown(
    total("computeOnly", "training compute", ({ category }) => category === "training"),
    costOf(model, "cost.training.final"),
    { words: "", hint: "set training.gpu, gpuCount, hoursPerRun, gpuUsdPerHour if you know them" },
  );
  const endToEnd = total(
    "endToEnd",
    `to launch and ${MONTHS} months of maintenance`,
    ({ category }) => category !== "serving",
  );
  const withServing = unlessUnknown(
    total("withServing", `the same with ${MONTHS} months of serving`, () => true),
    costOf(model, "cost.serving.inference"),
    { words: "serving is unknown: ", hint: "set serving.monthlyUsd, or the load and the GPU of serving" },
  );
  const categories = CostCategory.options.map((category) => ({
    category,
    cost: isKnown(drawnLines, category)
      ? total(category, category, (line) => line.category === category).estimate
      : null,
  }));
  const totals = {
    lines: drawnLines.map((drawnLine) => costLine(drawnLine, model, basis)),
    categories,
    computeOnly: computeOnly.quantity,
    endToEnd: endToEnd.estimate,
    withServing: withServing.quantity,
  };
  return {
    ...totals,
    unknown: drawnLines.filter(({ drawn }) => drawn === null).map(({ line }) => line.id),
    envelopes: envelopeChecks(request, totals),
    shape: budgetShape(
      drawnLines.flatMap(({ line, drawn }) =>
        drawn === null || line.category === "serving" ? [] : [{ part: line.part, usd: drawn.p50 }],
      ),
      request.assumption,
    ),
    tornado: tornado(model, "endToEnd"),
    tornadoBaseUsd: tornadoBase(model, "endToEnd"),
    draws: model.draws,
    seed: model.seed,
    figures: figuresOf(model, drawnLines, [computeOnly.figure, endToEnd.figure, withServing.figure]),
  };
}

function costOf({ lines }: CostModel, id: string): LineCost {
  return lines.find((line) => line.id === id)!.cost;
}

/** True if at least one line of a category is known, or none is due. */
function isKnown(lines: readonly DrawnLine[], category: CostCategory): boolean {
  const own = lines.filter(({ line }) => line.category === category);
  return (
    own.some(({ line, drawn }) => drawn !== null && line.cost.kind === "computed") ||
    own.every(({ drawn }) => drawn !== null)
  );
}

/** A total; refused, but with its derivation, if the line that it requires is unknown. */
function unlessUnknown(
  total: Total,
  cost: LineCost,
  { words, hint }: { words: string; hint: string },
): Pick<Total, "quantity" | "figure"> {
  if (cost.kind !== "unknown") return total;
  const refused = `${words}${cost.reason}`;
  return { quantity: { refused, hint }, figure: { ...total.figure, ...pointRange(null), reason: refused } };
}

/** A sum: of its draws, and without the end that is unknown. */
type Total = { estimate: Estimate; quantity: Quantity; figure: Figure };

/** Sums draw by draw, in the order of line ids, so that the order of lines does not affect the last digit. */
function sumOf(
  of: { name: string; label: string; model: CostModel; basis: string },
  lines: readonly DrawnLine[],
): Total {
  const { name, label, model, basis } = of;
  const sorted = lines.toSorted((a, b) => (a.line.id < b.line.id ? -1 : 1));
  const sums = new Float64Array(model.draws);
  for (const { drawn } of sorted) for (let i = 0; i < sums.length; i++) sums[i]! += drawn?.values[i] ?? 0;
  const open = lines.find(({ drawn }) => drawn?.open !== undefined)?.drawn?.open;
  const drawn: Drawn = { values: sums, ...range(sums), inputs: [], open };
  const without = withoutWords(lines.map(({ line, drawn }) => ({ ...line, cost: drawn })));
  const about = { unit: "USD", basis: `sum of lines draw by draw${without}; ${basis}`, n: 0, sources: [] };
  return {
    estimate: { ...range(sums), ...about },
    quantity: quantityOf(drawn, about),
    figure: {
      id: `total.${name}`,
      label: label + without,
      unit: "USD",
      ...shownEnds(drawn),
      formula: "sum of lines, draw by draw",
      inputs: [...sorted.map(({ line }) => line.id), model.activityCorrelation.id],
      source: { kind: "computed", ref: basis },
    },
  };
}

function costLine({ line, drawn }: DrawnLine, model: CostModel, basis: string): CostLine {
  const { id, category, label, cost } = line;
  const sources = drawn?.inputs.map((input) => sourceOf(model, input)) ?? [];
  return {
    id,
    category,
    label,
    cost: drawn && { ...rangeOf(drawn), unit: "USD", basis, n: 0, sources: [...new Set(sources)] },
    ...(drawn?.open === undefined ? {} : { openEnd: drawn.open.refused }),
    reason: cost.kind === "computed" ? null : cost.reason,
    basis: cost.kind === "computed" ? cost.formula : cost.kind === "none" ? "does not apply" : "unknown",
  };
}

function rangeOf({ p10, p50, p90 }: Drawn): { p10: number; p50: number; p90: number } {
  return { p10, p50, p90 };
}

/** The ends of a figure, and why it has no high end. */
function shownEnds({ p10, p50, p90, open }: Drawn): Pick<Figure, "p10" | "p50" | "p90" | "reason"> {
  return open === undefined ? { p10, p50, p90 } : { p10, p50, p90: null, reason: open.refused };
}

function sourceOf({ book }: CostModel, leafId: string): string {
  const { source } = book.leaves.get(leafId)!.figure;
  return source.asOf === undefined ? source.ref : `${source.ref}, ${source.asOf}`;
}

/** All figures of the result, once each: leaves, their inputs, lines, totals. */
function figuresOf(model: CostModel, lines: readonly DrawnLine[], totals: readonly Figure[]): Figure[] {
  const used = new Set(lines.flatMap(({ drawn }) => drawn?.inputs ?? []));
  const leaves = [...model.book.leaves.values()].map(({ figure }) => figure).filter(({ id }) => used.has(id));
  const all = [
    ...leaves,
    ...model.book.background.values(),
    model.activityCorrelation,
    ...lines.map((line) => lineFigure(line)),
    ...totals,
  ];
  return [...new Map(all.toReversed().map((figure) => [figure.id, figure])).values()].toReversed();
}

function lineFigure({ line, drawn }: DrawnLine): Figure {
  const { id, label, cost } = line;
  return {
    id,
    label,
    unit: "USD",
    ...(drawn === null ? pointRange(null) : shownEnds(drawn)),
    ...(cost.kind === "computed" ? { formula: cost.formula } : { reason: cost.reason }),
    inputs: drawn?.inputs ?? [],
    source: { kind: "computed", ref: "computed" },
  };
}
