import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";

import { parseRaggedCsv } from "../../base/csv.ts";
import { Failure } from "../../base/failure.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import { formatMoney, parseMoney } from "../../base/money.ts";
import { asReadFailure, decodeText } from "../../base/read-text.ts";
import { BillClass, type BillImport, type ClassSum } from "../../domain/money.ts";
import { type BilledRun, CLASSES, classify } from "../../ledger/classify.ts";
import { type BillLine, FOCUS_NEEDS, FocusReader } from "../../ledger/focus.ts";
import { lockLedger, post } from "../../ledger/post.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { aliveTimes } from "./run-cost.ts";

/** Tags of a run that name the machine it runs on, as a bill does. */
const RESOURCE_TAGS = ["tunewright.resource", "gpu.resource", "instance_id"];

/** Lines of a bill that are written at a time. */
const PAGE = 500;

/** A bill file with its lines, read and checked, and what was repaired on the way. */
export type ReadBill = { name: string; sha256: string; lines: BillLine[]; reader: FocusReader };

/** Reads the bytes of a bill file. @throws Failure not_found, bad_input */
export async function billBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw asReadFailure(error, path);
  }
}

/** Reads a bill file. @throws Failure as {@link parseBill} */
export async function readBill(path: string): Promise<ReadBill> {
  return parseBill(basename(path), await billBytes(path));
}

/**
 * Reads a FOCUS file: CSV, also compressed by gzip.
 *
 * @throws Failure bad_input for a file that is not FOCUS, mixed currencies, or rows that cannot be repaired
 */
export function parseBill(name: string, bytes: Buffer): ReadBill {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: 2 ** 30 }) : bytes;
  const { columns, rows, ragged } = parseRaggedCsv(decodeText(plain, name), name);
  const missing = FOCUS_NEEDS.filter(
    (column) => !columns.includes(column) && !(column === "EffectiveCost" && columns.includes("AmortizedCost")),
  );
  if (missing.length > 0) {
    throw new Failure("bad_input", `${name} is not a FOCUS file: it has no column ${missing.join(", ")}`, {
      hint: "export costs in FOCUS 1.0 to 1.2 (AWS, Azure, Google Cloud and Oracle offer it)",
    });
  }
  const [crooked] = ragged;
  if (crooked !== undefined)
    throw new Failure("bad_input", `${name}, line ${crooked.line}: the row ${crooked.reason}`, {
      hint: "give every row as many cells as the header has",
    });
  const reader = new FocusReader();
  const lines = rows.flatMap(({ line, fields }) => reader.read(line, fields) ?? []);
  const [broken] = reader.broken;
  if (broken !== undefined) {
    throw new Failure(
      "bad_input",
      `${name}, line ${broken.line}, ${broken.column}: expected ${broken.expected}, got "${broken.value.slice(0, 60)}"; ${reader.broken.length} such values`,
      { hint: "correct the rows, then import again: a bill is imported whole or not at all" },
    );
  }
  const currencies = new Set(lines.map(({ currency }) => currency));
  if (currencies.size > 1) {
    throw new Failure("bad_input", `${name} has amounts in ${[...currencies].join(", ")}`, {
      hint: "import one file for each currency",
    });
  }
  return { name, sha256: sha256(bytes), lines, reader };
}

/**
 * Imports a bill: each line ends in exactly one class, and the sum of the classes is the total of the file to the last
 * digit. BilledCost is posted, one entry for each class and run; EffectiveCost is a second view. The same file again
 * changes nothing.
 */
export async function importBill(store: Store, bill: ReadBill, nowMs: number): Promise<BillImport> {
  const runs = await billedRuns(store);
  const currency = bill.lines[0]?.currency ?? "USD";
  const classified = bill.lines.map((line) => ({ line, ...classify(line, runs) }));
  const total = (pick: (line: BillLine) => bigint): string =>
    formatMoney(bill.lines.reduce((sum, line) => sum + pick(line), 0n));
  const billedTotal = total(({ billedPico }) => billedPico);
  const effectiveTotal = total(({ effectivePico }) => effectivePico);
  const isRepeat = await store.write(async (db) => {
    await lockLedger(db, store);
    const known = await db
      .selectFrom("bill_files")
      .select("file_no")
      .where("sha256", "=", bill.sha256)
      .executeTakeFirst();
    if (known !== undefined) return true;
    const { file_no: fileNo } = await db
      .insertInto("bill_files")
      .values({
        sha256: bill.sha256,
        name: bill.name,
        format: "FOCUS CSV",
        imported_ms: nowMs,
        lines: bill.lines.length,
        billed: billedTotal,
        effective: effectiveTotal,
        currency,
      })
      .returning("file_no")
      .executeTakeFirstOrThrow();
    await insertLines(db, fileNo, classified);
    await postBill(db, { bill, classified, currency, nowMs });
    return false;
  });
  return {
    file: bill.name,
    sha256: bill.sha256,
    isRepeat,
    format: "FOCUS CSV",
    lines: bill.lines.length,
    currency,
    billedTotal,
    effectiveTotal,
    classes: sumClasses(
      classified.map(({ line, class: name }) => ({
        class: name,
        billed: line.billedPico,
        effective: line.effectivePico,
      })),
    ),
    repairs: bill.reader.repairs(),
  };
}

