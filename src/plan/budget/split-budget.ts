import { splitMoney } from "../../base/money.ts";
import type { CostCategory } from "../../domain/cost.ts";
import type { Estimate } from "../../domain/estimate.ts";
import { type Phase, phaseOf } from "../cost/phase.ts";

/** A line to budget. */
export type BudgetedLine = { category: CostCategory; estimate: Estimate };

/** Number of units below which a phase is too small to be rounded like the total. */
const LEAST_UNITS = 5;

/** Part of an amount: its least dollars, its spread, by which a reserve is divided, and whether it is stated. */
type Part = { least: number; spread: number; isStated: boolean };

/** An amount in whole dollars with three significant digits, because no estimate is more accurate. */
export function headline(dollars: number): number {
  return Math.round(Number(dollars.toPrecision(3)));
}

/**
 * Dollars of each line: its median rounded up, plus its share of the reserve, in proportion to its spread. No line is
 * below its median, so their sum, the total, is `atLeast` or the next round amount for which that holds. The total and
 * the phases have three significant digits of `atLeast`, lines one more. A stated cost is unchanged; what is not round
 * because of it goes to the largest line that is not stated.
 *
 * @param atLeast  the median of the whole, whole dollars
 */
export function splitBudget(lines: readonly BudgetedLine[], atLeast: number): number[] {
  const unit = 10 ** Math.max(1, Math.floor(Math.log10(atLeast)) - 2);
  const parts = lines.map(({ estimate }) => partOf(estimate, unit / 10));
  if (parts.every(({ isStated }) => isStated)) return parts.map(({ least }) => least);
  const phases = [...new Set(lines.map(({ category }) => phaseOf(category)))];
  const membersOf = (phase: Phase): number[] =>
    lines.flatMap(({ category }, index) => (phaseOf(category) === phase ? [index] : []));
  const sums = phases.map((phase) => sumOf(membersOf(phase).map((index) => parts[index]!)));
  const isFine = sums.some(({ least }) => least < LEAST_UNITS * unit);
  const phaseUnit = isFine ? unit / 10 : unit;
  const phaseParts = sums.map((part) => (part.isStated ? part : { ...part, least: roundedUp(part.least, phaseUnit) }));
  const total = roundedUp(Math.max(atLeast, sumOf(phaseParts).least), unit);
  const amounts = splitByUnit(total, phaseParts, phaseUnit);
  const dollars = lines.map(() => 0);
  for (const [nth, phase] of phases.entries()) {
    const members = membersOf(phase);
    const own = members.map((index) => parts[index]!);
    for (const [place, amount] of splitByUnit(amounts[nth]!, own, unit / 10).entries())
      dollars[members[place]!] = amount;
  }
  return dollars;
}

function partOf({ p10, p50, p90 }: Estimate, unit: number): Part {
  if (p10 === p90) return { least: Math.round(p50), spread: 0, isStated: true };
  const isNothing = Math.round(p50 * 100) === 0;
  return { least: isNothing ? 0 : roundedUp(p50, unit), spread: isNothing ? 0 : p90 - p10, isStated: false };
}

function sumOf(parts: readonly Part[]): Part {
  return {
    least: sum(parts.map(({ least }) => least)),
    spread: sum(parts.map(({ spread }) => spread)),
    isStated: parts.every(({ isStated }) => isStated),
  };
}

/** Divides an amount: to each part its least, and the rest by spread in whole units, what remains to the largest part. */
function splitByUnit(amount: number, parts: readonly Part[], unit: number): number[] {
  const rest = amount - sum(parts.map(({ least }) => least));
  const weights = parts.map(({ spread }) => BigInt(Math.round(spread * 100)));
  if (rest <= 0 || weights.every((weight) => weight === 0n)) return parts.map(({ least }) => least);
  const units = splitMoney(BigInt(Math.floor(rest / unit)), weights).map(Number);
  const amounts = parts.map(({ least }, index) => least + units[index]! * unit);
  const largest = amounts.reduce((best, each, index) => {
    if (weights[index] === 0n) return best;
    return best === -1 || each > amounts[best]! ? index : best;
  }, -1);
  amounts[largest]! += rest % unit;
  return amounts;
}

/** The next multiple of a unit; what exceeds one by less than a cent is that multiple. */
function roundedUp(dollars: number, unit: number): number {
  return Math.ceil(Number((dollars / unit).toFixed(6))) * unit;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
