import { formatMoney, parseMoney } from "../../../base/money.ts";
import { BillClass, type ClassSum } from "../../../domain/bill.ts";
import { CLASSES } from "../../../ledger/classify.ts";
import type { BillLine } from "../../../ledger/focus.ts";
import type { Db, Row } from "../../../store/database.ts";

/** Sums of a class as they are stored for a file. */
export type StoredSum = Pick<Row<"bill_sums">, "class" | "lines" | "billed" | "effective">;

/** Collects the sums of a file by class. */
export class ClassGatherer {
  readonly #sums = new Map<BillClass, { lines: number; billed: bigint; effective: bigint; untilMs: number }>();

  /** Adds a line. */
  add({
    class: name,
    billedPico,
    effectivePico,
    line,
  }: {
    class: BillClass;
    billedPico: bigint;
    effectivePico: bigint;
    line: Pick<BillLine, "endMs">;
  }): void {
    const sum = this.#sums.get(name) ?? { lines: 0, billed: 0n, effective: 0n, untilMs: 0 };
    sum.lines += 1;
    sum.billed += billedPico;
    sum.effective += effectivePico;
    sum.untilMs = Math.max(sum.untilMs, line.endMs);
    this.#sums.set(name, sum);
  }

  /** The sums so far. */
  rows(): (StoredSum & { until_ms: number })[] {
    return [...this.#sums].map(([name, { lines, billed, effective, untilMs }]) => ({
      class: name,
      lines,
      billed: formatMoney(billed),
      effective: formatMoney(effective),
      until_ms: untilMs,
    }));
  }

  /** Stores the sums of a file. */
  async store(db: Db, fileNo: number): Promise<void> {
    const rows = this.rows().map((row) => ({ file_no: fileNo, ...row }));
    if (rows.length > 0) await db.insertInto("bill_sums").values(rows).execute();
  }
}

/** Sums by class over files, largest first, without classes that have no lines. */
export function sumClasses(rows: readonly StoredSum[]): ClassSum[] {
  const total = rows.reduce((sum, { billed }) => sum + parseMoney(billed), 0n);
  return BillClass.options
    .map((name) => {
      const own = rows.filter((row) => row.class === name);
      const sum = (pick: (row: StoredSum) => string): bigint =>
        own.reduce((all, row) => all + parseMoney(pick(row)), 0n);
      const lines = own.reduce((all, row) => all + row.lines, 0);
      return { name, lines, billed: sum(({ billed }) => billed), effective: sum(({ effective }) => effective) };
    })
    .filter(({ lines }) => lines > 0)
    .toSorted((a, b) => (a.billed < b.billed ? 1 : a.billed > b.billed ? -1 : 0))
    .map(({ name, lines, billed, effective }) => ({
      class: name,
      lines,
      billedUsd: formatMoney(billed),
      effectiveUsd: formatMoney(effective),
      share: total === 0n ? null : Number(billed) / Number(total),
      ...CLASSES[name],
    }));
}

/** Moves a line from the sums of one class to those of another. */
export async function moveSum(
  db: Db,
  fileNo: number,
  { from, to, line }: { from: BillClass; to: BillClass; line: { billed: string; effective: string; untilMs: number } },
): Promise<void> {
  if (from === to) return;
  for (const [name, sign] of [
    [from, -1n],
    [to, 1n],
  ] as const) {
    const known = await db
      .selectFrom("bill_sums")
      .selectAll()
      .where("file_no", "=", fileNo)
      .where("class", "=", name)
      .executeTakeFirst();
    const moved = (before: string, amount: string): string =>
      formatMoney(parseMoney(before) + sign * parseMoney(amount));
    const row = {
      lines: (known?.lines ?? 0) + Number(sign),
      billed: moved(known?.billed ?? "0", line.billed),
      effective: moved(known?.effective ?? "0", line.effective),
      until_ms: Math.max(known?.until_ms ?? 0, line.untilMs),
    };
    await db
      .insertInto("bill_sums")
      .values({ file_no: fileNo, class: name, ...row })
      .onConflict((conflict) => conflict.columns(["file_no", "class"]).doUpdateSet(row))
      .execute();
  }
}
