import type { Column } from "../../base/text-table.ts";
import { formatCount, formatNumber, formatRange } from "../../base/units.ts";
import { endsInNever, minus, percent, usd } from "../../base/words.ts";
import type { BreakEven, Comparison, ServingOption } from "../../domain/comparison.ts";
import { isRefusal, middleOf, type Quantity, type Refusal } from "../../domain/estimate.ts";
import { monthsText, rangeText } from "../serve-plan/range-text.ts";
import { DAYS_PER_MONTH } from "./option-figures.ts";

/** A table of the comparison, for text and HTML. */
export type CompareTable = { title: string; columns: Column[]; rows: string[][] };

/** Subject of the comparison, on one line. */
export function subjectLine({ model, gpu, gpusPerReplica, traffic, requests }: Comparison): string {
  const { inputTokensPerMonth: input, outputTokensPerMonth: output, cachedInputShare, batchShare } = traffic;
  const cached = cachedInputShare > 0 ? `, ${percent(cachedInputShare)} of the input cached` : "";
  const batch = batchShare > 0 ? `, ${percent(batchShare)} in batches` : "";
  const growth = traffic.growthPerMonth === 0 ? "" : `, growing ${percent(traffic.growthPerMonth)} a month`;
  return `${model} on ${gpusPerReplica} × ${gpu} per replica, compared with APIs on ${formatCount(input)} input and ${formatCount(output)} output tokens a month (${formatCount(output / DAYS_PER_MONTH)} output a day; requests of ${formatNumber(requests.inputTokens)} and ${formatNumber(requests.outputTokens)}, ${formatNumber(requests.perSec)} a second, peak × ${formatNumber(traffic.peakOverMean)})${cached}${batch}${growth}${ratioWords(traffic)}`;
}

/** Ratio of the served model's tokens to the API's, if it is not 1. */
function ratioWords({ ownTokensPerToken: ratio }: Comparison["traffic"]): string {
  if (ratio === undefined || (ratio.p10 === 1 && ratio.p90 === 1)) return "";
  return `; the served model needs ${formatRange(ratio.p10, ratio.p90)} tokens for one`;
}

/** Source of the capacity of a replica. */
export function capacityLine({ capacity, measured }: Comparison): string {
  const { outputTokensPerSec: output } = capacity;
  if (isRefusal(output)) return `capacity of a replica: unknown: ${output.refused}`;
  const range = formatRange(output.p10, output.p90);
  const perDay = formatRange(output.p10 * 86_400, output.p90 * 86_400, formatCount);
  return measured === null
    ? `capacity of a replica within the SLO: estimated, ${range} output tokens/s (${perDay} a day); replace it with a load test: --measured RESULT.json`
    : `capacity of a replica within the SLO: measured by the load test ${measured.file} of ${measured.startedAt.slice(0, 10)}, ${range} output tokens/s (${perDay} a day)`;
}

/** Label of an option in tables and charts: whether the requirements rule it out is part of it. */
export function shownLabel({ label, ruledOutBy }: Pick<ServingOption, "label" | "ruledOutBy">): string {
  return ruledOutBy === null ? label : `${label} (ruled out)`;
}

/** Table of the options. */
export function optionTable({ options }: Comparison): CompareTable {
  return {
    title: "options on this traffic, US dollars: p50 (p10–p90)",
    columns: [
      { head: "option" },
      ...["per month", "per Mtok output", "fixed", "marginal per Mtok", "idle", "used"].map((head): Column => ({
        head,
        align: "right",
      })),
    ],
    rows: options.map(({ costs, capacity, ...option }) => [
      shownLabel(option),
      middled(costs.usdPerMonth),
      middled(costs.usdPerMtokOutput),
      rangeText(costs.fixedUsdPerMonth, usd),
      rangeText(costs.marginalUsdPerMtokOutput, usd),
      capacity === null && !isRefusal(costs.usdPerMonth) ? "–" : rangeText(costs.idleUsdPerMonth, usd),
      capacity === null ? "–" : rangeText(capacity.usedShare, percent),
    ]),
  };
}

/** Table of the parts of each option's monthly cost, for options with a price. */
export function partsTable({ options }: Comparison): CompareTable {
  const parts = options.filter(({ costs }) => middleOf(costs.usdPerMonth) !== undefined);
  return {
    title: "parts of a month, US dollars: p50 (p10–p90)",
    columns: [
      { head: "option" },
      ...["GPUs or tokens", "people", "maintenance", "sent to the baseline", "total"].map((head): Column => ({
        head,
        align: "right",
      })),
    ],
    rows: parts.map(({ costs, ...option }) => [
      shownLabel(option),
      middled(costs.servingUsdPerMonth),
      middled(costs.engineerUsdPerMonth),
      middled(costs.maintenanceUsdPerMonth),
      middled(costs.fallbackUsdPerMonth),
      middled(costs.usdPerMonth),
    ]),
  };
}

