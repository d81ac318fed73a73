import { parseMoney, PICO_PER_UNIT } from "../base/money.ts";
import type { BillRepair } from "../domain/bill.ts";

/** A bill line after parsing: amounts in pico-units, times in milliseconds since 1970, UTC. */
export type BillLine = {
  line: number;
  billedPico: bigint;
  effectivePico: bigint;
  /** Currency of the amounts; empty if the line does not state it. */
  currency: string;
  startMs: number;
  endMs: number;
  chargeCategory: string;
  serviceCategory: string;
  service: string;
  resource: string | null;
  description: string;
  sku: string;
  commitmentStatus: string;
  capacityStatus: string;
  /** Invoice of the line; empty if the file does not state it. */
  invoice: string;
  account: string;
  tags: Readonly<Record<string, string>>;
  /** Charged hours; 0 if the line gives neither the hours nor its end, null if they equal its duration. */
  chargedHours: number | null;
};

/** Column that marks rows whose end was filled in. */
export const UNSTATED_END = "x_UnstatedEnd";

/** Reason why a row cannot be repaired. */
export type BrokenLine = { line: number; column: string; value: string; expected: string };

/** Columns that FOCUS requires. */
export const FOCUS_NEEDS = [
  "BilledCost",
  "EffectiveCost",
  "ChargePeriodStart",
  "ChargePeriodEnd",
  "ChargeCategory",
] as const;

/** Column names of earlier drafts and exporters, with those of FOCUS 1.0-1.2. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  Provider: "ProviderName",
  Publisher: "PublisherName",
  InvoiceIssuer: "InvoiceIssuerName",
  Region: "RegionName",
  AmortizedCost: "EffectiveCost",
};

const OLD_NAME_OF = new Map(Object.entries(OLD_NAMES).map(([old, column]) => [column, old]));

/** Size of the cache of parsed times: the lines of a bill share the hours of a month. */
const MOST_TIMES = 10_000;

/**
 * Parses rows of a FOCUS file (1.0 to 1.2). It tolerates deviations found in real files and counts its repairs.
 *
 * @source FOCUS 1.2, FinOps Open Cost and Usage Specification; deviations as found in the published sample of September
 * 2024
 */
export class FocusReader {
  readonly #repairs = new Map<string, BillRepair>();
  readonly #times = new Map<string, number>();
  readonly broken: BrokenLine[] = [];
  /** The first amount such as `1,234`. */
  #unclear: BrokenLine | undefined;
  /** Whether another amount shows that commas are not decimal. */
  #isClear = false;

