import type { DatasetFormat } from "../../domain/canonical-row.ts";
import { FORMATS } from "./formats.ts";
import type { Detection, Fields } from "./row-format.ts";

/** A possible format of a row. */
export type Candidate = Detection & { format: DatasetFormat };

/** The format of a row, and the alternatives. */
export type Detected = {
  /** The most likely format; undefined if none matches. */
  best: Candidate | undefined;
  /** Formats whose score is within a tenth of the best: the row is ambiguous. */
  rivals: Candidate[];
};

/** Smaller differences between scores are ignored. */
const MARGIN = 0.1;

/**
 * Recognises the format of a row by its fields, with reasons. The score is not a probability: 1 means that the fields
 * belong to this format and to no other.
 */
export function detectFormat(row: Fields): Detected {
  const found: Candidate[] = [];
  for (const { name, detect } of Object.values(FORMATS)) {
    const detection = detect(row);
    if (detection !== undefined) found.push({ format: name, ...detection });
  }
  const [best, ...rest] = found.toSorted((a, b) => b.score - a.score);
  return { best, rivals: best === undefined ? [] : rest.filter(({ score }) => best.score - score < MARGIN - 1e-9) };
}
