import { textTable, wrapText } from "../../base/text-table.ts";
import { formatNumber } from "../../base/units.ts";
import { counted, whole } from "../../base/words.ts";
import type {
  FleetCandidate,
  FleetRejection,
  FleetSearch,
  RejectedFleets,
  UnpricedFleet,
} from "../../domain/fleet-search.ts";
import { FLEET_COLUMNS, frontMark, UNPRICED_COLUMNS } from "./fleet-columns.ts";

/** First words of the line for a kind of rejection. */
const REJECTION_WORDS: Readonly<Record<FleetRejection, string>> = {
  "no-price": "no price in force",
  impossible: "no machine supports this layout",
  "batch-split": "the global batch cannot be divided",
  "memory-unknown": "memory is refused",
  "does-not-fit": "does not fit at p90",
  "speed-unknown": "speed is refused",
  "slower-layout": "another layout or micro-batch of the same GPUs is better",
  "over-deadline": "misses the deadline at p90",
  "over-budget": "above the budget at p90",
};

/** Number of options on one screen: the first ones in order, plus members of the front up to this total. */
const FIRST = 8;
const SHOWN = 16;

/** Maximum number of GPUs named in a line of rejections. */
const NAMES = 4;

/** Text of a fleet search: options with the Pareto front marked, and the reasons why the others are not listed. */
export function fleetSearchText(search: FleetSearch, { stack, all = false }: { stack: string; all?: boolean }): string {
  const { options } = search;
  const shown = all ? options : shortList(options);
  const left = options.filter((option) => !shown.includes(option));
  const leftOnFront = left.filter(({ onFront, isLessSure }) => onFront && !isLessSure).length;
  const table = textTable(
    [{ head: "front" }, ...FLEET_COLUMNS.map(({ head, align }) => (align === undefined ? { head } : { head, align }))],
    withRule(shown).map((option) => option && [frontMark(option), ...FLEET_COLUMNS.map(({ cell }) => cell(option))]),
  );
  const notes = [...new Set(shown.flatMap(({ gpu, notes: own }) => own.map((note) => `* ${gpu}: ${note}`)))];
  return [
    summaryText(search),
    "",
    ...(options.length === 0 ? [emptyText(search)] : [table]),
    ...(left.length === 0
      ? []
      : ["", `${counted(left.length, "option")} not shown, ${leftOnFront} of them on the front (--all)`]),
    ...(notes.length === 0 ? [] : ["", ...notes.map((note) => wrapText(note, 100, "  ").trimStart())]),
    ...(options.length === 0 ? [] : orderTexts(search, stack).flatMap((text) => ["", wrapText(text, 100)])),
    ...spotNotes(shown).flatMap((note) => ["", wrapText(note, 100)]),
    ...unpricedText(search, all),
    "",
    rejectedText(search, all),
  ].join("\n");
}

/**
 * Fleets without a price: their hours, the price at which they would be as cheap as the cheapest option, and prices
 * under other terms.
 */
function unpricedText({ unpriced, options }: FleetSearch, all: boolean): string[] {
  if (unpriced.length === 0) return [];
  const shown = all ? unpriced : unpriced.slice(0, SHOWN);
  const left = unpriced.length - shown.length;
  const columns = options.length > 0 ? UNPRICED_COLUMNS : UNPRICED_COLUMNS.slice(0, -1);
  const table = textTable(
    columns.map(({ head, align }) => (align === undefined ? { head } : { head, align })),
    shown.map((fleet) => columns.map(({ cell }) => cell(fleet))),
  );
  return [
    "",
    table,
    ...(left === 0 ? [] : ["", `${left} more without a price (--all)`]),
    ...unpricedNotes({ unpriced: shown, options }).flatMap((note) => ["", wrapText(note, 100)]),
  ];
}

/** Explains the break-even price, and lists prices under other terms or from other sellers for GPUs without a price. */
export function unpricedNotes({ unpriced, options }: Pick<FleetSearch, "unpriced" | "options">): string[] {
  const hints = new Map<string, UnpricedFleet[]>();
  for (const fleet of unpriced) hints.set(fleet.priceHint, [...(hints.get(fleet.priceHint) ?? []), fleet]);
  return [
    ...(options.length > 0 && unpriced.length > 0
      ? [
          "break-even: the price per GPU-hour below which the fleet is cheaper than the cheapest one above, by medians with start-up",
        ]
      : []),
    ...[...hints].map(([hint, own]) => `${[...new Set(own.map(({ gpu }) => gpu))].join(", ")}: ${hint}`),
  ];
}

/** Reason why there is no option: nothing has a price, or the run fits on nothing. */
function emptyText({ rejected }: FleetSearch): string {
  return rejected.every(({ reason }) => reason === "no-price")
    ? "none of them has a price: state that of your own contract (--usd-per-gpu-hour), or a price list (prices.csv)"
    : "none of them fits the run at p90 within the limits";
}