  /** Values that were not read literally, most frequent first. */
  repairs(): BillRepair[] {
    return [...this.#repairs.values()].toSorted((a, b) => b.count - a.count);
  }

  /** Ends the file: its amounts are broken if nothing says what their commas mean. */
  end(): void {
    if (this.#unclear !== undefined && !this.#isClear) this.broken.push(this.#unclear);
  }

  /** Parses one row; undefined if it is invalid, with the reason in `broken`. */
  read(line: number, fields: Readonly<Record<string, string>>): BillLine | undefined {
    const field = (column: string): string => {
      let cell = fields[column];
      if (cell === undefined) {
        const old = OLD_NAME_OF.get(column);
        cell = old === undefined ? undefined : fields[old];
        if (cell === undefined) return "";
        this.#repair(column, `named ${old}`, cell);
      }
      const value = cell.trim();
      if ((value.length === 4 || value.length === 2) && /^(?:null|\\n)$/i.test(value)) {
        this.#repair(column, "a word that means no value", value);
        return "";
      }
      return value;
    };
    const billedPico = this.#money(line, "BilledCost", field("BilledCost"));
    const effectivePico = this.#effective(line, field, billedPico);
    const startMs = this.#time(line, "ChargePeriodStart", field("ChargePeriodStart"));
    const endMs = this.#time(line, "ChargePeriodEnd", field("ChargePeriodEnd"));
    if (billedPico === undefined || effectivePico === undefined || startMs === undefined || endMs === undefined)
      return undefined;
    return {
      line,
      billedPico,
      effectivePico,
      currency: field("BillingCurrency") || this.#unstatedCurrency(),
      startMs,
      endMs,
      chargeCategory: this.#word("ChargeCategory", field("ChargeCategory"), CHARGE_CATEGORIES),
      serviceCategory: field("ServiceCategory"),
      service: field("ServiceName"),
      resource: field("ResourceId") || null,
      description: field("ChargeDescription"),
      sku: [field("SkuMeter"), field("SkuPriceDetails"), field("SkuId")].filter((word) => word !== "").join(" "),
      commitmentStatus: field("CommitmentDiscountStatus"),
      capacityStatus: field("CapacityReservationStatus"),
      invoice: field("InvoiceId"),
      account: field("SubAccountId") || field("BillingAccountId"),
      tags: this.#tags(line, field("Tags")),
      chargedHours:
        hoursOf(field("PricingQuantity"), field("PricingUnit")) ??
        hoursOf(field("ConsumedQuantity"), field("ConsumedUnit")) ??
        (fields[UNSTATED_END] === undefined ? null : 0),
    };
  }

  /**
   * EffectiveCost. FOCUS requires it in every row; if it is empty, it is what FOCUS states for the charge: 0 for the
   * purchase of a commitment, otherwise BilledCost. The share of a commitment that usage consumed cannot be derived.
   */
  #effective(line: number, field: (column: string) => string, billedPico: bigint | undefined): bigint | undefined {
    const value = field("EffectiveCost");
    if (value !== "") return this.#money(line, "EffectiveCost", value);
    const isCommitted =
      [field("CommitmentDiscountId"), field("CommitmentDiscountStatus")].some((word) => word !== "") ||
      /^committed$/i.test(field("PricingCategory"));
    if (isCommitted && /^purchase$/i.test(field("ChargeCategory"))) {
      this.#repair("EffectiveCost", "empty for the purchase of a commitment: 0, as FOCUS states", value);
      return 0n;
    }
    if (isCommitted) {
      const expected = "an amount: what the line used of a commitment does not follow from BilledCost";
      this.broken.push({ line, column: "EffectiveCost", value, expected });
      return undefined;
    }
    this.#repair("EffectiveCost", "empty: BilledCost is used", value);
    return billedPico;
  }

  #unstatedCurrency(): string {
    this.#repair("BillingCurrency", "not stated: the currency of the other lines, otherwise USD", "");
    return "";
  }

