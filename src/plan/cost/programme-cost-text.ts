import { textTable, wrapText } from "../../base/text-table.ts";
import { formatNumber } from "../../base/units.ts";
import { usd } from "../../base/words.ts";
import type { CostLine, ProgrammeCost } from "../../domain/cost.ts";
import { knownOf, type Quantity } from "../../domain/estimate.ts";
import { endCells } from "../serve-plan/range-text.ts";
import { envelopeSentence } from "./envelopes.ts";
import { totalLacks } from "./without-words.ts";

/** Line width of prose. */
const COLUMNS = 100;

/** Number of drivers in the text; `--json` lists all. */
const DRIVERS = 6;

/** Names of the parts of the budget-shape rule. */
const PART_NAMES = {
  "data-and-evaluation": "data and evaluation",
  compute: "compute",
  mlops: "engineering and operations",
} as const;

/** Text of a programme's cost: lines by category, then totals, then unknown and implausible items. */
export function programmeCostText(name: string, cost: ProgrammeCost): string {
  return [
    `${name}: cost in US dollars (one in ten stays below “low”, nine in ten below “high”)`,
    costTable(cost),
    reasons(
      "unknown, not in any total",
      cost.lines.filter((line) => line.cost === null),
    ),
    reasons(
      "zero, because it does not apply",
      cost.lines.filter((line) => line.cost !== null && line.reason !== null),
    ),
    envelopes(cost),
    shapeTable(cost),
    drivers(cost),
    `${cost.draws.toLocaleString("en-US")} draws, seed ${cost.seed}; --explain ID shows the chain of a line or a total`,
  ]
    .filter((section) => section !== "")
    .join("\n\n");
}

const TOTALS = [
  ["computeOnly", "training compute alone"],
  ["endToEnd", "to launch and six months of maintenance"],
  ["withServing", "to launch and six months of maintenance and serving"],
] as const;

function costTable(programme: ProgrammeCost): string {
  const { lines, categories } = programme;
  const rows: (string[] | null)[] = [];
  for (const { category, cost } of categories) {
    const own = lines.filter((line) => line.category === category);
    const [only] = own;
    if (only !== undefined && own.length === 1) {
      rows.push([category, ...lineCells(only), only.id]);
      continue;
    }
    const isOpen = own.some(({ openEnd }) => openEnd !== undefined);
    rows.push([category, ...openCells(cost, isOpen), ""]);
    for (const line of own) rows.push([`  ${line.label}`, ...lineCells(line), line.id]);
  }
  rows.push(null);
  for (const [total, label] of TOTALS) {
    rows.push([label, ...cells(programme[total]), `total.${total}`]);
    const lacks = totalLacks(programme, total);
    if (lacks !== "") rows.push([`  ${lacks.replace(/^, /, "")}`, "", "", "", ""]);
  }
  return textTable(
    [
      { head: "activity" },
      { head: "low", align: "right" },
      { head: "median", align: "right" },
      { head: "high", align: "right" },
      { head: "id" },
    ],
    rows,
  );
}

function lineCells({ cost, reason, openEnd }: CostLine): string[] {
  if (cost === null) return ["", "unknown", ""];
  return reason === null ? openCells(cost, openEnd !== undefined) : ["", "0", ""];
}

/** Cells of a sum or a line; without its high end if that is unknown. */
function openCells(cost: Quantity | null, isOpen: boolean): string[] {
  const all = cells(cost);
  return isOpen ? [...all.slice(0, 2), "unknown"] : all;
}

function cells(quantity: Quantity | null): string[] {
  const known = quantity === null ? undefined : knownOf(quantity);
  if (known === undefined) return ["", "unknown", ""];
  return known.p90 === 0 ? ["", "0", ""] : endCells(known, usd);
}

function reasons(title: string, lines: readonly CostLine[]): string {
  if (lines.length === 0) return "";
  const items = lines.map(({ label, reason }) => wrapText(`${label}: ${reason ?? ""}`, COLUMNS, "  "));
  return [title, ...items].join("\n");
}

function envelopes({ envelopes: checks }: ProgrammeCost): string {
  if (checks.length === 0) return "";
  const sentences = checks.map((check) => wrapText(`- ${envelopeSentence(check)}`, COLUMNS, "  "));
  return ["compared with the published envelope", ...sentences].join("\n");
}

function shapeTable({ shape }: ProgrammeCost): string {
  const percent = (share: number): string => formatNumber(share * 100, 2);
  const table = textTable(
    [
      { head: "share of the total to launch and maintenance" },
      { head: "%", align: "right" },
      { head: "rule, %", align: "right" },
      { head: "" },
    ],
    shape.shares.map(({ part, share, low, high, verdict }) => [
      PART_NAMES[part],
      percent(share),
      `${percent(low)}–${percent(high)}`,
      verdict,
    ]),
  );
  const advice = shape.shares
    .filter((share) => share.advice !== "")
    .map(({ part, advice: words }) => wrapText(`${PART_NAMES[part]}: ${words}`, COLUMNS, "  "));
  return [table, ...advice].join("\n");
}

function drivers({ tornado }: ProgrammeCost): string {
  if (tornado.length === 0) return "";
  return textTable(
    [
      { head: "what drives the range (others at their medians)" },
      { head: "total at its low", align: "right" },
      { head: "at its high", align: "right" },
      { head: "swing", align: "right" },
    ],
    tornado
      .slice(0, DRIVERS)
      .map(({ label, lowUsd, highUsd }) => [label, usd(lowUsd), usd(highUsd), usd(highUsd - lowUsd)]),
  );
}
