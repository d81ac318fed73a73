import { mixedHash } from "../../base/hash.ts";
import { quantileSorted } from "../../base/quantile.ts";
import { Failure } from "../../base/failure.ts";
import type { WatchedRequest } from "../../domain/watch-import.ts";
import type { HardReason } from "../../domain/watch-queue.ts";
import { nearestDistances } from "../../watch/choose-hard-cases.ts";
import { hashedVector, vectorOf, vectorText } from "../../watch/hashed-vector.ts";
import { requestTexts } from "../traffic/request-lines.ts";
import { openUsage } from "../traffic/usage-rows.ts";

/** Share of the known prompts that count as far from the others. */
const FAR_SHARE = 0.01;

/** The vector of a request's prompt. */
export function vectorIn({ vector }: WatchedRequest): Float64Array {
  return vectorOf(vector);
}

/** Reasons why a request is a hard case; empty if it is not one. */
export function hardReasons(
  { isRefusal, feedback }: WatchedRequest,
  {
    hasFormat,
    isFar,
    isUnsupported,
    disagrees,
  }: { hasFormat: boolean; isFar: boolean; isUnsupported: boolean; disagrees: boolean },
): HardReason[] {
  return [
    ...(feedback === -1 ? (["negative-feedback"] as const) : []),
    ...(isRefusal ? (["refusal"] as const) : []),
    ...(hasFormat ? [] : (["wrong-format"] as const)),
    ...(isFar ? (["far-from-reference"] as const) : []),
    ...(isUnsupported ? (["unsupported"] as const) : []),
    ...(disagrees ? (["disagreement"] as const) : []),
  ];
}

/** Number of rows of the known set from which the threshold of distance is computed. */
const HELD_OUT = 500;

/** Returns a test of whether a vector is farther from the known ones than 99 % of those are from each other. */
export function farFrom(known: readonly Float64Array[]): (vector: Float64Array) => boolean {
  const held = known.filter((_, k) => k % 5 === 0).slice(0, HELD_OUT);
  const rest = known.filter((_, k) => k % 5 !== 0);
  if (held.length < 20 || rest.length === 0) return () => false;
  const limit = quantileSorted(
    nearestDistances(held, rest).toSorted((a, b) => a - b),
    1 - FAR_SHARE,
  );
  return (vector) => nearestDistances([vector], rest)[0]! > Math.max(limit, LEAST_FAR);
}

/** Distance below which no prompt counts as far: it differs only in wording. */
const LEAST_FAR = 0.15;

/** Vectors of the prompts of a dataset, in an order that does not depend on that of its rows. @throws Failure bad_input */
export async function trainingVectors({ path, shown }: { path: string; shown: string }): Promise<Float64Array[]> {
  const vectors: { order: number; vector: Float64Array }[] = [];
  const source = await openUsage(path, shown);
  for await (const row of source.rows) {
    if ("problem" in row) continue;
    const texts = requestTexts(row.fields, undefined);
    if (texts === null || texts.input === "") continue;
    vectors.push({ order: mixedHash(texts.input, 2), vector: vectorOf(vectorText(hashedVector(texts.input))) });
  }
  if (vectors.length === 0) {
    throw new Failure("bad_input", `${shown}: no row has a prompt`, { hint: "expected messages, prompt or input" });
  }
  return vectors.toSorted((a, b) => a.order - b.order).map(({ vector }) => vector);
}
