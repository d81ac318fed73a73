import { formatMoney, parseMoney, roundMoney, timesQuantity } from "../../base/money.ts";
import { formatRange, formatUsd } from "../../base/units.ts";
import type { CostCategory, ProgrammeCost, ReconciledLine, Reconciliation } from "../../domain/cost.ts";
import { isRefusal, type Estimate } from "../../domain/estimate.ts";
import type { Programme } from "../../domain/programme.ts";
import type { QuotedCheck } from "./quoted-check.ts";
import type { TrainingFacts } from "../cost/cost-facts.ts";
import { quotedFindings } from "./quoted-findings.ts";
import { impliedPriceFinding } from "./quoted-price.ts";

type Quoted = NonNullable<Programme["quoted"]>;
type QuotedLine = Quoted["lines"][number];

/**
 * Compares a quoted budget with its own arithmetic (exactly), with the ranges that its author publishes, and with our
 * estimate, line by line.
 *
 * @returns null if the programme quotes no budget
 */
export function reconcile(check: QuotedCheck): Reconciliation | null {
  const { quoted } = check.programme;
  if (quoted === undefined) return null;
  const sum = quoted.lines.reduce((total, line) => total + parseMoney(line.usd), 0n);
  return {
    source: quoted.source,
    statedTotalUsd: formatMoney(parseMoney(quoted.totalUsd)),
    sumOfLinesUsd: formatMoney(sum),
    addsUp: sum === parseMoney(quoted.totalUsd),
    lines: quoted.lines.map((line) => reconcileLine(line, check)),
    findings: quotedFindings(check, quoted),
  };
}

function reconcileLine(line: QuotedLine, check: QuotedCheck): ReconciledLine {
  const stated = parseMoney(line.usd);
  const fromInputs = ownInputs(line);
  const ours = estimateOf(line.category, check.cost);
  const verdict = ours === null ? "unknown" : verdictOf(Number(line.usd), ours);
  return {
    category: line.category,
    label: line.label,
    statedUsd: formatMoney(stated),
    fromInputsUsd: fromInputs === null ? null : formatMoney(fromInputs),
    differenceUsd: fromInputs === null ? null : formatMoney(fromInputs - stated),
    ours,
    verdict,
    why: [
      inputsWords(line, fromInputs, stated),
      line.category === "training" ? impliedPriceFinding(line, check).sentence : "",
      oursWords(line, ours, check),
    ]
      .filter((sentence) => sentence !== "")
      .join("; "),
  };
}

/** Quantity times price, exact to the cent; null if no inputs are stated. */
function ownInputs({ quantity, unitUsd }: QuotedLine): bigint | null {
  if (quantity === undefined || unitUsd === undefined) return null;
  return roundMoney(timesQuantity(parseMoney(unitUsd), String(quantity)));
}

function inputsWords(
  { quantity, unit, unitUsd, basis }: QuotedLine,
  fromInputs: bigint | null,
  stated: bigint,
): string {
  const source = basis === undefined ? "" : ` (${basis})`;
  if (fromInputs === null || quantity === undefined) return `no inputs are stated that give it${source}`;
  const off = roundMoney(fromInputs - stated, 0);
  const words = `${quantity.toLocaleString("en-US")} × ${unitUsd} per ${unit ?? "unit"}${source}`;
  return off === 0n ? `${words} gives it to the dollar` : `${words} is off by ${formatMoney(off, 0)} dollars`;
}

/** The category's lines of our estimate, summed at their medians and ends; exact for one line, wider for several. */
function estimateOf(category: CostCategory, cost: ProgrammeCost): Estimate | null {
  if (category === "training") return isRefusal(cost.computeOnly) ? null : cost.computeOnly;
  return cost.categories.find((entry) => entry.category === category)?.cost ?? null;
}

function verdictOf(statedUsd: number, { p10, p90 }: Estimate): ReconciledLine["verdict"] {
  // A line that we compute from the same inputs agrees to the dollar; a cent of rounding is not a difference.
  if (statedUsd < p10 - 1) return "below";
  return statedUsd > p90 + 1 ? "above" : "inside";
}

function oursWords({ category, usd }: QuotedLine, ours: Estimate | null, check: QuotedCheck): string {
  if (ours === null) return "the programme does not state enough to estimate it";
  const { lines: all } = check.cost;
  const verdict = verdictOf(Number(usd), ours);
  const unknown = all.filter((line) => line.category === category && line.cost === null).length;
  const less = unknown > 0 ? `, without ${unknown} unknown` : "";
  if (verdict === "inside") return `inside our range${less}`;
  const lines = all.filter((line) => line.category === category && (line.cost?.p50 ?? 0) > 0);
  const parts = lines.map((line) => `${line.label} ${formatUsd(line.cost!.p50)}`).join(", ");
  const times = verdict === "above" ? Number(usd) / ours.p50 : ours.p50 / Number(usd);
  const far =
    verdict === "above"
      ? `${times.toFixed(1)} times our median`
      : `our median is ${times.toFixed(1)} times this amount`;
  const price = category === "training" ? priceWords(check.training) : "";
  return `it is ${verdict} our range${less}: ${far} (${parts}${price})`;
}

/** Statement of the price used, if our compute differs at the same hours: the price is then the reason. */
function priceWords({ usdPerGpuHour }: TrainingFacts): string {
  if (isRefusal(usdPerGpuHour)) return "";
  const { p10, p90 } = usdPerGpuHour;
  return `; we pay ${formatRange(p10, p90, (usd) => usd.toFixed(2))} USD per GPU-hour`;
}