/** The options, with a rule before the less certain ones if there are both kinds. */
function withRule(options: readonly FleetCandidate[]): (FleetCandidate | null)[] {
  const sure = options.filter(({ isLessSure }) => !isLessSure);
  const others = options.filter(({ isLessSure }) => isLessSure);
  return sure.length === 0 || others.length === 0 ? [...options] : [...sure, null, ...others];
}

/** The first options in order, and the first members of the front among the others. */
function shortList(options: readonly FleetCandidate[]): FleetCandidate[] {
  const first = options.slice(0, FIRST);
  const front = options.slice(FIRST).filter(({ onFront }) => onFront);
  return [...first, ...front.slice(0, SHOWN - FIRST)];
}

/** Number of fleets that were tried, and the conditions of the search. */
export function summaryText({ candidates, options, rejected, rank, deadlineHours, budgetUsd }: FleetSearch): string {
  const turned = rejected.reduce((sum, { count }) => sum + count, 0);
  const bounds = [
    ...(deadlineHours === null ? [] : [`within ${formatNumber(deadlineHours)} wall hours at p90`]),
    ...(budgetUsd === null ? [] : [`within ${budgetUsd} USD at p90`]),
  ];
  const front = options.filter(({ onFront, isLessSure }) => onFront && !isLessSure).length;
  return `${counted(candidates, "fleet")} tried: ${counted(options.length, "option")} by ${rank === "time" ? "hours" : "cost"}${bounds.length > 0 ? `, ${bounds.join(" and ")}` : ""}, ${front} of them on the front of hours and cost; ${whole(turned)} rejected`;
}

/** Text of the assumed interruptions, from the first spot option. */
export function spotNotes(options: readonly FleetCandidate[]): string[] {
  const first = options.find(({ spot }) => spot !== null);
  return first === undefined ? [] : [`spot, as on ${first.gpuCount} × ${first.gpu}: ${first.spot!.basis}`];
}

/** Explanations of the order, the marks and the column of sources, one paragraph each. */
export function orderTexts({ rank, options }: Pick<FleetSearch, "rank" | "options">, stack: string): string[] {
  const order = rank === "time" ? "hours, then cost" : "cost, then hours";
  return [
    `● no other option is as fast and as cheap, by medians with start-up; ordered by ${order}, for ${stack}: the library changes speed three- to fivefold on the same GPU, and differently on each`,
    `measured by: of the sources that measured libraries like ${stack} on GPUs of its vendor, those that did on this GPU; if none did, kernel times and the vendor's other GPUs are used`,
    ...(options.some(({ isLessSure }) => isLessSure)
      ? [
          "options whose price is old, or whose vendor's speed fewer than two sources measured, come last, in the same order: they are marked *, they beat none of the others, and ○ marks those that would be on the front",
        ]
      : []),
  ];
}

/**
 * Text of the rejected candidates. All are counted; the reason for a GPU is shown if none of its fleets is an option,
 * or for every GPU with `all`.
 */
function rejectedText({ rejected, options }: FleetSearch, all: boolean): string {
  const heads = [...new Set(rejected.map(headOf))];
  const table = textTable(
    [{ head: "rejected" }, { head: "fleets", align: "right" }, { head: "GPUs", wrap: 60 }],
    heads.map((head) => {
      const own = rejected.filter((entry) => headOf(entry) === head);
      const count = own.reduce((sum, entry) => sum + entry.count, 0);
      return [head, whole(count), namesText(own.map(({ gpu }) => gpu))];
    }),
  );
  const without = rejected.filter(
    ({ gpu, reason }) =>
      all || (reason !== "no-price" && reason !== "slower-layout" && !options.some((option) => option.gpu === gpu)),
  );
  // The text for a missing feature is the same for every GPU that lacks it; the table above lists their names.
  const isFirst = (entry: RejectedFleets, index: number): boolean =>
    all || entry.reason !== "impossible" || without.findIndex(({ reason }) => reason === entry.reason) === index;
  const examples = without.filter(isFirst).map(({ example }) => wrapText(example, 100, "  "));
  return [table, ...(examples.length === 0 ? [] : ["", all ? "why, by example:" : "why not:", ...examples])].join("\n");
}

/** Text of a reason; for a missing price, with the terms that lack one. */
export function headOf({ reason, terms }: RejectedFleets): string {
  return reason === "no-price" ? `${REJECTION_WORDS[reason]}: ${terms.join(", ")}` : REJECTION_WORDS[reason];
}

/** Names, of which only the first few are listed if there are many. */
function namesText(names: readonly string[]): string {
  const left = names.length - NAMES;
  return left > 1 ? `${names.slice(0, NAMES).join(", ")} and ${left} more` : names.join(", ");
}
