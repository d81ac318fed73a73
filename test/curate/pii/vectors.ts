import { readFileSync } from "node:fs";

import { recognise } from "../../../src/curate/pii/recognisers/recognise.ts";
import { RECOGNISERS } from "../../../src/curate/pii/recognisers/registry.ts";
import type { Recogniser } from "../../../src/curate/pii/recognisers/recogniser.ts";

type Range = readonly [low: number | string, high: number | string];

/** One line of the published vectors: parameters of Presidio's tests, under the names that each test gave them. */
export type Vector = {
  file: string;
  test: string;
  recognizer: string;
  text?: string;
  iban?: string;
  number?: string;
  leniency?: 0 | 1 | 2 | 3;
  expected?: boolean | string | null;
  expected_len?: number | null;
  expected_positions?: [number, number][];
  expected_res?: [number, number][];
  expected_position?: [number, number] | [] | [number, number][];
  expected_start?: number;
  expected_end?: number;
  expected_score_ranges?: Range[];
  expected_scores?: number[];
  expected_score?: number | [];
  score?: number;
};

/** Entities whose name is not that of the test's file. */
const ENTITIES: Readonly<Record<string, string>> = {
  aba_routing: "ABA_ROUTING_NUMBER",
  certificate_number: "MEDICAL_LICENSE",
  date: "DATE_TIME",
  email: "EMAIL_ADDRESS",
  iban: "IBAN_CODE",
  ip: "IP_ADDRESS",
  mac: "MAC_ADDRESS",
  medical_license: "MEDICAL_LICENSE",
  phone: "PHONE_NUMBER",
  sg_fin: "SG_NRIC_FIN",
  us_bank: "US_BANK_NUMBER",
};

/** Reads a file of vectors. */
export function readVectors(path: string): Vector[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Vector);
}

/** The recogniser that a vector is about: the first of its entity, which is the one that Presidio has as well. */
export function recogniserOf({ file }: Vector): Recogniser | undefined {
  const name = file.replace(/^test_/, "").replace(/_recognizer\.py$/, "");
  const entity = ENTITIES[name] ?? name.toUpperCase();
  return RECOGNISERS.find((recogniser) => recogniser.entity === entity);
}

/** Reason why a vector does not pass with that recogniser alone, or undefined if it does. */
export function problemOf(vector: Vector): string | undefined {
  const recogniser = recogniserOf(vector);
  if (recogniser === undefined) return `no recogniser for ${vector.file}`;
  const isStrict = vector.test.includes("strict_mode");
  if (vector.number !== undefined) {
    const verdict = recogniser.validate?.(vector.number, isStrict) ?? null;
    return verdict === vector.expected ? undefined : `${vector.number}: the check says ${verdict}`;
  }
  const text = vector.text ?? vector.iban ?? "";
  const spans = recognise(text, {
    recognisers: [recogniser.name],
    minScore: 0,
    context: false,
    isStrict,
    phoneLeniency: vector.leniency,
    // The first of the telephone tests adds two regions to the default ones.
    phoneRegions: vector.test.includes("all_phones") ? "US GB DE FR IL IN CA BR JP CN".split(" ") : undefined,
  });
  const got = `${JSON.stringify(text)}: ${JSON.stringify(spans.map(({ start, end, score }) => [start, end, score]))}`;
  if (typeof vector.expected === "string") {
    const found = spans.map(({ start, end }) => text.slice(start, end).replaceAll(/[\s-]/g, ""));
    return found.join() === vector.expected ? undefined : got;
  }
  const places = placesOf(vector);
  if (spans.length !== (vector.expected_len ?? places.length)) return got;
  if (places.some(([start, end], index) => spans[index]?.start !== start || spans[index].end !== end)) return got;
  const ranges = rangesOf(vector);
  const isIn = ranges.every(([low, high], index) => {
    const score = spans[index]?.score ?? 0;
    return spans[index] === undefined || (number(low) - 1e-9 <= score && score <= number(high) + 1e-9);
  });
  return isIn ? undefined : got;
}

/** Expected spans; of some tests only the first, or none if only their number is known. */
function placesOf(vector: Vector): [number, number][] {
  const named = vector.expected_positions ?? vector.expected_res;
  if (named !== undefined) return named;
  if (vector.expected_start !== undefined) return [[vector.expected_start, vector.expected_end!]];
  const one = vector.expected_position;
  if (one === undefined || one.length === 0 || vector.expected_len === 0) return [];
  return typeof one[0] === "number" ? [one as [number, number]] : (one as [number, number][]);
}

function rangesOf(vector: Vector): readonly Range[] {
  if (vector.expected_score_ranges !== undefined) return vector.expected_score_ranges;
  if (vector.expected_scores !== undefined) return vector.expected_scores.map((score) => [score, score]);
  const one = vector.expected_score ?? vector.score;
  return typeof one === "number" ? [[one, one]] : [];
}

function number(bound: number | string): number {
  return bound === "max" ? 1 : Number(bound);
}
