import type { ClassField } from "../../../domain/redact.ts";
import { rowText } from "../../rows/row-text.ts";
import type { TextSlot } from "../../rows/text-slots.ts";
import type { CuratedRow } from "../../stage.ts";
import type { Span } from "../span.ts";

/** Name under which the single answer of a row is counted, whatever its field is called. */
export const ANSWER = "answer";

/** Classes that redaction keeps although the recognisers find something in them. */
export type KeptClasses = {
  /** True for a text that is the class of a row. */
  isClass: (fields: CuratedRow["fields"], slot: TextSlot) => boolean;
  /** Spans of a text that lists the classes, as a prompt does, without those that are names of classes. */
  outsideList: (text: string, spans: readonly Span[]) => readonly Span[];
};

/** Share of the classes that a text names if it lists them. */
const LISTED = 0.75;

/** Prepares the classes of a decision; undefined if redaction would leave all of them as they are. */
export function keptClasses(fields: readonly ClassField[]): KeptClasses | undefined {
  const found = fields.filter(({ classes }) => classes.some(({ entity, isKept }) => entity !== null && isKept));
  if (found.length === 0) return undefined;
  const kept = new Map(
    found.map(({ field, classes }) => [field, new Set(classes.filter(({ isKept }) => isKept).map(({ name }) => name))]),
  );
  const lists = found.map(({ classes }) => classes.map(({ name }) => name.toLowerCase()));
  return {
    isClass: (row, { path, text }) => {
      const value = text.trim();
      if (kept.get(String(path[0]))?.has(value) === true) return true;
      if (kept.get(ANSWER)?.has(value) !== true) return false;
      const read = rowText(row);
      const answer = read.problem === undefined ? read.answer : undefined;
      return answer?.text.trim() === value && (path.length > 1 || String(path[0]).toLowerCase() === answer.field);
    },
    outsideList: (text, spans) => {
      if (spans.length === 0) return spans;
      const lower = text.toLowerCase();
      const own = lists.filter((names) => {
        const isHere = spans.some(({ start, end }) => names.includes(lower.slice(start, end)));
        return isHere && names.filter((name) => lower.includes(name)).length >= Math.max(2, LISTED * names.length);
      });
      return own.length === 0
        ? spans
        : spans.filter(({ start, end }) => !own.some((names) => names.includes(lower.slice(start, end))));
    },
  };
}
