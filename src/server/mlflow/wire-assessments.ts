import { parseExactJson, writeExactJson } from "../../base/exact-json.ts";
import { invalid } from "../../track/track-failure.ts";
import {
  type Assessment,
  type AssessmentChange,
  type AssessmentValue,
  assessmentValue,
  type NewAssessment,
} from "../../track/traces/assessments.ts";
import { optional, readFields, required } from "./fields.ts";

const VALUES = { feedback: optional("object"), expectation: optional("object") } as const;

const FIELDS = {
  assessment_name: required("text"),
  trace_id: optional("text"),
  source: required("object"),
  span_id: optional("text"),
  rationale: optional("text"),
  metadata: optional("object"),
  overrides: optional("text"),
  ...VALUES,
} as const;

/** Marks a value that protobuf cannot represent directly: an object, or null. */
const JSON_FORMAT = "JSON_FORMAT";

/** Reads a new assessment as MLflow's client sends it. @throws TrackFailure INVALID_PARAMETER_VALUE */
export function readAssessment(traceId: string, raw: Record<string, unknown>): NewAssessment {
  const fields = readFields(raw, FIELDS, "assessment.");
  const source = readFields(
    fields.source,
    { source_type: required("text"), source_id: optional("text") },
    "assessment.source.",
  );
  const value = readValue(fields);
  if (value === undefined) throw invalid("An assessment must have a feedback or an expectation.");
  return {
    ...value,
    traceId,
    name: fields.assessment_name,
    sourceType: source.source_type,
    sourceId: source.source_id ?? null,
    spanId: fields.span_id ?? null,
    rationale: fields.rationale ?? null,
    metadata: textsOf(fields.metadata),
    overrides: fields.overrides ?? null,
  };
}

/** Reads a change: the fields named by the mask. @throws TrackFailure INVALID_PARAMETER_VALUE */
export function readChange(raw: Record<string, unknown>, mask: string): AssessmentChange {
  const paths = mask.split(",").map((path) => path.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  const fields = readFields(
    Object.fromEntries(Object.entries(raw).filter(([name]) => paths.includes(name))),
    { assessment_name: optional("text"), rationale: optional("text"), metadata: optional("object"), ...VALUES },
    "assessment.",
  );
  return {
    name: fields.assessment_name,
    rationale: fields.rationale,
    metadata: fields.metadata === undefined ? undefined : textsOf(fields.metadata),
    value: readValue(fields),
  };
}

function readValue({
  feedback,
  expectation,
}: {
  feedback?: Record<string, unknown> | undefined;
  expectation?: Record<string, unknown> | undefined;
}): AssessmentValue | undefined {
  if (feedback !== undefined && expectation !== undefined) {
    throw invalid("Cannot specify both `expectation` and `feedback` parameters.");
  }
  if (feedback !== undefined) {
    return { kind: "feedback", value: feedback["value"] ?? null, error: feedback["error"] ?? null };
  }
  if (expectation === undefined) return undefined;
  return { kind: "expectation", value: expectedValue(expectation), error: null };
}

function expectedValue({ value, serialized_value: given }: Record<string, unknown>): unknown {
  if (given === undefined || given === null) return value ?? null;
  const serialized = readFields(
    given as Record<string, unknown>,
    { value: required("text"), serialization_format: optional("text") },
    "assessment.expectation.serialized_value.",
  );
  try {
    return parseExactJson(serialized.value);
  } catch {
    throw invalid("The value of an expectation must be JSON.");
  }
}

function textsOf(object: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
  );
}

/** An assessment as MLflow sends it. */
export function wireAssessment(assessment: Assessment): object {
  const metadata = JSON.parse(assessment.metadata) as Record<string, string>;
  return {
    assessment_id: assessment.assessment_id,
    assessment_name: assessment.name,
    trace_id: assessment.trace_id,
    ...(assessment.span_id === null ? {} : { span_id: assessment.span_id }),
    source: {
      source_type: assessment.source_type,
      ...(assessment.source_id === null ? {} : { source_id: assessment.source_id }),
    },
    create_time: new Date(assessment.created_ms).toISOString(),
    last_update_time: new Date(assessment.updated_ms).toISOString(),
    ...wireValue(assessment),
    ...(assessment.rationale === null ? {} : { rationale: assessment.rationale }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(assessment.overrides === null ? {} : { overrides: assessment.overrides }),
    valid: assessment.is_valid === 1,
  };
}

function wireValue(assessment: Assessment): object {
  const value = assessmentValue(assessment);
  if (assessment.kind === "feedback") {
    const error = assessment.error === null ? {} : { error: parseExactJson(assessment.error) };
    return { feedback: { value, ...error } };
  }
  const isPlain = value !== null && (typeof value !== "object" || (Array.isArray(value) && value.every(isText)));
  return {
    expectation: isPlain
      ? { value }
      : { serialized_value: { serialization_format: JSON_FORMAT, value: writeExactJson(value) } },
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
