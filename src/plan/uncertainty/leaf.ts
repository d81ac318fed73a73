import { Z90 } from "../../base/normal-quantile.ts";
import type { Assumption } from "../../domain/assumption.ts";
import type { Estimate } from "../../domain/estimate.ts";
import type { Figure } from "../../domain/figure.ts";
import { pointRange } from "../../domain/point-range.ts";
import { assumptionFigure } from "./assumption-figure.ts";

/** An input of a cost model that is sampled: its figure, its range and its correlation with the others. */
export type Leaf = {
  figure: Figure;
  p10: number;
  p50: number;
  p90: number;
  /** Hard limits of the distribution: 0 and 1 for a share, otherwise 0 and no upper limit. */
  low: number;
  high: number;
  /** Cost or effort of an activity; it shares the common factor of misestimation. */
  isActivity: boolean;
};

/**
 * Value of a leaf at a standard normal score: a two-piece lognormal through its p10, p50 and p90 (each side of the
 * median has its own spread), or a two-piece normal if the p10 is not above zero; truncated at the hard limits.
 *
 * @param z  0 gives the median, ±1.2816 give p10 and p90 exactly
 * @source Two-piece form: Wallis 2014, "The two-piece normal, binormal, or double Gaussian distribution", Statistical
 *   Science 29(1)
 */
export function leafValue(leaf: Leaf, z: number): number {
  const { p10, p50, p90, low, high } = leaf;
  if (p10 === p90) return p50;
  const end = z < 0 ? p10 : p90;
  const steps = Math.abs(z) / Z90;
  const value = p10 > 0 ? p50 * (end / p50) ** steps : p50 + (end - p50) * steps;
  return Math.min(high, Math.max(low, value));
}

/** Leaves by id. Each function adds one leaf (once) and returns its id for use in formulas. */
export type LeafBook = {
  leaves: ReadonlyMap<string, Leaf>;
  /** Figures that leaves depend on but that are not sampled, such as the row behind a narrowed range. */
  background: ReadonlyMap<string, Figure>;
  /** A catalogue assumption, or the user's replacement: `assumption.<id>`. */
  assumed: (id: string, options?: { isActivity?: boolean }) => string;
  /** An assumption as a figure that is not sampled itself: part of an estimate that is one leaf. */
  assumption: (id: string) => Figure & Range3;
  /** The lower half of an assumption's range, up to its middle: an activity. */
  lowerHalf: (id: string, why: string) => string;
  /** A value of `programme.yaml`: `user.<path>`, unchanged. */
  stated: (path: string, value: number | string, unit: string) => string;
  /** A value measured in the programme: `measured.<id>`, in its current state; a range if it is one. */
  measured: (
    id: string,
    from: { label: string; value: string | { p10: number; p50: number; p90: number }; unit: string; ref: string },
  ) => string;
  /** An estimate of another part of the plan, with the figures that explain it. */
  estimated: (
    id: string,
    estimate: Estimate,
    from: { label: string; figures: readonly Figure[]; isActivity?: boolean },
  ) => string;
};

/** An empty book over a lookup of assumptions. */
export function leafBook(assumption: (id: string) => Assumption): LeafBook {
  const leaves = new Map<string, Leaf>();
  const background = new Map<string, Figure>();
  const add = (figure: Figure & Range3, isActivity: boolean): string => {
    const isShare = figure.unit === "share";
    if (!leaves.has(figure.id)) {
      const { p10, p50, p90 } = figure;
      leaves.set(figure.id, { figure, p10, p50, p90, low: 0, high: isShare ? 1 : Infinity, isActivity });
    }
    return figure.id;
  };
  return {
    leaves,
    background,
    assumed: (id, options) => add(assumptionFigure(assumption(id)), options?.isActivity ?? false),
    assumption: (id) => assumptionFigure(assumption(id)),
    lowerHalf: (id, why) => {
      const row = assumptionFigure(assumption(id));
      background.set(row.id, row);
      const formula = `lower half of ${row.id}: ${why}`;
      const source = { kind: "computed", ref: "computed" } as const;
      const ends = { p10: row.p10, p50: Math.sqrt(row.p10 * row.p50), p90: row.p50 };
      return add({ ...row, id: `${row.id}.lower`, ...ends, formula, inputs: [row.id], source }, true);
    },
    stated: (path, value, unit) => {
      const amount = Number(value);
      const source = { kind: "user", ref: `programme.yaml: ${path}` } as const;
      const id = `user.${path}`;
      return add({ id, label: path, unit, ...pointRange(amount), inputs: [], source }, false);
    },
    measured: (id, { label, value, unit, ref }) => {
      const source = { kind: "measured", ref } as const;
      const range = typeof value === "string" ? pointRange(Number(value)) : value;
      return add({ id: `measured.${id}`, label, unit, ...range, inputs: [], source }, false);
    },
    estimated: (id, estimate, { label, figures, isActivity = false }) => {
      const { p10, p50, p90, unit, basis } = estimate;
      const known = figures.find((figure) => figure.id === id);
      const source = { kind: "computed", ref: basis } as const;
      for (const figure of figures) background.set(figure.id, figure);
      return add({ id, label, unit, inputs: [], source, ...known, p10, p50, p90 }, isActivity);
    },
  };
}

type Range3 = { p10: number; p50: number; p90: number };
