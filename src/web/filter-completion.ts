import type { LoggedKey } from "../domain/run-table.ts";
import { quotedColumn } from "../report/group-filter.ts";

/** A possible continuation of a filter: the complete text after it is chosen, its label, and its kind. */
export type Completion = { text: string; label: string; hint: string };

/** Elements of a filter. */
export type FilterWords = { keys: readonly LoggedKey[]; statuses: readonly string[] };

const ATTRIBUTES: readonly { name: string; hint: string; isNumber: boolean }[] = [
  { name: "status", hint: "state of the run", isNumber: false },
  { name: "run_name", hint: "name of the run", isNumber: false },
  { name: "user_id", hint: "who started it", isNumber: false },
  { name: "start_time", hint: "ms since 1970", isNumber: true },
  { name: "end_time", hint: "ms since 1970", isNumber: true },
  { name: "run_id", hint: "id of the run", isNumber: false },
];
const DATASET = ["datasets.name", "datasets.digest", "datasets.context"];

const NUMBER_OPERATORS = ["<", ">", "<=", ">=", "=", "!="];
const TEXT_OPERATORS = ["=", "!=", "LIKE", "ILIKE"];

/** Maximum number of completions that are offered. */
const MOST = 12;

/** Completions of a filter in MLflow's grammar at its end. */
export function completions(filter: string, words: FilterWords): Completion[] {
  const { before, clause } = lastClause(filter);
  const value = /^(\S+)\s+(!=|<=|>=|=|<|>|I?LIKE)\s*(.*)$/is.exec(clause);
  if (value !== null) return valueCompletions(before, value as unknown as [string, string, string, string], words);
  const operator = /^(`[^`]*`|[^\s`]+(?:`[^`]*`)?)\s+(\S*)$/.exec(clause);
  if (operator !== null) return operatorCompletions(before, operator[1]!, operator[2]!);
  return keyCompletions(before, clause, words);
}

/** The text before the clause that is being typed, and that clause. */
function lastClause(filter: string): { before: string; clause: string } {
  const parts = [...filter.matchAll(/\s+and\s+/gi)];
  const last = parts.findLast(({ index }) => !isInQuotes(filter.slice(0, index)));
  if (last === undefined) return { before: "", clause: filter.trimStart() };
  const start = last.index + last[0].length;
  return { before: filter.slice(0, start), clause: filter.slice(start) };
}

function isInQuotes(text: string): boolean {
  return (text.match(/'/g)?.length ?? 0) % 2 === 1;
}

function keyCompletions(before: string, typed: string, { keys }: FilterWords): Completion[] {
  const known = [
    ...ATTRIBUTES.map(({ name, hint }) => ({ name, hint })),
    ...keys.filter(isSearchable).map(({ column, runs, values }) => ({
      name: quotedColumn(column),
      hint: values === null ? `${runs} runs` : `${runs} runs, ${values} values`,
    })),
    ...DATASET.map((name) => ({ name, hint: "dataset" })),
  ];
  const word = typed.toLowerCase();
  const starts = known.filter(({ name }) => name.toLowerCase().startsWith(word));
  const holds = known.filter(
    ({ name }) => !starts.some((start) => start.name === name) && name.toLowerCase().includes(word),
  );
  return [...starts, ...holds]
    .slice(0, MOST)
    .map(({ name, hint }) => ({ text: `${before}${name} `, label: name, hint }));
}

/** Whether a key is a word of the grammar: datasets are found by their name and digest. */
function isSearchable({ column }: LoggedKey): boolean {
  return column !== "dataset";
}

function isNumeric(key: string): boolean {
  return key.startsWith("metrics.") || ATTRIBUTES.some(({ name, isNumber }) => isNumber && name === key);
}

function operatorCompletions(before: string, key: string, typed: string): Completion[] {
  const operators = isNumeric(key) ? NUMBER_OPERATORS : TEXT_OPERATORS;
  return operators
    .filter((operator) => operator.startsWith(typed.toUpperCase()))
    .map((operator) => ({ text: `${before}${key} ${operator} `, label: operator, hint: "" }));
}

function valueCompletions(
  before: string,
  [, key, operator, typed]: [string, string, string, string],
  { statuses }: FilterWords,
): Completion[] {
  const isDone = isNumeric(key) ? /^-?[\d.]+(e[+-]?\d+)?\s+$/i.test(typed) : /^'[^']*'\s*$/.test(typed);
  const stem = `${before}${key} ${operator} `;
  if (isDone) return [{ text: `${stem}${typed.trim()} and `, label: "and", hint: "another condition" }];
  if (key === "status") {
    return statuses
      .filter((status) => status.startsWith(typed.replaceAll("'", "").toUpperCase()))
      .map((status) => ({ text: `${stem}'${status}'`, label: `'${status}'`, hint: "status" }));
  }
  return [];
}
