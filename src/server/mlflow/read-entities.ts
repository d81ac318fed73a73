import type { Int64 } from "../../base/int64.ts";
import type { DatasetInput } from "../../track/inputs.ts";
import type { KeyValue } from "../../track/key-value.ts";
import { checkKey, checkLength, checkMetricKey, LIMITS } from "../../track/names.ts";
import type { MetricPoint } from "../../track/points.ts";
import { invalid } from "../../track/track-failure.ts";
import { optional, readFields, required } from "./fields.ts";

type Objects = readonly Record<string, unknown>[] | undefined;

const PAIR = { key: required("text"), value: optional("text") } as const;
const POINT = {
  key: required("text"),
  value: required("float"),
  timestamp: required("int"),
  step: optional("int"),
  model_id: optional("text"),
  dataset_name: optional("text"),
  dataset_digest: optional("text"),
} as const;
const DATASET = {
  name: required("text"),
  digest: required("text"),
  source_type: required("text"),
  source: required("text"),
  schema: optional("text"),
  profile: optional("text"),
} as const;

/** Limits of a dataset, in characters. @source mlflow 3.11 utils/validation.py */
const DATASET_LIMITS = { name: 500, digest: 36, schema: 1_048_575, source: 65_535, profile: 16_777_215 } as const;

/** Tags of a request. @throws TrackFailure INVALID_PARAMETER_VALUE */
export function readTags(objects: Objects, name = "tags"): KeyValue[] {
  return (objects ?? []).map((object, index) => {
    const { key, value } = readFields(object, PAIR, `${name}[${index}].`);
    checkKey(key, `${name}[${index}].key`);
    return { key, value: value ?? "" };
  });
}

/** Params of a request. @throws TrackFailure INVALID_PARAMETER_VALUE */
export function readParams(objects: Objects): KeyValue[] {
  return readTags(objects, "params");
}

/** Points of a request. @throws TrackFailure INVALID_PARAMETER_VALUE */
export function readPoints(objects: Objects): MetricPoint[] {
  const known = new Set<string>(); // a batch holds one key many times
  return (objects ?? []).map((object, index) => {
    const point = readPoint(object, `metrics[${index}].`);
    if (!known.has(point.key)) checkMetricKey(point.key, `metrics[${index}].name`);
    known.add(point.key);
    return point;
  });
}

/** One point, its key not yet checked. @throws TrackFailure INVALID_PARAMETER_VALUE */
export function readPoint(object: Readonly<Record<string, unknown>>, path: string): MetricPoint {
  const { key, value, timestamp, step, ...model } = readFields(object, POINT, path);
  if (timestamp < 0) {
    throw invalid(
      `Invalid value ${timestamp} for parameter '${path}timestamp' supplied: metric '${key}' (value=${value}). ` +
        "Timestamp must be a nonnegative long (64-bit integer)",
    );
  }
  const point = { key, value, timestamp, step: step ?? 0 };
  if (!model.model_id) return point;
  const { model_id: modelId, dataset_name: datasetName = "", dataset_digest: datasetDigest = "" } = model;
  return { ...point, of: { modelId, datasetName, datasetDigest } };
}

/** Datasets of a request. @throws TrackFailure INVALID_PARAMETER_VALUE */
export function readDatasets(objects: Objects): DatasetInput[] {
  return (objects ?? []).map((object, index) => {
    const path = `datasets[${index}].`;
    const { tags, dataset } = readFields(object, { tags: optional("list"), dataset: required("object") }, path);
    const { source_type, schema = null, profile = null, ...rest } = readFields(dataset, DATASET, `${path}dataset.`);
    for (const [name, limit] of Object.entries(DATASET_LIMITS)) {
      const text = { ...rest, schema, profile }[name as keyof typeof DATASET_LIMITS];
      if (text !== null && text.length > limit) checkLength(text, `${path}dataset.${name}`, limit);
    }
    return { ...rest, sourceType: source_type, schema, profile, tags: readTags(tags, `${path}tags`) };
  });
}

/** @throws TrackFailure INVALID_PARAMETER_VALUE if the batch is too large */
export function checkBatchSizes(counts: { metrics: number; params: number; tags: number; bytes: number }): void {
  if (counts.bytes > LIMITS.batchBytes) {
    throw invalid(
      `Batched logging API requests must be at most ${LIMITS.batchBytes} bytes, got a request of size ${counts.bytes}.`,
    );
  }
  checkCount("metrics", LIMITS.batchMetrics, counts.metrics);
  checkCount("params", LIMITS.batchParams, counts.params);
  checkCount("tags", LIMITS.batchTags, counts.tags);
  checkCount("metrics, params, and tags", LIMITS.batchEntities, counts.metrics + counts.params + counts.tags);
}

function checkCount(name: string, limit: number, count: number): void {
  if (count <= limit) return;
  throw invalid(
    `A batch logging request can contain at most ${limit} ${name}. Got ${count} ${name}. Please split up ${name} ` +
      "across multiple requests and try again.",
  );
}

/** @throws TrackFailure INVALID_PARAMETER_VALUE if two params have the same key */
export function checkUniqueParams(params: readonly KeyValue[]): void {
  const seen = new Set<string>();
  const twice = params.filter(({ key }) => seen.size === seen.add(key).size).map(({ key }) => `'${key}'`);
  if (twice.length === 0) return;
  throw invalid(
    `Duplicate parameter keys have been submitted: [${twice.join(", ")}]. Please ensure the request contains only one ` +
      "param value per param key.",
  );
}

/** Logged models of a request, with the step that each belongs to. @throws TrackFailure INVALID_PARAMETER_VALUE */
export function readModels(objects: Objects): { modelId: string; step: Int64 }[] {
  return (objects ?? []).map((object, index) => {
    const fields = { model_id: required("text"), step: optional("int") } as const;
    const { model_id, step } = readFields(object, fields, `models[${index}].`);
    return { modelId: model_id, step: step ?? 0 };
  });
}
