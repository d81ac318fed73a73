import { Failure } from "../../../base/failure.ts";
import { formatMoney } from "../../../base/money.ts";
import type { BilledRuns } from "../../../ledger/classify.ts";
import type { BillLine } from "../../../ledger/focus.ts";
import { lineDigest } from "../../../ledger/line-digest.ts";
import { type LinePart, splitLine } from "../../../ledger/split-line.ts";
import type { Db } from "../../../store/database.ts";
import { insertRows } from "../../../store/insert-rows.ts";
import type { Store } from "../../../store/open-store.ts";
import type { Bill, BillSummary } from "./bill-file.ts";

/** Number of lines of a bill written per transaction, so that others can write in between. */
const PAGE = 2_000;

/** A line, or the part of it that belongs to one run, with the amounts of that part. */
export type StoredLine = LinePart & { line: BillLine; digest: string; ordinal: number; part: number };

/** A file whose lines are being stored, by one import. */
export type LoadingFile = { fileNo: number; importId: string };

/** Where lines are stored, and what happens with them before. */
export type Storing = {
  file: LoadingFile;
  runs: BilledRuns;
  /** Called with the first page, before it is stored. */
  check: (page: readonly StoredLine[]) => Promise<void>;
  note: (line: StoredLine) => void;
};

/**
 * Stores the lines of a bill, page by page; the next page is read while one is written.
 *
 * @throws Failure bad_input if the bill cannot be imported; lines of it may be stored then
 * @throws Failure outside if another process imports the same file anew
 */
export async function storeLines(store: Store, bill: Bill, { file, runs, check, note }: Storing): Promise<BillSummary> {
  const { lines, summary } = bill.read();
  let isFirst = true;
  let writing: Promise<unknown> = Promise.resolve();
  try {
    for await (const page of classifiedPages(lines, runs)) {
      if (isFirst) await check(page);
      isFirst = false;
      for (const line of page) note(line);
      await writing;
      writing = store.write(async (db) => {
        await lockFile(db, store, { file, name: bill.name });
        await insertLines(db, file.fileNo, page);
      });
      writing.catch(() => undefined); // reported by the wait above or below
    }
  } finally {
    await writing;
  }
  return summary();
}

/**
 * Keeps the file from being removed until the end of the transaction.
 *
 * @throws Failure outside if another process imports it anew
 */
async function lockFile(db: Db, { kind }: Store, { file, name }: { file: LoadingFile; name: string }): Promise<void> {
  const own = loadingFile(db, file);
  const row = await (kind === "postgres" ? own.forShare() : own).executeTakeFirst();
  if (row === undefined) throw takenOver(name);
}

/** The row of a file, while this import loads it. */
export function loadingFile(db: Db, { fileNo, importId }: LoadingFile) {
  return db
    .selectFrom("bill_files")
    .select("file_no")
    .where("file_no", "=", fileNo)
    .where("import_id", "=", importId)
    .where("state", "=", "loading");
}

/** Another process began the same file anew, and removed the lines that were stored before. */
export function takenOver(name: string): Failure {
  return new Failure("outside", `${name} is being imported by another process`, {
    hint: "see tunewright ledger show",
  });
}

async function* classifiedPages(lines: AsyncIterable<BillLine>, runs: BilledRuns): AsyncGenerator<StoredLine[]> {
  const seen = new Map<number, number>();
  let page: StoredLine[] = [];
  for await (const line of lines) {
    const digest = lineDigest(line);
    const key = Number.parseInt(digest.slice(0, 13), 16); // a number takes a fifth of the memory of the text
    const ordinal = (seen.get(key) ?? 0) + 1;
    seen.set(key, ordinal);
    for (const [index, part] of splitLine(line, runs).entries()) {
      page.push({ line, digest, ordinal, part: index + 1, ...part });
    }
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

const COLUMNS = {
  file_no: "bigint",
  line_no: "bigint",
  part: "bigint",
  row_sha256: "text",
  ordinal: "bigint",
  billed: "text",
  effective: "text",
  period_start_ms: "bigint",
  period_end_ms: "bigint",
  category: "text",
  service: "text",
  resource: "text",
  description: "text",
  tags: "text",
  class: "text",
  run_id: "text",
  why: "text",
  invoice: "text",
  account: "text",
  sku: "text",
} as const;

async function insertLines(db: Db, fileNo: number, page: readonly StoredLine[]): Promise<void> {
  const rows = page.map(({ line, digest, ordinal, part, billedPico, effectivePico, class: name, runId, why }) => [
    fileNo,
    line.line,
    part,
    digest,
    ordinal,
    formatMoney(billedPico),
    formatMoney(effectivePico),
    line.startMs,
    line.endMs,
    line.chargeCategory,
    line.service,
    line.resource,
    line.description.slice(0, 500),
    JSON.stringify(line.tags),
    name,
    runId,
    why,
    line.invoice,
    line.account,
    line.sku.slice(0, 300),
  ]);
  await insertRows(db, { table: "bill_lines", columns: COLUMNS, rows });
}
