import { BillClass } from "../../../domain/bill.ts";
import { BillFiles, type BillLines, type BillLinesQuery } from "../../../domain/bill-lines.ts";
import type { Db } from "../../../store/database.ts";
import { sql } from "../../../store/sql.ts";
import type { Store } from "../../../store/open-store.ts";

/** All imported bills, newest first. */
export async function billFiles({ db }: Store): Promise<BillFiles> {
  const rows = await db
    .selectFrom("bill_files")
    .selectAll()
    .where("state", "!=", "loading")
    .orderBy("file_no", "desc")
    .execute();
  return BillFiles.parse({
    files: rows.map(({ name, sha256, format, imported_ms, lines, currency, billed, effective, state }) => ({
      file: name,
      sha256,
      format,
      importedAt: new Date(imported_ms).toISOString(),
      lines,
      currency,
      billed,
      effective,
      state,
    })),
  });
}

/** Bill lines that count, most expensive first: the details of an entry, a class or a run of a report. */
export async function billLines({ db }: Store, query: BillLinesQuery): Promise<BillLines> {
  const rows = await matching(db, query)
    .select(["name", "line_no", "class", "run_id", "why", "currency", "service", "resource", "description", "invoice"])
    .select(["bill_lines.billed as billed", "bill_lines.effective as effective", "period_start_ms", "period_end_ms"])
    // As numbers only for sorting; the amounts themselves remain decimals.
    .orderBy(sql`cast(bill_lines.billed as real)`, "desc")
    .orderBy("bill_lines.file_no")
    .orderBy("line_no")
    .orderBy("part")
    .limit(query.limit)
    .execute();
  const { count } = await matching(db, query)
    .select(({ fn }) => fn.countAll<number | string>().as("count"))
    .executeTakeFirstOrThrow();
  return {
    lines: rows.map((row) => ({
      file: row.name,
      line: row.line_no,
      class: BillClass.parse(row.class),
      runId: row.run_id,
      why: row.why,
      billed: row.billed,
      effective: row.effective,
      currency: row.currency,
      from: new Date(row.period_start_ms).toISOString(),
      to: new Date(row.period_end_ms).toISOString(),
      service: row.service,
      resource: row.resource,
      description: row.description,
      invoice: row.invoice,
    })),
    total: Number(count),
  };
}

function matching(db: Db, { file, class: name, run, place }: BillLinesQuery) {
  let query = db
    .selectFrom("bill_lines")
    .innerJoin("bill_files", "bill_files.file_no", "bill_lines.file_no")
    .where("state", "=", "posted");
  if (file !== undefined) query = query.where("name", "=", file);
  if (name !== undefined) query = query.where("class", "=", name);
  if (run !== undefined) query = query.where("run_id", "=", run);
  if (place !== undefined)
    query = query.where((eb) =>
      eb.or([eb("resource", "=", place), eb("service", "=", place), eb("run_id", "=", place)]),
    );
  return query;
}
