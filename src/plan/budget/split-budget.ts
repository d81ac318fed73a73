import { splitMoney } from "../../base/money.ts";
import type { Estimate } from "../../domain/estimate.ts";
import { type Phase, phaseOf } from "../cost/phase.ts";
import type { CostCategory } from "../../domain/cost.ts";

/** A line to budget. */
export type BudgetedLine = { category: CostCategory; estimate: Estimate };

/** Number of units below which a phase is too small to be rounded like the total. */
const LEAST_UNITS = 5;

/** A share of an amount: the wanted dollars, and whether they are stated and must not change. */
type Share = { wanted: number; isFixed: boolean };

/** An amount in whole dollars with three significant digits, because no estimate is more accurate. */
export function headline(dollars: number): number {
  return Math.round(Number(dollars.toPrecision(3)));
}

/**
 * Dollars of each line, which sum exactly to the total: the median plus the line's share of the reserve. Phases are
 * rounded like the total, lines to one digit more. A stated cost is unchanged. The part of a phase that is not round
 * goes to its largest line. The smallest lines get one unit.
 */
export function splitBudget(lines: readonly BudgetedLine[], total: number): number[] {
  const wanted = wantedOf(
    lines.map(({ estimate }) => estimate),
    total,
  );
  const shares = lines.map(({ estimate: { p10, p90 } }, index) => ({ wanted: wanted[index]!, isFixed: p10 === p90 }));
  const phases = [...new Set(lines.map(({ category }) => phaseOf(category)))];
  const membersOf = (phase: Phase): number[] =>
    lines.flatMap(({ category }, index) => (phaseOf(category) === phase ? [index] : []));
  const unit = unitOf(total);
  const phaseShares = phases.map((phase): Share => {
    const members = membersOf(phase).map((index) => shares[index]!);
    return { wanted: sum(members.map((share) => share.wanted)), isFixed: members.every(({ isFixed }) => isFixed) };
  });
  const isFine = phaseShares.some((share) => share.wanted < LEAST_UNITS * unit);
  const phaseDollars = splitByUnit(total, phaseShares, isFine ? unit / 10 : unit);
  const dollars = lines.map(() => 0);
  for (const [nth, phase] of phases.entries()) {
    const members = membersOf(phase);
    const parts = splitByUnit(
      phaseDollars[nth]!,
      members.map((index) => shares[index]!),
      unit / 10,
    );
    for (const [place, index] of members.entries()) dollars[index] = parts[place]!;
  }
  return dollars;
}

/** Medians plus each line's share of the reserve, in proportion to its spread. */
function wantedOf(estimates: readonly Estimate[], total: number): number[] {
  const spread = sum(estimates.map(({ p10, p90 }) => p90 - p10));
  const reserve = total - sum(estimates.map(({ p50 }) => p50));
  return estimates.map(({ p10, p50, p90 }) => Math.max(0, p50 + (spread === 0 ? 0 : (reserve * (p90 - p10)) / spread)));
}

/** Value of the third significant digit, at least ten dollars. */
function unitOf(total: number): number {
  return 10 ** Math.max(1, Math.floor(Math.log10(total)) - 2);
}

/**
 * Splits an amount into multiples of a unit, at least one for each share; a finer unit is used if there are too few.
 */
function splitByUnit(amount: number, shares: readonly Share[], unit: number): number[] {
  const fixed = shares.map(({ wanted, isFixed }) => (isFixed ? Math.round(wanted) : 0));
  const weights = shares.map(({ wanted, isFixed }) => (isFixed ? 0n : BigInt(Math.round(wanted * 100))));
  const rest = amount - sum(fixed);
  if (rest <= 0 || weights.every((weight) => weight === 0n)) return dollarsOf(amount, shares);
  const units = splitMoney(BigInt(Math.floor(rest / unit)), weights).map(Number);
  const largest = units.indexOf(Math.max(...units));
  for (const [index, count] of units.entries()) {
    if (count > 0 || weights[index] === 0n) continue;
    units[index] = 1;
    units[largest]! -= 1;
  }
  if (units[largest]! < 1) return unit > 1 ? splitByUnit(amount, shares, unit / 10) : dollarsOf(amount, shares);
  return units.map((count, index) => fixed[index]! + count * unit + (index === largest ? rest % unit : 0));
}

function dollarsOf(amount: number, shares: readonly Share[]): number[] {
  const weights = shares.map(({ wanted }) => BigInt(Math.max(1, Math.round(wanted * 100))));
  return splitMoney(BigInt(amount), weights).map(Number);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
