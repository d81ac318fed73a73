import { Failure } from "../../../base/failure.ts";
import { canonicalJson, sha256 } from "../../../base/hash.ts";
import { formatMoney } from "../../../base/money.ts";
import type { BillImport } from "../../../domain/bill.ts";
import type { BilledRuns } from "../../../ledger/classify.ts";
import type { BillLine } from "../../../ledger/focus.ts";
import { type LinePart, splitLine } from "../../../ledger/split-line.ts";
import { lockLedger } from "../../../ledger/post.ts";
import type { Db } from "../../../store/database.ts";
import { insertRows } from "../../../store/insert-rows.ts";
import type { Store } from "../../../store/open-store.ts";
import { type Bill, billTotals } from "./bill-file.ts";
import { BillSums, postSums, reverseBill } from "./bill-postings.ts";
import { billedRuns } from "./bill-runs.ts";
import { ClassGatherer, sumClasses } from "./class-sums.ts";

/** Time of the import, and the replaced file. */
export type BillImporting = {
  nowMs: number;
  /** Name or first digits of the SHA-256 of the corrected file. */
  replaces?: string | undefined;
};

/** Number of lines of a bill written per transaction, so that others can write in between. */
const PAGE = 2_000;

/** Number of lines that are searched for in earlier files. */
const SAMPLE = 200;

/**
 * Imports a bill: each line ends in exactly one class, and the sum of the classes equals the total of the file to the
 * last digit. BilledCost is posted, one entry for each invoice, class and run; EffectiveCost is a second view.
 * Importing the same file again changes nothing. A corrected file reverses the entries of the file that it replaces.
 * Lines are stored first, page by page; the entries are posted with the last page, so that a killed import leaves no
 * money behind and the next one starts again.
 *
 * @throws Failure bad_input if most lines were imported from another file, or the file to be replaced is unknown
 */
export async function importBill(store: Store, bill: Bill, { nowMs, replaces }: BillImporting): Promise<BillImport> {
  const known = await store.db
    .selectFrom("bill_files")
    .select(["file_no", "state"])
    .where("sha256", "=", bill.sha256)
    .executeTakeFirst();
  if (known !== undefined && known.state !== "loading") return imported(store, bill, { fileNo: known.file_no });
  const earlier = replaces === undefined ? undefined : await earlierFile(store.db, replaces);
  const fileNo = await openFile(store, bill, nowMs);
  const sums = new BillSums();
  const byClass = new ClassGatherer();
  let isFirst = true;
  const runs = await billedRuns(store, nowMs);
  let writing: Promise<unknown> = Promise.resolve();
  try {
    for await (const page of classifiedPages(bill, runs)) {
      if (isFirst && earlier === undefined) await refuseKnownLines(store.db, page, bill);
      isFirst = false;
      for (const line of page) {
        sums.add(line);
        byClass.add(line);
      }
      await writing;
      writing = store.write((db) => insertLines(db, fileNo, page)); // the next page is read meanwhile
      writing.catch(() => undefined); // reported by the wait above or below
    }
    await writing;
  } catch (error) {
    await writing.catch(() => undefined);
    await store.write((db) => removeFile(db, fileNo));
    throw error;
  }
  await store.write(async (db) => {
    await lockLedger(db, store);
    const { numUpdatedRows } = await db
      .updateTable("bill_files")
      .set({ state: "posted" })
      .where("file_no", "=", fileNo)
      .where("state", "=", "loading")
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== 1n) {
      throw new Failure("outside", `${bill.name} is being imported by another process`, {
        hint: "see tunewright ledger show",
      });
    }
    if (earlier !== undefined) {
      await reverseBill(db, earlier, { reason: `replaced by ${bill.name}`, nowMs });
      const replaced = { state: "replaced", replaced_by: fileNo };
      await db.updateTable("bill_files").set(replaced).where("file_no", "=", earlier.file_no).execute();
    }
    await byClass.store(db, fileNo);
    await postSums(db, { sums, bill, nowMs });
  });
  return imported(store, bill, { fileNo, isNew: true, replaced: earlier?.name ?? null });
}

/** Result of the import, from the stored lines. */
async function imported(
  { db }: Store,
  bill: Bill,
  { fileNo, isNew = false, replaced = null }: { fileNo: number; isNew?: boolean; replaced?: string | null },
): Promise<BillImport> {
  const rows = await db.selectFrom("bill_sums").selectAll().where("file_no", "=", fileNo).orderBy("class").execute();
  return {
    file: bill.name,
    sha256: bill.sha256,
    isRepeat: !isNew,
    format: bill.format,
    lines: bill.lines,
    currency: bill.currency,
    ...billTotals(bill),
    classes: sumClasses(rows),
    repairs: bill.repairs,
    rules: bill.rules,
    checkedRows: bill.checkedRows,
    replaced,
  };
}

type EarlierFile = { file_no: number; name: string; sha256: string };