/** Table of the break-even volume of each hourly option against each per-token option. */
export function breakEvenTable({ breakEven, options }: Comparison): CompareTable {
  const label = (id: string): string => options.filter((option) => option.id === id).map(shownLabel)[0] ?? id;
  return {
    title: "break-even: lowest output tokens a day, and the share of one replica's capacity within the SLO",
    columns: [
      { head: "option" },
      { head: "against" },
      { head: "tokens a day", align: "right" },
      { head: "p10–p90", align: "right" },
      { head: "share", align: "right" },
      { head: "never in", align: "right" },
    ],
    rows: breakEven.map((pair) => [label(pair.option), label(pair.against), ...breakEvenCells(pair)]),
  };
}

function breakEvenCells({ outputTokensPerDay: tokens, capacityShare, never, neverShare }: BreakEven): string[] {
  const share = neverShare === 0 ? "" : `${percent(neverShare)} of draws`;
  const [value, used] = [tokens, capacityShare].map(middleOf);
  if (value === undefined || used === undefined) return ["never", "", "", share];
  const middle = never ? "never" : value === 0 ? "always" : formatCount(value);
  const ends =
    !isRefusal(tokens) && endsInNever(neverShare)
      ? `${formatCount(tokens.p10)} – never`
      : rangeText(tokens, formatCount);
  return [middle, ends, percent(used), share];
}

/** Table of the value of each option over the months. */
export function returnTable({ options, baseline }: Comparison): CompareTable {
  return {
    title: "over time, US dollars",
    columns: [
      { head: "option" },
      ...["12 months", "24 months", "NPV 24 months", "paid back in month"].map((head): Column => ({
        head,
        align: "right",
      })),
    ],
    rows: options
      .filter(({ costs }) => middleOf(costs.usdPerMonth) !== undefined)
      .map(({ overTime, ...option }) => [
        shownLabel(option),
        rangeText(overTime.usd12Months, usd),
        rangeText(overTime.usd24Months, usd),
        isRefusal(overTime.npv24Months) && overTime.npv24Months.known === undefined
          ? refusedCell(overTime.npv24Months, option.id === baseline)
          : rangeText(overTime.npv24Months, usd),
        isRefusal(overTime.paybackMonth) && overTime.paybackMonth.known === undefined
          ? refusedCell(overTime.paybackMonth, option.id === baseline)
          : monthsText(overTime.paybackMonth, overTime.neverShare)!,
      ]),
  };
}

/** Table of the conditions under which each option wins. */
export function conditionTable({ conditions, options }: Comparison): CompareTable {
  const label = (id: string): string => options.find((option) => option.id === id)?.label ?? id;
  return {
    title: "which option is cheapest, all inputs at their medians; on this traffic, the share of draws in which it is",
    columns: [{ head: "option" }, { head: "here", align: "right" }, { head: "condition", wrap: 80 }],
    rows: [
      ...conditions.map(({ option, condition, wonShare }) => [label(option), percent(wonShare), condition]),
      ...options.flatMap(({ label: name, ruledOutBy }) =>
        ruledOutBy === null ? [] : [[name, "–", `ruled out: ${ruledOutBy}`]],
      ),
    ],
  };
}

/** Table of the sensitivity of the saving. */
export function sensitivityTable({ sensitivity }: Pick<Comparison, "sensitivity">): CompareTable | undefined {
  if (sensitivity === null) return undefined;
  return {
    title: `sensitivity: ${sensitivity.outcome}; ${minus(usd(sensitivity.baseUsd))} at the medians`,
    columns: [{ head: "input" }, { head: "low", align: "right" }, { head: "high", align: "right" }],
    rows: sensitivity.bars.map(({ label, lowUsd, highUsd }) => [label, minus(usd(lowUsd)), minus(usd(highUsd))]),
  };
}

/** Basis of each figure, and weak inputs, one line each. */
export function basisLines(comparison: Comparison): string[] {
  const { terms, options } = comparison;
  const { investmentUsd, maintenanceUsdPerMonth, engineerHoursPerMonth: hours, engineerUsdPerHour: rate } = terms;
  const textOf = (quantity: Quantity): string =>
    isRefusal(quantity)
      ? `not counted (${quantity.refused}; ${quantity.hint})`
      : `${formatRange(quantity.p10, quantity.p90, usd)} USD`;
  return [
    `assumed: discount ${percent(terms.discountPerYear)} a year, API prices fall ${percent(terms.priceDropPerYear)} a year, ${percent(terms.qualityParity)} of the answers as good as the baseline's`,
    `people for own replicas: ${formatRange(hours.p10, hours.p90)} hours a month at ${formatRange(rate.p10, rate.p90)} USD (${hours.basis})`,
    `cost to launch a tuned model: ${textOf(investmentUsd)}; its maintenance a month: ${textOf(maintenanceUsdPerMonth)}`,
    ...options.flatMap(({ label, basis, notes }) => [
      ...basis.map((text) => `${label}: ${text}`),
      ...notes.map((note) => `note, ${label}: ${note}`),
    ]),
  ];
}

/** The median, with its range in brackets if it has one. */
function middled(quantity: Quantity): string {
  const value = middleOf(quantity);
  if (value === undefined) return "unknown";
  const [middle, range] = [usd(value), rangeText(quantity, usd)];
  return range === middle ? middle : `${middle} (${range})`;
}

function refusedCell({ neverShare }: Refusal, isBaseline: boolean): string {
  if (isBaseline) return "baseline";
  return neverShare === undefined ? "unknown" : "never";
}
