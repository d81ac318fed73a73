import { formatMoney, parseMoney } from "../../../base/money.ts";
import { counted } from "../../../base/words.ts";
import { LedgerEntry } from "../../../domain/ledger.ts";
import type { BillClass } from "../../../domain/bill.ts";
import { CLASSES } from "../../../ledger/classify.ts";
import type { BillLine } from "../../../ledger/focus.ts";
import type { NewEntry } from "../../../ledger/entry.ts";
import type { LinePart } from "../../../ledger/split-line.ts";
import { postAll } from "../../../ledger/post.ts";
import type { Db } from "../../../store/database.ts";
import type { Bill } from "./bill-file.ts";

type Sum = { invoice: string; class: BillClass; runId: string | null; pico: bigint; lines: number; endMs: number };

/** Account for lines of a class; runs have separate accounts. */
export function billAccount(name: BillClass, runId: string | null): string {
  return name === "run" ? `billed:${runId}` : `${CLASSES[name].isLeak ? "leak" : "nonwork"}:${name}`;
}

/** Billed money by invoice, class and run: the unit of one entry. */
export class BillSums {
  readonly #sums = new Map<string, Sum>();

  /** Adds a line. */
  add({ line, billedPico, class: name, runId }: LinePart & { line: Pick<BillLine, "invoice" | "endMs"> }): void {
    const owner = name === "run" || name === "failed-run" ? runId : null;
    const key = `${line.invoice}\n${name}\n${owner ?? ""}`;
    const sum = this.#sums.get(key) ?? {
      invoice: line.invoice,
      class: name,
      runId: owner,
      pico: 0n,
      lines: 0,
      endMs: 0,
    };
    sum.pico += billedPico;
    sum.lines += 1;
    sum.endMs = Math.max(sum.endMs, line.endMs);
    this.#sums.set(key, sum);
  }

  /** The sums, in an order that depends only on their content. */
  all(): Sum[] {
    return [...this.#sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
  }
}

/** Posts one entry for each invoice, class and run, against the clearing account of the file. */
export async function postSums(
  db: Db,
  { sums, bill, nowMs }: { sums: BillSums; bill: Pick<Bill, "name" | "sha256"> & { currency: string }; nowMs: number },
): Promise<void> {
  const drafts = sums
    .all()
    .filter(({ pico }) => pico !== 0n)
    .map(({ invoice, class: name, runId, pico, lines, endMs }): NewEntry => ({
      idempotencyKey: `bill:${bill.sha256}:${invoice}:${name}:${runId ?? ""}`,
      kind: "bill",
      currency: bill.currency,
      effectiveMs: endMs,
      runId,
      memo: `${bill.name}${invoice === "" ? "" : `, invoice ${invoice}`}: ${counted(lines, "line")} of class ${name}`,
      lines: [
        { account: billAccount(name, runId), amount: formatMoney(pico) },
        { account: `clearing:${bill.sha256.slice(0, 12)}`, amount: formatMoney(-pico) },
      ],
    }));
  await postPages(db, drafts, nowMs);
}

/** Number of entries written together, to limit memory. */
const PAGE = 2_000;

async function postPages(db: Db, drafts: readonly NewEntry[], nowMs: number): Promise<void> {
  for (let from = 0; from < drafts.length; from += PAGE) await postAll(db, drafts.slice(from, from + PAGE), nowMs);
}

/** Reverses all entries of a file, each with a separate entry. */
export async function reverseBill(
  db: Db,
  file: { sha256: string; file_no: number },
  { reason, nowMs }: { reason: string; nowMs: number },
): Promise<void> {
  const rows = await db
    .selectFrom("ledger_entries")
    .select(["seq", "body"])
    .where((eb) =>
      eb.or([
        eb("idempotency_key", "like", `bill:${file.sha256}:%`),
        eb("idempotency_key", "like", `match:${file.file_no}:%`),
      ]),
    )
    .orderBy("seq")
    .execute();
  const drafts = rows.map(({ seq, body }): NewEntry => {
    const { currency, runId, memo, lines } = LedgerEntry.parse(JSON.parse(body));
    return {
      idempotencyKey: `reverse:${seq}`,
      kind: "reverse",
      currency,
      effectiveMs: nowMs,
      runId,
      memo: `entry ${seq} reversed, ${reason}: ${memo}`,
      lines: lines.map(({ account, amount }) => ({ account, amount: formatMoney(-parseMoney(amount)) })),
    };
  });
  await postPages(db, drafts, nowMs);
}