/** The active file with a name or a hash. @throws Failure not_found */
async function earlierFile(db: Db, word: string): Promise<EarlierFile> {
  const rows = await db
    .selectFrom("bill_files")
    .select(["file_no", "name", "sha256"])
    .where("state", "=", "posted")
    .orderBy("file_no")
    .execute();
  const found = rows.filter(({ name, sha256: hash }) => name === word || (word.length >= 8 && hash.startsWith(word)));
  if (found.length === 1) return found[0]!;
  throw new Failure(
    "not_found",
    found.length === 0 ? `no imported bill has the name or hash ${word}` : `several imported bills are named ${word}`,
    {
      hint: `give the first digits of the hash; imported: ${
        rows
          .slice(-5)
          .map(({ name, sha256: hash }) => `${name} (${hash.slice(0, 12)})`)
          .join(", ") || "none"
      }`,
    },
  );
}

/** Creates the row of the file, without lines; removes what a killed import left. */
async function openFile(store: Store, bill: Bill, nowMs: number): Promise<number> {
  return store.write(async (db) => {
    const left = await db
      .selectFrom("bill_files")
      .select("file_no")
      .where("sha256", "=", bill.sha256)
      .where("state", "=", "loading")
      .executeTakeFirst();
    if (left !== undefined) await removeFile(db, left.file_no);
    const { billedTotal, effectiveTotal } = billTotals(bill);
    const { file_no } = await db
      .insertInto("bill_files")
      .values({
        sha256: bill.sha256,
        name: bill.name,
        format: bill.format,
        imported_ms: nowMs,
        lines: bill.lines,
        billed: billedTotal,
        effective: effectiveTotal,
        currency: bill.currency,
        state: "loading",
        replaced_by: null,
      })
      .returning("file_no")
      .executeTakeFirstOrThrow();
    return file_no;
  });
}

async function removeFile(db: Db, fileNo: number): Promise<void> {
  await db.deleteFrom("bill_lines").where("file_no", "=", fileNo).execute();
  await db.deleteFrom("bill_files").where("file_no", "=", fileNo).where("state", "=", "loading").execute();
}

/** A line, or the part of it that belongs to one run, with the amounts of that part. */
type StoredLine = LinePart & { line: BillLine; digest: string; ordinal: number; part: number };

async function* classifiedPages(bill: Bill, runs: BilledRuns): AsyncGenerator<StoredLine[]> {
  const seen = new Map<string, number>();
  let page: StoredLine[] = [];
  for await (const line of bill.read()) {
    const digest = digestOf(line);
    const key = Buffer.from(digest.slice(0, 20), "hex").toString("latin1"); // a third of the memory for a million lines
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

/**
 * Identity of a line by its content: FOCUS has no id of rows. The digest is that of its canonical JSON, here with the
 * keys written in their order, which takes a third of the time.
 */
function digestOf(line: BillLine): string {
  const { account, capacityStatus, chargeCategory, commitmentStatus, currency, description, endMs, invoice } = line;
  const { resource, service, serviceCategory, sku, startMs, tags } = line;
  const [billedPico, effectivePico] = [String(line.billedPico), String(line.effectivePico)];
  const first = { account, billedPico, capacityStatus, chargeCategory, commitmentStatus, currency, description };
  const second = { effectivePico, endMs, invoice, line: 0, resource, service, serviceCategory, sku, startMs };
  return sha256(`${JSON.stringify({ ...first, ...second }).slice(0, -1)},"tags":${canonicalJson(tags)}}`);
}

/**
 * Rejects a file if most of its lines were already imported from another file: it is a correction, or a second export.
 */
async function refuseKnownLines(db: Db, page: readonly StoredLine[], { name, format }: Bill): Promise<void> {
  if (format === "invoice") await refuseKnownInvoice(db, name);
  const sample = page.slice(0, SAMPLE);
  const rows = await db
    .selectFrom("bill_lines")
    .innerJoin("bill_files", "bill_files.file_no", "bill_lines.file_no")
    .select(["bill_lines.row_sha256", "bill_files.name"])
    .where("bill_lines.row_sha256", "in", [...new Set(sample.map(({ digest }) => digest))])
    .where("bill_files.state", "=", "posted")
    .orderBy("bill_files.file_no")
    .execute();
  const known = new Set(rows.map(({ row_sha256 }) => row_sha256));
  const repeated = sample.filter(({ digest }) => known.has(digest)).length;
  if (repeated * 2 <= sample.length) return;
  throw new Failure(
    "bad_input",
    `${name} repeats lines of ${rows[0]!.name}: ${repeated} of ${sample.length} compared lines`,
    { hint: `if it is a correction, add --replaces ${rows[0]!.name}` },
  );
}

async function refuseKnownInvoice(db: Db, name: string): Promise<void> {
  const known = await db
    .selectFrom("bill_files")
    .select("file_no")
    .where("name", "=", name)
    .where("state", "=", "posted")
    .executeTakeFirst();
  if (known === undefined) return;
  throw new Failure("bad_input", `${name} was already entered with other content`, {
    hint: `if this is a correction, add --replaces "${name}"`,
  });
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
