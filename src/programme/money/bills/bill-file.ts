import { basename } from "node:path";

import { Failure } from "../../../base/failure.ts";
import { canonicalJson, sha256 } from "../../../base/hash.ts";
import { formatMoney } from "../../../base/money.ts";
import type { BillRepair, BillRule, InvoiceRequest } from "../../../domain/bill.ts";
import { type BillMapping, mapped, mappedColumns } from "../../../ledger/bill-mapping.ts";
import { FocusCheckReport } from "../../../ledger/focus-check.ts";
import { type BillLine, FOCUS_NEEDS, FocusReader } from "../../../ledger/focus.ts";
import { READ_LIMITS } from "../../../tables/limits.ts";
import { openRows } from "../../../tables/read-rows.ts";

/** A bill that was read and checked; its lines can be read again. */
export type Bill = {
  name: string;
  sha256: string;
  format: string;
  lines: number;
  currency: string;
  billedPico: bigint;
  effectivePico: bigint;
  repairs: BillRepair[];
  rules: BillRule[];
  checkedRows: number;
  /** The lines again, in file order. */
  read: () => AsyncIterable<BillLine>;
};

type Row = { line: number; fields: Readonly<Record<string, string>> };

/**
 * Reads a complete bill and checks it: FOCUS 1.0 to 1.2 as CSV (any delimiter), also compressed by gzip or zstd, or as
 * Parquet; or a plain table with a mapping. Memory does not grow with the file.
 *
 * @param name name of the file, for messages and the ledger
 * @throws Failure bad_input for a file that is not FOCUS, mixed currencies, or rows that cannot be repaired
 */
export async function readBill(
  path: string,
  { name = basename(path), mapping = new Map() }: { name?: string; mapping?: BillMapping } = {},
): Promise<Bill> {
  const reader = new FocusReader();
  const currencies = new Set<string>();
  let rules: FocusCheckReport | undefined;
  let [lines, billedPico, effectivePico] = [0, 0n, 0n];
  const source = await openBillRows(path, name);
  for await (const { line, fields } of source.rows) {
    if (lines === 0 && reader.broken.length === 0) {
      checkColumns(mappedColumns(Object.keys(fields), mapping, name), name);
      if (mapping.size === 0) rules = new FocusCheckReport(Object.keys(fields));
    }
    rules?.note(line, fields);
    const read = reader.read(line, mapping.size === 0 ? fields : mapped(fields, mapping));
    if (read === undefined) continue;
    lines += 1;
    billedPico += read.billedPico;
    effectivePico += read.effectivePico;
    if (read.currency !== "") currencies.add(read.currency);
  }
  refuse(reader, name);
  if (lines === 0) throw new Failure("bad_input", `${name} has no lines`, { hint: "export the bill again" });
  if (currencies.size > 1) {
    throw new Failure("bad_input", `${name} has amounts in ${[...currencies].join(", ")}`, {
      hint: "import one file for each currency",
    });
  }
  const currency = [...currencies][0] ?? "USD";
  return {
    name,
    sha256: await source.sha256(),
    format: `${mapping.size === 0 ? "FOCUS" : "mapped"} ${source.container === "parquet" ? "Parquet" : "CSV"}`,
    lines,
    currency,
    billedPico,
    effectivePico,
    repairs: reader.repairs(),
    rules: rules?.findings() ?? [],
    checkedRows: rules?.rows ?? 0,
    read: async function* read() {
      const again = new FocusReader();
      for await (const { line, fields } of (await openBillRows(path, name)).rows) {
        const found = again.read(line, mapping.size === 0 ? fields : mapped(fields, mapping));
        if (found !== undefined) yield found.currency === "" ? { ...found, currency } : found;
      }
    },
  };
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
  return {
    name: `invoice ${number} of ${seller}`,
    // The number identifies the invoice: entering it again with other content is a correction, not a second invoice.
    sha256: sha256(canonicalJson({ ...request })),
    format: "invoice",
    lines: 1,
    currency,
    billedPico: line!.billedPico,
    effectivePico: line!.effectivePico,
    repairs: [],
    rules: [],
    checkedRows: 0,
    read: async function* read() {
      yield line!;
    },
  };
}

/** The total of a bill, decimals. */
export function billTotals({ billedPico, effectivePico }: Bill): { billedTotal: string; effectiveTotal: string } {
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
async function openBillRows(
  path: string,
  name: string,
): Promise<{ container: string; rows: AsyncIterable<Row>; sha256: () => Promise<string> }> {
  const source = await openRows(path, READ_LIMITS);
  const parse = source.container === "csv" ? parseTexts : parseValues;
  return {
    container: source.container,
    sha256: source.sha256,
    rows: (async function* rows() {
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
    })(),
  };
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
