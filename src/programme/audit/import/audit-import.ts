import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";

import { contradictionsOf, draftFields, type DraftInput } from "../../../audit/draft/draft-fields.ts";
import { draftYaml } from "../../../audit/draft/draft-yaml.ts";
import { atomicWriteAll } from "../../../base/atomic-write-all.ts";
import { isoDay } from "../../../base/clock.ts";
import { commandLineIn } from "../../../base/command-line.ts";
import type { Context } from "../../../base/context.ts";
import { Failure } from "../../../base/failure.ts";
import { counted } from "../../../base/words.ts";
import { findModel } from "../../../catalog/models.ts";
import type { AuditImport, AuditImportRequest, DraftQuestion } from "../../../domain/audit-import.ts";
import { BillImport } from "../../../domain/bill.ts";
import { RunImport } from "../../../domain/run-import.ts";
import { hubCacheOf } from "../../data/find-tokenizer.ts";
import { importBill } from "../../money/bills/import-bill.ts";
import { billOfFile } from "../../money/bills/upload-bill.ts";
import { PROGRAMME_FILE } from "../../reading/read-programme.ts";
import { importRuns, requestTimeoutMs } from "../../runs/import-runs.ts";
import { answerFromState } from "../../state/with-state.ts";
import { RECORD_FILE } from "../foreign-record.ts";
import { draftQuestions } from "./draft-questions.ts";
import { findSources, type SourceFile } from "./find-sources.ts";
import { readSources } from "./read-sources.ts";

/** Number of runs read between two progress reports. */
const PROGRESS_RUNS = 1_000;

type Skipped = AuditImport["skipped"];

/**
 * Writes a draft programme from the records of a company: configurations, states, results, datasets, runs and bills.
 * Each inferred field has its origin; the questions with the largest effect on the cost are asked.
 *
 * @throws Failure bad_input if the folder already contains a programme, or no source contains usable information;
 * not_found if a source does not exist
 */
export async function auditImport(context: Context, request: AuditImportRequest): Promise<AuditImport> {
  const out = resolve(context.cwd, request.out);
  if (existsSync(join(out, PROGRAMME_FILE))) {
    throw new Failure("bad_input", `${request.out} already contains a ${PROGRAMME_FILE}`, {
      hint: "name a new folder with --out",
    });
  }
  const on = isoDay(context.now());
  const sources = await findSources(context.cwd, request.source);
  const {
    record: read,
    bills,
    exports,
    processes,
    skipped,
  } = await readSources(sources.files, {
    out,
    hasMapping: request.map.length > 0,
    onFile: (fraction) => context.progress("reading the sources", fraction),
  });
  const { imported: runs, runs: kept } = await importTrackers(context, {
    out,
    shownOut: request.out,
    trackers: [...sources.trackers, ...exports.map(({ path }) => path)],
    skipped,
  });
  const billed = await importBills(context, { out, bills, map: request.map, skipped });
  const imported = runs.reduce((sum, { runs: counts }) => sum + counts.found, 0);
  const isEmpty = Object.values(read).every((list) => list.length === 0) && kept === 0 && billed.length === 0;
  if (isEmpty) {
    throw new Failure("bad_input", `nothing in ${request.source.join(", ")} can be read for an audit`, {
      hint:
        skipped[0] === undefined
          ? "name folders with configurations, runs, results or bills"
          : `${skipped[0].source}: ${skipped[0].reason}`,
    });
  }
  const record = { version: 1 as const, on, ...read };
  const input: DraftInput = { record, name: basename(out), base: request.base, processes, runs: imported, isKnown };
  const fields = draftFields(input);
  const contradictions = contradictionsOf(input);
  const write = (questions: readonly DraftQuestion[]): Promise<void> =>
    atomicWriteAll([
      [join(out, PROGRAMME_FILE), draftYaml(fields, record.datasets, { contradictions, questions })],
      [join(out, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`],
    ]);
  await write([]);
  const { questions, problem } = fields.some(({ field }) => field === "model.base")
    ? await questionsOf(out, fields, { on, hubCache: hubCacheOf(context.env) })
    : { questions: [], problem: `no source names the base model: set model.base in ${PROGRAMME_FILE}` };
  await write(questions);
  return { out: request.out, record, runs, bills: billed, fields, contradictions, questions, skipped, problem };
}

function isKnown(name: string): boolean {
  try {
    findModel(name);
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}

/** Questions in order of their effect, and if the draft has no cost, the reason. */
async function questionsOf(
  ...[out, fields, options]: Parameters<typeof draftQuestions>
): Promise<Pick<AuditImport, "questions" | "problem">> {
  try {
    return { questions: await draftQuestions(out, fields, options), problem: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const hint = error.hint === undefined ? "" : ` (${error.hint})`;
    return { questions: [], problem: `${error.message}${hint}` };
  }
}

/**
 * Imports the runs of trackers into the state of the draft. A tracker that does not answer is skipped with its reason;
 * the runs that were read before are kept.
 *
 * @returns the complete imports, and the number of runs of all
 */
async function importTrackers(
  { env, now, progress }: Context,
  {
    out,
    shownOut,
    trackers,
    skipped,
  }: { out: string; shownOut: string; trackers: readonly string[]; skipped: Skipped },
): Promise<{ imported: RunImport[]; runs: number }> {
  const imported: RunImport[] = [];
  let all = 0;
  for (const source of trackers) {
    const body = { source, skipArtifacts: true };
    let read = 0;
    const onRun = (runs: number): void => {
      read = runs;
      if (runs % PROGRESS_RUNS === 0) progress(`${runs} runs`);
    };
    try {
      const result = await answerFromState(
        { programmeDir: out, env, now },
        {
          local: (store) =>
            importRuns(store, body, {
              nowMs: now().getTime(),
              token: env["MLFLOW_TRACKING_TOKEN"],
              timeoutMs: requestTimeoutMs(env),
              onRun,
            }),
          path: "/runs/import",
          body: { ...body, token: env["MLFLOW_TRACKING_TOKEN"] },
          isLong: true,
          creates: true,
          output: RunImport,
        },
      );
      imported.push(result);
      all += result.runs.found;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      all += read;
      const rest = commandLineIn(shownOut, ["runs", "import", source]);
      const kept = `; ${counted(read, "run")} read before that ${read === 1 ? "is" : "are"} kept, and ${rest} reads the rest`;
      skipped.push({ source, reason: `${error.message}${read === 0 ? "" : kept}` });
    }
  }
  return { imported, runs: all };
}

/** Imports bills into the ledger of the draft; a bill that cannot be read is skipped with its reason. */
async function importBills(
  { env, now }: Context,
  { out, bills, map, skipped }: { out: string; bills: readonly SourceFile[]; map: readonly string[]; skipped: Skipped },
): Promise<AuditImport["bills"]> {
  const imported: AuditImport["bills"] = [];
  for (const { path, name } of bills) {
    try {
      const bill = await billOfFile(path, map);
      const { billedTotal, currency } = await answerFromState(
        { programmeDir: out, env, now },
        {
          local: (store) => importBill(store, bill, { nowMs: now().getTime() }),
          path: `/bills/files/${encodeURIComponent(basename(path))}`,
          query: { map },
          file: path,
          output: BillImport,
          creates: true,
        },
      );
      imported.push({ file: name, billedTotal, currency });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      skipped.push({
        source: name,
        reason: error.hint === undefined ? error.message : `${error.message} (${error.hint})`,
      });
    }
  }
  return imported;
}