/** Sums of bill lines by class, largest first; the classes that have none are left out. */
export function sumClasses(lines: readonly { class: BillClass; billed: bigint; effective: bigint }[]): ClassSum[] {
  const total = lines.reduce((sum, { billed }) => sum + billed, 0n);
  return BillClass.options
    .map((name) => {
      const own = lines.filter((line) => line.class === name);
      const billed = own.reduce((sum, line) => sum + line.billed, 0n);
      const effective = own.reduce((sum, line) => sum + line.effective, 0n);
      return {
        class: name,
        lines: own.length,
        billedUsd: formatMoney(billed),
        effectiveUsd: formatMoney(effective),
        share: total === 0n ? null : Number(billed) / Number(total),
        ...CLASSES[name],
      };
    })
    .filter(({ lines: count }) => count > 0)
    .toSorted((a, b) => Number(parseMoney(b.billedUsd) - parseMoney(a.billedUsd)));
}

type ClassifiedLine = { line: BillLine; class: BillClass; runId: string | null; why: string };

async function insertLines(db: Db, fileNo: number, lines: readonly ClassifiedLine[]): Promise<void> {
  const seen = new Map<string, number>();
  const rows = lines.map(({ line, class: name, runId, why }) => {
    const digest = sha256(
      canonicalJson({
        ...line,
        line: 0,
        billedPico: String(line.billedPico),
        effectivePico: String(line.effectivePico),
      }),
    );
    const ordinal = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, ordinal);
    return {
      file_no: fileNo,
      line_no: line.line,
      row_sha256: digest,
      ordinal,
      billed: formatMoney(line.billedPico),
      effective: formatMoney(line.effectivePico),
      period_start_ms: line.startMs,
      period_end_ms: line.endMs,
      category: line.chargeCategory,
      service: line.service,
      resource: line.resource,
      description: line.description.slice(0, 500),
      tags: JSON.stringify(line.tags),
      class: name,
      run_id: runId,
      why,
    };
  });
  for (let start = 0; start < rows.length; start += PAGE) {
    await db
      .insertInto("bill_lines")
      .values(rows.slice(start, start + PAGE))
      .execute();
  }
}

type BillPosting = { bill: ReadBill; classified: readonly ClassifiedLine[]; currency: string; nowMs: number };

/** One entry for each class and run of the bill, against the clearing account of the file. */
async function postBill(db: Db, { bill, classified, currency, nowMs }: BillPosting): Promise<void> {
  const sums = new Map<
    string,
    { pico: bigint; class: BillClass; runId: string | null; lines: number; endMs: number }
  >();
  for (const { line, class: name, runId } of classified) {
    const account = name === "run" ? `billed:${runId}` : `${CLASSES[name].isLeak ? "leak" : "nonwork"}:${name}`;
    const sum = sums.get(account) ?? {
      pico: 0n,
      class: name,
      runId: name === "run" ? runId : null,
      lines: 0,
      endMs: 0,
    };
    sums.set(account, {
      ...sum,
      pico: sum.pico + line.billedPico,
      lines: sum.lines + 1,
      endMs: Math.max(sum.endMs, line.endMs),
    });
  }
  for (const [account, { pico, class: name, runId, lines, endMs }] of [...sums].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    if (pico === 0n) continue;
    await post(
      db,
      {
        idempotencyKey: `bill:${bill.sha256}:${account}`,
        kind: "bill",
        currency,
        effectiveMs: endMs,
        runId,
        memo: `${bill.name}: ${lines} lines of class ${name}`,
        lines: [
          { account, amount: formatMoney(pico) },
          { account: `clearing:${bill.sha256.slice(0, 12)}`, amount: formatMoney(-pico) },
        ],
      },
      nowMs,
    );
  }
}

async function billedRuns(
  store: Store,
): Promise<{ byId: Map<string, BilledRun>; byResource: Map<string, BilledRun[]> }> {
  const rows = await store.db.selectFrom("runs").select(["run_id", "run_no"]).execute();
  const tags = await store.db
    .selectFrom("run_tags")
    .select(["run_no", "value"])
    .where("key", "in", RESOURCE_TAGS)
    .execute();
  const times = await aliveTimes(
    store,
    rows.map(({ run_id }) => run_id),
  );
  const byId = new Map<string, BilledRun>();
  const byResource = new Map<string, BilledRun[]>();
  const resources = new Map<number, string[]>();
  for (const { run_no, value } of tags) resources.set(run_no, [...(resources.get(run_no) ?? []), value.toLowerCase()]);
  for (const { run_id: id, run_no } of rows) {
    const run = { id, resources: resources.get(run_no) ?? [], alive: times.get(id) ?? [] };
    byId.set(id, run);
    for (const resource of run.resources) byResource.set(resource, [...(byResource.get(resource) ?? []), run]);
  }
  return { byId, byResource };
}
