import { parseMoney } from "../base/money.ts";
import { Failure } from "../base/failure.ts";
import { type FocusCheck, type FocusRule, focusRules } from "../catalog/focus-rules.ts";
import type { BillRule } from "../domain/bill.ts";

/** Maximum number of rows that are checked; further rows of a file would add no information. */
const MOST_ROWS = 10_000;

type Fields = Readonly<Record<string, string>>;

/** Checks the rows of a file against the rules of FOCUS 1.2 and counts violations. Nothing is refused. */
export class FocusCheckReport {
  readonly #columns: ReadonlySet<string>;
  readonly #broken = new Map<string, { rule: FocusRule; count: number; line: number }>();
  #rows = 0;
  readonly #rowRules: readonly FocusRule[];

  constructor(columns: readonly string[]) {
    this.#columns = new Set(columns);
    const rules = focusRules();
    for (const rule of rules) {
      if (rule.check[0] === "present" && !rule.isConditional && !this.#columns.has(String(rule.check[1]))) {
        this.#broken.set(rule.id, { rule, count: 1, line: 1 });
      }
    }
    this.#rowRules = rules.filter(({ check, when }) => check[0] !== "present" && this.#has(check) && this.#has(when));
  }

  /** Number of rows checked. */
  get rows(): number {
    return this.#rows;
  }

  /** Checks one row. */
  note(line: number, fields: Fields): void {
    if (this.#rows >= MOST_ROWS) return;
    this.#rows += 1;
    for (const rule of this.#rowRules) {
      if (rule.when !== null && !holds(rule.when, fields)) continue;
      if (holds(rule.check, fields)) continue;
      const known = this.#broken.get(rule.id);
      if (known === undefined) this.#broken.set(rule.id, { rule, count: 1, line });
      else known.count += 1;
    }
  }

  /** Violated rules: mandatory ones first, then the most frequent. */
  findings(): BillRule[] {
    return [...this.#broken.values()]
      .map(({ rule: { id, level, text }, count, line }) => ({ id, level, text, count, line }))
      .toSorted((a, b) =>
        a.level === b.level ? b.count - a.count || (a.id < b.id ? -1 : 1) : a.level === "must" ? -1 : 1,
      );
  }

  /** True if the file has every column used by a condition. */
  #has(check: FocusCheck | null): boolean {
    if (check === null) return true;
    const [name, ...args] = check;
    if (name === "all" || name === "any") return args.every((part) => this.#has(part as FocusCheck));
    const columns = ["product", "same", "not-same"].includes(name) ? args : [args[0]];
    return columns.every((column) => this.#columns.has(String(column)));
  }
}

/** Whether a condition holds for a row. Text that means "no value" counts as no value. */
function holds([name, ...args]: FocusCheck, fields: Fields): boolean {
  if (name === "all") return args.every((part) => holds(part as FocusCheck, fields));
  if (name === "any") return args.some((part) => holds(part as FocusCheck, fields));
  const value = cell(fields, args[0]);
  if (name === "is" || name === "is-not") return equals(value, args[1] ?? null) === (name === "is");
  if (name === "same" || name === "not-same") return (value === cell(fields, args[1])) === (name === "same");
  if (name === "product") return isProduct(args.map((column) => cell(fields, column)));
  if (value === null) return true; // another rule checks whether it may be null
  switch (name) {
    case "decimal":
      return /^-?\d+(?:\.\d+)?(?:E-?\d+)?$/i.test(value);
    case "time":
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value);
    case "at-least":
      return Number(value) >= Number(args[1]);
    case "currency":
      return /^[A-Z]{3}$/.test(value);
    case "unit":
      return /^[A-Za-z0-9][\w %/()-]*$/.test(value);
    case "key-value":
      return isFlatObject(value);
    default:
      return true; // a rule of a later model is not checked
  }
}

function equals(value: string | null, wanted: unknown): boolean {
  return typeof wanted === "number" ? value !== null && Number(value) === wanted : value === wanted;
}

function cell(fields: Fields, column: unknown): string | null {
  const value = fields[String(column)]?.trim() ?? "";
  return value === "" || /^(?:null|\\n)$/i.test(value) ? null : value;
}

function isFlatObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return (
      value !== null &&
      typeof value === "object" &&
      !Array.isArray(value) &&
      Object.values(value).every((cell) => typeof cell !== "object")
    );
  } catch {
    return false;
  }
}

/** Whether a price times a quantity equals a cost to one part in a million: providers round both. */
function isProduct([price = null, quantity = null, cost = null]: readonly (string | null)[]): boolean {
  if (price === null || quantity === null || cost === null) return true;
  try {
    const gap = Number(price) * Number(quantity) - Number(parseMoney(cost)) / 1e12;
    return Math.abs(gap) <= 1e-6 * Math.max(1, Math.abs(Number(cost)));
  } catch (error) {
    if (error instanceof Failure) return true; // another rule checks that it is a decimal
    throw error;
  }
}
