import { basename } from "node:path";

import { Failure } from "../../../base/failure.ts";
import { canonicalJson, sha256 } from "../../../base/hash.ts";
import { formatMoney } from "../../../base/money.ts";
import type { BillRepair, BillRule, InvoiceRequest } from "../../../domain/bill.ts";
import { type BillMapping, mapped, mappedColumns } from "../../../ledger/bill-mapping.ts";
import { FocusCheckReport } from "../../../ledger/focus-check.ts";
import { type BillLine, FOCUS_NEEDS, FocusReader } from "../../../ledger/focus.ts";
import { READ_LIMITS } from "../../../tables/limits.ts";
import { hashOfFile, openRows } from "../../../tables/read-rows.ts";

/** An opened bill. */
export type Bill = {
  name: string;
  sha256: string;
  format: string;
  /** Reads the bill from its start. */
  read: () => BillReading;
};

/** One reading of a bill. */
export type BillReading = {
  /** Lines in file order. They end at the first row that cannot be repaired; the rows after it are only checked. */
  lines: AsyncIterable<BillLine>;
  /** Totals of the reading; available after the last line. @throws Failure bad_input if the bill cannot be imported */
  summary: () => BillSummary;
};

/** Totals of a bill, its repairs, and the rules that it violates. */
export type BillSummary = {
  lines: number;
  currency: string;
  billedPico: bigint;
  effectivePico: bigint;
  repairs: BillRepair[];
  rules: BillRule[];
  checkedRows: number;
};

type Row = { line: number; fields: Readonly<Record<string, string>> };

/**
 * Opens a bill: FOCUS 1.0 to 1.2 as CSV (any delimiter), also compressed by gzip or zstd, or as Parquet; or a plain table
 * with a mapping. Memory does not grow with the file.
 *
 * @param name name of the file, for messages and the ledger
 * @throws Failure not_found or bad_input; while reading: bad_input for a file that is not FOCUS
 */
export async function openBill(
  path: string,
  { name = basename(path), mapping = new Map() }: { name?: string; mapping?: BillMapping } = {},
): Promise<Bill> {
  const { container } = await openRows(path, READ_LIMITS);
  return {
    name,
    sha256: await hashOfFile(path),
    format: `${mapping.size === 0 ? "FOCUS" : "mapped"} ${container === "parquet" ? "Parquet" : "CSV"}`,
    read: () => readRows({ path, name, mapping }),
  };
}

function readRows({ path, name, mapping }: { path: string; name: string; mapping: BillMapping }): BillReading {
  const reader = new FocusReader();
  const currencies = new Set<string>();
  let rules: FocusCheckReport | undefined;
  let [lines, billedPico, effectivePico] = [0, 0n, 0n];
  async function* read(): AsyncGenerator<BillLine> {
    for await (const { line, fields } of billRows(path, name)) {
      if (lines === 0 && reader.broken.length === 0) {
        checkColumns(mappedColumns(Object.keys(fields), mapping, name), name);
        if (mapping.size === 0) rules = new FocusCheckReport(Object.keys(fields));
      }
      rules?.note(line, fields);
      const found = reader.read(line, mapping.size === 0 ? fields : mapped(fields, mapping));
      if (found === undefined || reader.broken.length > 0) continue;
      lines += 1;
      billedPico += found.billedPico;
      effectivePico += found.effectivePico;
      if (found.currency !== "") currencies.add(found.currency);
      yield found;
    }
  }
  const summary = (): BillSummary => {
    reader.end();
    refuse(reader, name);
    refuseTotals({ name, lines, currencies });
    const [currency = "USD"] = currencies;
    const [findings, checkedRows] = [rules?.findings() ?? [], rules?.rows ?? 0];
    return { lines, currency, billedPico, effectivePico, repairs: reader.repairs(), rules: findings, checkedRows };
  };
  return { lines: read(), summary };
}

function refuseTotals({ name, lines, currencies }: { name: string; lines: number; currencies: Set<string> }): void {
  if (lines === 0) throw new Failure("bad_input", `${name} has no lines`, { hint: "export the bill again" });
  if (currencies.size <= 1) return;
  throw new Failure("bad_input", `${name} has amounts in ${[...currencies].join(", ")}`, {
    hint: "import one file for each currency",
  });
}

