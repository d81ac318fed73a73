import { posix } from "node:path";

import { invalid } from "./track-failure.ts";

/** Limits of MLflow's server, in characters. @source mlflow 3.11 utils/validation.py */
export const LIMITS = {
  key: 250,
  paramValue: 6000,
  tagValue: 8000,
  experimentName: 500,
  experimentTagValue: 5000,
  batchMetrics: 1000,
  batchParams: 100,
  batchTags: 100,
  batchEntities: 1000,
  batchBytes: 1_000_000,
} as const;

// Python's \w: letters and digits of any script, and marks and numerals
const KEY = /^[/\p{L}\p{N}\p{Mn}\p{Mc}_.\- :]*$/u;

const CHARACTERS =
  "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).";

/**
 * Checks the key of a metric, param or tag, which some clients use as a file name.
 *
 * @param path its location in the request, for the message
 * @throws TrackFailure INVALID_PARAMETER_VALUE
 */
export function checkKey(key: string, path: string): void {
  if (!KEY.test(key))
    throw invalid(`Invalid value ${JSON.stringify(key)} for parameter '${path}' supplied: ${CHARACTERS}`);
  const normal = posix.normalize(key);
  // Python's normpath also removes a trailing slash
  if (normal !== key || key.endsWith("/") || key === "." || key.startsWith("..") || key.startsWith("/")) {
    throw invalid(
      `Invalid value ${JSON.stringify(key)} for parameter '${path}' supplied: Names may be treated as files in certain ` +
        `cases, and must not resolve to other names when treated as such. This name would resolve to '${normal.replace(/(.)\/$/, "$1")}'`,
    );
  }
  checkLength(key, path, LIMITS.key);
}

/** Prefix of the keys of cost metrics that the server computes, which no client may log. */
export const COST_PREFIX = "cost.";

/**
 * Checks the key of a metric like {@link checkKey}. Keys of computed metrics are refused.
 *
 * @throws TrackFailure INVALID_PARAMETER_VALUE
 */
export function checkMetricKey(key: string, path: string): void {
  if (key.startsWith(COST_PREFIX)) {
    throw invalid(
      `Invalid value ${JSON.stringify(key)} for parameter '${path}' supplied: keys that begin with '${COST_PREFIX}' are ` +
        "computed by the server from time and prices",
      "log it under another key, such as client_cost.usd",
    );
  }
  checkKey(key, path);
}

/** @throws TrackFailure INVALID_PARAMETER_VALUE if a text is longer than `limit` characters */
export function checkLength(text: string, path: string, limit: number): void {
  if (lengthOf(text) > limit) throw invalid(`'${path}' exceeds the maximum length of ${limit} characters`);
}

/** Text truncated to `limit` characters, as MLflow does with values by default. */
export function truncated(text: string, limit: number): string {
  return text.length <= limit ? text : Array.from(text).slice(0, limit).join("");
}

/** Number of characters as counted by Python. */
function lengthOf(text: string): number {
  return text.length <= LIMITS.key ? text.length : Array.from(text).length;
}
