import { statSync } from "node:fs";

import { Failure } from "../../../base/failure.ts";
import { atomicFile, type AtomicFile, refuseSameFile } from "../../../base/atomic-file.ts";
import type { StageFinding } from "../../../domain/funnel.ts";
import type { PiiOperator, RedactedEntity, RedactResult } from "../../../domain/redact.ts";
import { hasField, fileMustHaveFields } from "../../pipeline/reading/named-fields.ts";
import { runStage, type StageRun } from "../../pipeline/reading/run-stage.ts";
import type { CuratedRow, DatasetStage, RowNote } from "../../stage.ts";
import { textSlots } from "../../rows/text-slots.ts";
import { readDecision, type RedactDecision, redactFindings, redactStage } from "../redact-stage.ts";
import { redactPool, usefulThreads } from "./redact-pool.ts";
import { profileFacts, unmetBy } from "./profiles.ts";
import type { RedactSetup } from "./redact-row.ts";
import { REDACT_STOPS } from "./redact-stops.ts";

/** Samples of each entity in the result. */
const SAMPLES = 3;

/** Characters around a weak span in the review file. */
const AROUND = 40;

/** Content of the stage's notes. */
type PiiNote = {
  spans: { type: string; operator: PiiOperator; masked: string }[];
  review: { path: (string | number)[]; start: number; end: number; type: string; score: number }[];
  leaks: { foundAgain: number; valuesLeft: number };
};

/** Output files, and how files are read. */
export type RedactRun = Omit<StageRun<RedactSetup>, "options" | "onResult"> & {
  /** File of weak spans for manual review. */
  review?: string | undefined;
  /** Asks for confirmation if a fact about the rows needs a decision; default: go on. */
  mayGoOn?: ((finding: StageFinding) => Promise<boolean>) | undefined;
  /** Number of threads; default: depends on the size of the files and the number of cores. */
  threads?: number | undefined;
};

/**
 * Redacts files, streaming, and counts rows by result, spans by entity with masked samples, and leaks. The review file
 * contains weak spans with the text around them, unmasked; only its owner may read it (mode 600).
 *
 * @throws Failure if a file cannot be read or written, none of its rows has a named field, or a name of a class needs a
 *   decision; nothing is written then
 */
export async function redactFiles(
  files: readonly string[],
  setup: RedactSetup,
  { review, threads, mayGoOn, ...run }: RedactRun,
): Promise<Omit<RedactResult, "out">> {
  const entities = new Map<string, RedactedEntity>();
  const leaks = { rows: 0, foundAgain: 0, valuesLeft: 0 };
  let [weak, rowsWithoutField] = [0, 0];
  const { textField, personField } = setup.options;
  const named = [textField, personField].filter((name) => name !== undefined);
  refuseSameFile([run.out, run.dropped, review], files);
  for (const file of files) await fileMustHaveFields(file, named, run.delimiter);
  const queue = review === undefined ? undefined : await atomicFile(review, 0o600);
  const useful =
    threads ??
    usefulThreads(
      files.reduce((sum, path) => sum + statSync(path).size, 0),
      setup,
    );
  const pool = useful === 0 ? undefined : redactPool(useful, setup);
  let facts: RedactDecision = { profile: setup.options.profile, classes: [], scripts: [] };
  const stage: DatasetStage<RedactSetup> = {
    ...redactStage,
    decide: async (summaries, options) => {
      const decision = await redactStage.decide(summaries, options);
      facts = readDecision(decision);
      await mustGoOn(facts, mayGoOn);
      return decision;
    },
    run:
      pool === undefined ? redactStage.run : (rows, options) => pool.run(rows, { ...options, classes: facts.classes }),
  };
  try {
    const { funnel } = await runStage(stage, files, {
      ...run,
      options: setup,
      onResult: async ({ rows }, { notes }) => {
        if (textField !== undefined)
          rowsWithoutField += rows.filter(({ fields }) => !hasField(fields, textField)).length;
        const byId = new Map(rows.map((row) => [row.id, row]));
        for (const { id, note } of notes as (RowNote & { note: PiiNote })[]) {
          countEntities(entities, note);
          weak += note.review.length;
          if (note.leaks.foundAgain + note.leaks.valuesLeft > 0) leaks.rows += 1;
          leaks.foundAgain += note.leaks.foundAgain;
          leaks.valuesLeft += note.leaks.valuesLeft;
          if (queue !== undefined) await writeReview(queue, byId.get(id)!, note);
        }
      },
    });
    await queue?.commit();
    return {
      profile: setup.options.profile,
      keyId: setup.key?.id ?? null,
      funnel,
      entities: [...entities.values()].toSorted((a, b) => b.spans - a.spans || byName(a, b)),
      rowsWithoutField,
      review: { spans: weak, file: review ?? null },
      leaks,
      classes: facts.classes,
      scripts: facts.scripts,
      notSeen: [...unmetBy(setup.options).derived, ...profileFacts(setup.options.profile).notSeen],
    };
  } finally {
    await queue?.abort();
    await pool?.close();
  }
}

/** Asks for confirmation if a fact about the rows needs a decision. @throws Failure check_failed if it is refused */
async function mustGoOn(facts: RedactDecision, mayGoOn: RedactRun["mayGoOn"]): Promise<void> {
  const stop = redactFindings(facts).find(({ finding }) => finding in REDACT_STOPS);
  if (stop === undefined || (await mayGoOn?.(stop)) !== false) return;
  throw new Failure("check_failed", stop.detail, { hint: `${REDACT_STOPS[stop.finding]!}; --yes continues` });
}

/** Order by entity, then by operator: breaks ties between spans. */
function byName(a: RedactedEntity, b: RedactedEntity): number {
  const [left, right] = [`${a.entity} ${a.operator}`, `${b.entity} ${b.operator}`];
  return left < right ? -1 : 1;
}

/** Counts by entity and operator: the profile may keep some values of an entity and replace others. */
function countEntities(entities: Map<string, RedactedEntity>, { spans }: PiiNote): void {
  const inRow = new Set<string>();
  for (const { type, operator, masked } of spans) {
    const key = `${type} ${operator}`;
    const known = entities.get(key) ?? { entity: type, operator, spans: 0, rows: 0, samples: [] };
    entities.set(key, known);
    known.spans += 1;
    if (!inRow.has(key)) known.rows += 1;
    inRow.add(key);
    if (known.samples.length < SAMPLES && !known.samples.includes(masked)) known.samples.push(masked);
  }
}

async function writeReview(
  queue: AtomicFile,
  { id, source, line, fields }: CuratedRow,
  { review }: PiiNote,
): Promise<void> {
  if (review.length === 0) return;
  const texts = new Map(textSlots(fields).map(({ path, text }) => [path.join("\u0000"), text]));
  for (const { path, start, end, type, score } of review) {
    const text = texts.get(path.join("\u0000")) ?? "";
    const item = {
      id,
      source,
      line,
      path,
      start,
      end,
      type,
      score: Number(score.toFixed(2)),
      before: text.slice(Math.max(0, start - AROUND), start),
      text: text.slice(start, end),
      after: text.slice(end, end + AROUND),
    };
    await queue.write(`${JSON.stringify(item)}\n`);
  }
}