/** An invoice entered by hand: a bill with one line. */
export function invoiceBill(request: InvoiceRequest): Bill {
  const { number, seller, usd, currency, from, to, service, resource, run, memo } = request;
  const reader = new FocusReader();
  const line = reader.read(1, {
    BilledCost: usd,
    EffectiveCost: usd,
    BillingCurrency: currency,
    ChargePeriodStart: `${from}T00:00:00Z`,
    ChargePeriodEnd: `${to}T00:00:00Z`,
    ChargeCategory: "Usage",
    ServiceCategory: service,
    ServiceName: service,
    ResourceId: resource ?? "",
    ChargeDescription: memo,
    InvoiceId: number,
    Tags: run === undefined ? "" : JSON.stringify({ run_id: run }),
  });
  refuse(reader, `invoice ${number}`);
  const { billedPico, effectivePico } = line!;
  const none = { repairs: [], rules: [], checkedRows: 0 };
  return {
    name: `invoice ${number} of ${seller}`,
    // The number identifies the invoice: entering it again with other content is a correction, not a second invoice.
    sha256: sha256(canonicalJson({ ...request })),
    format: "invoice",
    read: () => ({
      lines: onlyLine(line!),
      summary: () => ({ lines: 1, currency, billedPico, effectivePico, ...none }),
    }),
  };
}

async function* onlyLine(line: BillLine): AsyncGenerator<BillLine> {
  yield line;
}

/** The total of a bill, decimals. */
export function billTotals({ billedPico, effectivePico }: Pick<BillSummary, "billedPico" | "effectivePico">): {
  billedTotal: string;
  effectiveTotal: string;
} {
  return { billedTotal: formatMoney(billedPico), effectiveTotal: formatMoney(effectivePico) };
}

function checkColumns(columns: readonly string[], name: string): void {
  const missing = FOCUS_NEEDS.filter(
    (column) => !columns.includes(column) && !(column === "EffectiveCost" && columns.includes("AmortizedCost")),
  );
  if (missing.length === 0) return;
  throw new Failure("bad_input", `${name} is not a FOCUS file: it has no column ${missing.join(", ")}`, {
    hint: "export costs in FOCUS 1.0 to 1.2 (AWS, Azure, Google Cloud and Oracle offer it), or name its columns: --map BilledCost=Amount --map ChargePeriodStart=Date",
  });
}

function refuse({ broken }: FocusReader, name: string): void {
  const [first] = broken;
  if (first === undefined) return;
  throw new Failure(
    "bad_input",
    `${name}, line ${first.line}, ${first.column}: expected ${first.expected}, got "${first.value.slice(0, 60)}"; ${broken.length} such values`,
    { hint: "correct the rows, then import again: a bill is imported completely or not at all" },
  );
}

/** Rows of a bill as text columns, for any file format. */
async function* billRows(path: string, name: string): AsyncGenerator<Row> {
  const source = await openRows(path, READ_LIMITS);
  const parse = source.container === "csv" ? parseTexts : parseValues;
  for await (const item of source.items) {
    if (item.kind === "bad-row") {
      throw new Failure("bad_input", `${name}, line ${item.line}: ${item.detail}`, {
        hint: "give every row as many cells as the header has",
      });
    }
    let line = item.firstLine;
    for (const text of Buffer.from(item.bytes).toString("utf8").split("\n")) {
      line += 1;
      if (text === "") continue;
      const number = item.lineNumbers?.[line - item.firstLine - 1] ?? line;
      yield { line: number, fields: parse(text) };
    }
  }
}

function parseTexts(text: string): Row["fields"] {
  return JSON.parse(text) as Record<string, string>;
}

/** Strings, and numbers outside of them. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Values of any type as text: numbers keep every digit, because they are never parsed as floats. */
function parseValues(text: string): Row["fields"] {
  const quoted = text.replaceAll(TOKEN, (token) => (token.startsWith('"') ? token : `"${token}"`));
  return Object.fromEntries(
    Object.entries(JSON.parse(quoted) as Record<string, unknown>).map(([key, value]) => [
      key,
      value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
