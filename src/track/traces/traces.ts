import type { Db, Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { getExperiment } from "../experiments.ts";
import type { KeyValue } from "../key-value.ts";
import { TrackFailure } from "../track-failure.ts";
import { type Assessment, assessmentsOf } from "./assessments.ts";
import { setPair } from "./log-spans.ts";
import type { Redact } from "./redact.ts";
import { traceNumber } from "./trace-number.ts";

/** A trace with its data. */
export type Trace = Row<"traces"> & { tags: KeyValue[]; metadata: KeyValue[]; assessments: Assessment[] };

/** A trace as reported by a client. */
export type NewTrace = {
  traceId: string;
  experimentId: string;
  requestMs: number;
  durationMs: number;
  state: string;
  requestPreview: string | null;
  responsePreview: string | null;
  /** Id of the request in the client's own application. */
  clientRequestId: string | null;
  tags: readonly KeyValue[];
  metadata: readonly KeyValue[];
};

/** Metadata under which the client's own id of the request is stored; clients read it in a field of its own. */
export const CLIENT_REQUEST_ID = "tunewright.clientRequestId";

/** Metadata that contain the question and the answer. */
const CONTENT_KEYS = ["mlflow.traceInputs", "mlflow.traceOutputs"];

/** Stores a client's data about a trace with their texts redacted. Its spans may have been stored before. */
export async function startTrace(store: Store, wanted: NewTrace, redact: Redact): Promise<Trace> {
  const preview = async (text: string | null): Promise<string | null> => (text === null ? null : redact(text));
  const info = {
    request_ms: wanted.requestMs,
    state: wanted.state,
    request_preview: await preview(wanted.requestPreview),
    response_preview: await preview(wanted.responsePreview),
  };
  const metadata: KeyValue[] = [];
  for (const { key, value } of wanted.metadata) {
    metadata.push({ key, value: CONTENT_KEYS.includes(key) ? await redact(value) : value });
  }
  if (wanted.clientRequestId !== null) metadata.push({ key: CLIENT_REQUEST_ID, value: wanted.clientRequestId });
  return store.write(async (db) => {
    const { experiment_id } = await getExperiment({ db }, wanted.experimentId);
    const { trace_no } = await db
      .insertInto("traces")
      .values({ trace_id: wanted.traceId, experiment_id, duration_ms: wanted.durationMs, ...info })
      .onConflict((conflict) => conflict.column("trace_id").doUpdateSet(info))
      .returning("trace_no")
      .executeTakeFirstOrThrow();
    const location = `mlflow-artifacts:/${experiment_id}/traces/${wanted.traceId}/artifacts`;
    for (const tag of [...wanted.tags, { key: "mlflow.artifactLocation", value: location }]) {
      await setPair(db, "trace_tags", { trace_no, ...tag });
    }
    for (const pair of [...metadata, { key: "mlflow.trace.infoFinalized", value: "true" }]) {
      await setPair(db, "trace_metadata", { trace_no, ...pair });
    }
    return getTrace({ db }, wanted.traceId);
  });
}

/** One trace. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function getTrace({ db }: Pick<Store, "db">, traceId: string): Promise<Trace> {
  const found = await db.selectFrom("traces").selectAll().where("trace_id", "=", traceId).executeTakeFirst();
  if (found === undefined) throw new TrackFailure("RESOURCE_DOES_NOT_EXIST", `Trace with ID '${traceId}' not found`);
  return (await readTraces(db, [found]))[0]!;
}

/** Sets a tag of a trace. @throws TrackFailure RESOURCE_DOES_NOT_EXIST */
export async function setTraceTag(store: Store, traceId: string, tag: KeyValue): Promise<void> {
  await store.write(async (db) => {
    const trace_no = await traceNumber(db, traceId);
    await setPair(db, "trace_tags", { trace_no, ...tag });
  });
}

/** Removes a tag of a trace. @throws TrackFailure RESOURCE_DOES_NOT_EXIST for the trace, or the tag */
export async function removeTraceTag(store: Store, traceId: string, key: string): Promise<void> {
  await store.write(async (db) => {
    const trace_no = await traceNumber(db, traceId);
    const removed = await db
      .deleteFrom("trace_tags")
      .where("trace_no", "=", trace_no)
      .where("key", "=", key)
      .executeTakeFirst();
    if (removed.numDeletedRows === 0n) {
      throw new TrackFailure(
        "RESOURCE_DOES_NOT_EXIST",
        `No trace tag with key '${key}' for trace with ID '${traceId}'`,
      );
    }
  });
}

/** Spans of a trace, ordered by start. */
export async function spansOf({ db }: Pick<Store, "db">, traceNo: number): Promise<Row<"spans">[]> {
  return db
    .selectFrom("spans")
    .selectAll()
    .where("trace_no", "=", traceNo)
    .orderBy("start_ns")
    .orderBy("span_id")
    .execute();
}

/** Traces with their tags and metadata, in the given order. */
export async function readTraces(db: Db, rows: readonly Row<"traces">[]): Promise<Trace[]> {
  if (rows.length === 0) return [];
  const numbers = rows.map(({ trace_no }) => trace_no);
  const tags = await db.selectFrom("trace_tags").selectAll().where("trace_no", "in", numbers).orderBy("key").execute();
  const metadata = await db
    .selectFrom("trace_metadata")
    .selectAll()
    .where("trace_no", "in", numbers)
    .orderBy("key")
    .execute();
  const own = (pairs: readonly Row<"trace_tags">[], trace_no: number): KeyValue[] =>
    pairs.filter((pair) => pair.trace_no === trace_no).map(({ key, value }) => ({ key, value }));
  const assessments = await assessmentsOf(db, rows);
  return rows.map((row) => ({
    ...row,
    tags: own(tags, row.trace_no),
    metadata: own(metadata, row.trace_no),
    assessments: assessments.get(row.trace_no) ?? [],
  }));
}