  #money(line: number, column: string, value: string): bigint | undefined {
    if (value === "") {
      this.broken.push({ line, column, value, expected: "an amount: an empty one is unknown, not 0" });
      return undefined;
    }
    const plain = value.replace(/^\+/, "");
    this.#noteSeparators({ line, column, value });
    if (/^-?\d{1,18}(?:\.\d{1,12})?$/.test(plain)) return parseMoney(plain);
    const pico = exactPico(withoutThousands(plain));
    if (pico === undefined) {
      this.broken.push({
        line,
        column,
        value,
        expected: "an amount of at most 18 digits before and 12 after the point",
      });
      return undefined;
    }
    this.#repair(
      column,
      /e/i.test(plain) ? "E notation" : "thousands separators, or zeros past the twelfth decimal",
      value,
    );
    return pico;
  }

  #noteSeparators({ line, column, value }: Omit<BrokenLine, "expected">): void {
    if (this.#isClear) return;
    this.#isClear = value.includes(".") || /,.*,/.test(value.slice(0, 40));
    if (this.#unclear !== undefined || !value.includes(",")) return;
    const expected =
      "an amount without thousands separators, since no amount of the file shows whether its commas are decimal";
    this.#unclear = { line, column, value, expected };
  }

  #time(line: number, column: string, value: string): number | undefined {
    const known = this.#times.get(value);
    if (known !== undefined) return known;
    const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(Z|[+-]\d\d:?\d\d)?$/.exec(value);
    const american = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})$/.exec(value);
    if (iso === null && american === null) {
      this.broken.push({ line, column, value, expected: "a time such as 2024-09-18T22:00:00Z" });
      return undefined;
    }
    if (iso !== null) {
      const isClean = iso[3] !== undefined && value.includes("T");
      if (!isClean) this.#repair(column, "not ISO 8601 with a zone: read as UTC", value);
      const ms = Date.parse(`${iso[1]}T${iso[2] ?? "00:00:00"}${iso[3] ?? "Z"}`);
      const [year, month, day] = iso[1]!.split("-").map(Number);
      if (!Number.isNaN(ms) && dayMs(year!, month!, day!) !== undefined) {
        if (isClean && this.#times.size < MOST_TIMES) this.#times.set(value, ms);
        return ms;
      }
      this.broken.push({ line, column, value, expected: "a valid day" });
      return undefined;
    }
    const [month, day, end] = [Number(american![1]), Number(american![2]), Number(american![3])];
    const ms = dayMs(end < 100 ? 2000 + end : end, month, day);
    if (ms === undefined) {
      this.broken.push({ line, column, value, expected: "a valid day, as month/day/year" });
      return undefined;
    }
    this.#repair(column, "month/day/year: read as UTC", value);
    return ms;
  }

  #word(column: string, value: string, allowed: readonly string[]): string {
    const known = allowed.find((word) => word.toLowerCase() === value.toLowerCase());
    if (known === undefined || known === value) return value;
    this.#repair(column, "other case", value);
    return known;
  }

  #tags(line: number, text: string): Record<string, string> {
    if (text === "") return {};
    try {
      const value: unknown = JSON.parse(text);
      if (value !== null && typeof value === "object" && !Array.isArray(value)) {
        return Object.fromEntries(Object.entries(value).map(([key, word]) => [key, String(word)]));
      }
    } catch {
      // Falls through to the repair: a line is not dropped because of its tags.
    }
    this.#repair("Tags", `not a JSON object: read as no tags (first on line ${line})`, text);
    return {};
  }

  #repair(column: string, rule: string, example: string): void {
    const key = `${column}: ${rule.replace(/ \(first on line \d+\)$/, "")}`;
    const known = this.#repairs.get(key);
    if (known === undefined) this.#repairs.set(key, { column, rule, count: 1, example: example.slice(0, 60) });
    else known.count += 1;
  }
}

/** A number whose commas separate groups of three digits; that of `0,125` is decimal. */
const GROUPED = /^-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?(?:e[+-]?\d{1,2})?$/i;

function withoutThousands(text: string): string {
  return GROUPED.test(text) ? text.replaceAll(",", "") : text;
}

/** A quantity of hours of a machine or of its GPUs; undefined if it has another unit. */
function hoursOf(quantity: string, unit: string): number | undefined {
  if (!/^(?:1 )?(?:[a-z]+[- ])?(?:hours?|hrs?|h)$/i.test(unit)) return undefined;
  const plain = withoutThousands(quantity);
  return /^\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?$/i.test(plain) ? Number(plain) : undefined;
}

const CHARGE_CATEGORIES = ["Usage", "Purchase", "Tax", "Credit", "Adjustment"];

/** Midnight of a day, UTC; undefined for a day that does not exist, which `Date` would convert to a later one. */
function dayMs(year: number, month: number, day: number): number | undefined {
  const ms = Date.UTC(year, month - 1, day);
  return new Date(ms).getUTCMonth() === month - 1 && new Date(ms).getUTCDate() === day ? ms : undefined;
}

/**
 * Parses an amount in plain or E notation as an integer of pico-units; undefined if it has smaller digits or is not an
 * amount.
 */
function exactPico(text: string): bigint | undefined {
  const match = /^(-?)(\d{1,30})(?:\.(\d{0,40}))?(?:e([+-]?\d{1,2}))?$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const shift = 12 - fraction.length + Number(exponent);
  const digits = BigInt(whole! + fraction);
  if (shift < 0 && digits % 10n ** BigInt(-shift) !== 0n) return undefined;
  const pico = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  if (pico >= PICO_PER_UNIT * 10n ** 18n) return undefined;
  return sign === "-" ? -pico : pico;
}
