import { randomUUID } from "node:crypto";

import { parseExactJson, writeExactJson } from "../../base/exact-json.ts";
import type { Db, Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { invalid, TrackFailure } from "../track-failure.ts";
import type { Redact } from "./redact.ts";
import { traceNumber } from "./trace-number.ts";

/** A statement about a trace: feedback on its answer, or the expected answer. */
export type Assessment = Omit<Row<"assessments">, "trace_no"> & { trace_id: string };

/** A value of an assessment: any JSON, or the error that was returned instead. */
export type AssessmentValue = { kind: Assessment["kind"]; value: unknown; error: unknown };

/** A new assessment. */
export type NewAssessment = AssessmentValue & {
  traceId: string;
  name: string;
  sourceType: string;
  sourceId: string | null;
  spanId: string | null;
  rationale: string | null;
  metadata: Readonly<Record<string, string>>;
  overrides: string | null;
};

/** Fields to change. Undefined fields are unchanged. */
export type AssessmentChange = {
  name?: string | undefined;
  value?: AssessmentValue | undefined;
  rationale?: string | undefined;
  metadata?: Readonly<Record<string, string>> | undefined;
};

/** Maximum length of a name. @source mlflow 3.11 dbmodels/models.py, SqlAssessments */
const LONGEST_NAME = 250;

/**
 * Stores an assessment of a trace with its texts redacted. An assessment that replaces another one invalidates it.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST (the trace, or the replaced one), INVALID_PARAMETER_VALUE
 */
export async function createAssessment(
  store: Store,
  wanted: NewAssessment,
  { redact, nowMs }: { redact: Redact; nowMs: number },
): Promise<Assessment> {
  const { traceId, overrides } = wanted;
  const assessment_id = `a-${randomUUID().replaceAll("-", "")}`;
  const texts = {
    ...(await storedValue(wanted, redact)),
    rationale: wanted.rationale === null ? null : await redact(wanted.rationale),
    metadata: await redact(JSON.stringify(wanted.metadata)),
  };
  return store.write(async (db) => {
    const trace_no = await traceNumber(db, traceId);
    if (overrides !== null) {
      await find(db, { traceId, trace_no, assessment_id: overrides });
      await setValid(db, { trace_no, assessment_id: overrides }, 0);
    }
    const row: Row<"assessments"> = {
      trace_no,
      assessment_id,
      name: checkedName(wanted.name),
      ...texts,
      source_type: wanted.sourceType,
      source_id: wanted.sourceId,
      span_id: wanted.spanId,
      overrides,
      is_valid: 1,
      created_ms: nowMs,
      updated_ms: nowMs,
    };
    await db.insertInto("assessments").values(row).execute();
    return { ...row, trace_id: traceId };
  });
}

/** One assessment. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function getAssessment(
  { db }: Pick<Store, "db">,
  traceId: string,
  assessment_id: string,
): Promise<Assessment> {
  const trace_no = await traceNumber(db, traceId);
  return find(db, { traceId, trace_no, assessment_id });
}

/**
 * Changes an assessment: its metadata is merged, its source and its span are unchanged.
 *
 * @throws TrackFailure RESOURCE_DOES_NOT_EXIST; INVALID_PARAMETER_VALUE for the value of another kind
 */
export async function updateAssessment(
  store: Store,
  { traceId, assessmentId, change }: { traceId: string; assessmentId: string; change: AssessmentChange },
  { redact, nowMs }: { redact: Redact; nowMs: number },
): Promise<Assessment> {
  const texts = {
    ...(change.value === undefined ? {} : await storedValue(change.value, redact)),
    ...(change.rationale === undefined ? {} : { rationale: await redact(change.rationale) }),
  };
  const metadata = JSON.parse(await redact(JSON.stringify(change.metadata ?? {}))) as Record<string, string>;
  return store.write(async (db) => {
    const trace_no = await traceNumber(db, traceId);
    const old = await find(db, { traceId, trace_no, assessment_id: assessmentId });
    if (change.value !== undefined && change.value.kind !== old.kind) {
      throw invalid(
        old.kind === "feedback"
          ? "Cannot update expectation value on a Feedback assessment."
          : "Cannot update feedback value on an Expectation assessment.",
      );
    }
    const changed = {
      ...(change.name === undefined ? {} : { name: checkedName(change.name) }),
      ...texts,
      metadata: JSON.stringify({ ...(JSON.parse(old.metadata) as Record<string, string>), ...metadata }),
      updated_ms: nowMs,
    };
    const key = { trace_no, assessment_id: assessmentId };
    await keyed(db.updateTable("assessments").set(changed), key).execute();
    return { ...old, ...changed };
  });
}

/** Deletes an assessment. The one that it replaced becomes valid again. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function deleteAssessment(store: Store, traceId: string, assessment_id: string): Promise<void> {
  await store.write(async (db) => {
    const trace_no = await traceNumber(db, traceId);
    const { overrides } = await find(db, { traceId, trace_no, assessment_id });
    await keyed(db.deleteFrom("assessments"), { trace_no, assessment_id }).execute();
    if (overrides !== null) await setValid(db, { trace_no, assessment_id: overrides }, 1);
  });
}

/** Assessments of traces, oldest first, by trace number. */
export async function assessmentsOf(
  db: Db,
  traces: readonly { trace_no: number; trace_id: string }[],
): Promise<ReadonlyMap<number, Assessment[]>> {
  const rows = await db
    .selectFrom("assessments")
    .selectAll()
    .where(
      "trace_no",
      "in",
      traces.map(({ trace_no }) => trace_no),
    )
    .orderBy("created_ms")
    .orderBy("assessment_id")
    .execute();
  const ids = new Map(traces.map(({ trace_no, trace_id }) => [trace_no, trace_id]));
  const found = new Map<number, Assessment[]>();
  for (const { trace_no, ...row } of rows) {
    const own = found.get(trace_no) ?? [];
    own.push({ ...row, trace_id: ids.get(trace_no)! });
    found.set(trace_no, own);
  }
  return found;
}

type Key = { trace_no: number; assessment_id: string };

function keyed<Query extends { where(column: keyof Key, operator: "=", value: string | number): Query }>(
  query: Query,
  { trace_no, assessment_id }: Key,
): Query {
  return query.where("trace_no", "=", trace_no).where("assessment_id", "=", assessment_id);
}

async function find(db: Db, { traceId, trace_no, assessment_id }: Key & { traceId: string }): Promise<Assessment> {
  const found = await keyed(db.selectFrom("assessments").selectAll(), { trace_no, assessment_id }).executeTakeFirst();
  if (found !== undefined) return { ...found, trace_id: traceId };
  throw new TrackFailure(
    "RESOURCE_DOES_NOT_EXIST",
    `Assessment with ID '${assessment_id}' not found for trace '${traceId}'`,
  );
}

async function setValid(db: Db, key: Key, is_valid: 0 | 1): Promise<void> {
  await keyed(db.updateTable("assessments").set({ is_valid }), key).execute();
}

function checkedName(name: string): string {
  if (name === "" || name.length > LONGEST_NAME) {
    throw invalid(`The name of an assessment must have 1 to ${LONGEST_NAME} characters.`);
  }
  return name;
}

async function storedValue(
  { kind, value, error }: AssessmentValue,
  redact: Redact,
): Promise<Pick<Assessment, "kind" | "value" | "number_value" | "error">> {
  const json = writeExactJson(value ?? null);
  return {
    kind,
    value: typeof value === "object" || typeof value === "string" ? await redact(json) : json, // redacted digits are not JSON
    number_value: typeof value === "number" && Number.isFinite(value) ? value : null,
    error: error === null || error === undefined ? null : await redact(writeExactJson(error)),
  };
}

/** The value of a stored assessment. */
export function assessmentValue({ value }: Pick<Assessment, "value">): unknown {
  return parseExactJson(value);
}
