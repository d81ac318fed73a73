import type { TrainedVersion } from "../../audit/facts.ts";
import { sha256 } from "../../base/hash.ts";
import { rowParts } from "../../curate/duplicates/row-parts.ts";
import { isDateOfBirth } from "../../curate/pii/recognisers/date-of-birth.ts";
import { recognise } from "../../curate/pii/recognisers/recognise.ts";
import { textSlots } from "../../curate/rows/text-slots.ts";

/** Maximum number of rows that are searched; the finding states if there are more. */
export const MOST_ROWS = 20_000;

/**
 * Lowest score of personal data that counts: patterns with a check or a word nearby, but no names. One object for all
 * rows, because `recognise` prepares its search once per object.
 */
const SEARCH = { minScore: 0.6 } as const;

/** Kinds that identify nobody by themselves. A profile may still replace them: HIPAA lists web addresses of a person. */
const IDENTIFY_NOBODY: ReadonlySet<string> = new Set(["URL"]);

/**
 * Minimum length of a test item that is searched for in the rows, in characters; a match of a shorter text is not
 * significant.
 */
export const SHORTEST_ITEM = 20;

/** Maximum number of rows with test items that are named. */
export const NAMED_ROWS = 10;

/** Domain names that are reserved for examples (RFC 2606) and belong to nobody. */
const RESERVED = /@(?:[\w-]+\.)*(?:example\.(?:com|net|org)|\w+\.(?:test|example|invalid))$/i;

/** Addresses, and numbers of orders or accounts with a letter before them. */
const IDENTIFIER = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+|#?\b[A-Z]{1,3}\d{5,}\b/g;

/** A row of a dataset file. */
export type Row = Readonly<Record<string, unknown>>;

/** An item of a test set that rows are compared with. */
export type TestItem = { set: string; item: number; id: string };

/** Result of a search of rows. */
export type SearchedRows = Pick<TrainedVersion, "searched" | "personalData" | "testRows" | "conflicts"> & {
  /** Rows in which every address has a domain name that is reserved for examples. */
  reservedRows: number;
  /** Identifiers of test items that occur in the rows. */
  identifiers: Set<string>;
  /** Texts of test items that occur in the rows. */
  hitKeys: Set<string>;
};

/**
 * Searches rows for personal data by pattern, for items of test sets verbatim, for prompts with two answers, and for
 * identifiers from the test items.
 *
 * @param items items by `words` of their text
 * @param wanted identifiers of test items
 */
export async function searchRows(
  rows: AsyncIterable<Row>,
  items: ReadonlyMap<string, TestItem>,
  wanted: ReadonlySet<string> = new Set(),
): Promise<SearchedRows> {
  const kinds = new Map<string, number>();
  const identifiers = new Set<string>();
  const hitKeys = new Set<string>();
  const testRows: TrainedVersion["testRows"]["first"][number][] = [];
  const conflicts = conflictFinder();
  let [searched, count, reservedRows] = [0, 0, 0];
  for await (const fields of rows) {
    if (searched === MOST_ROWS) break;
    searched += 1;
    conflicts.note(fields, searched);
    const texts = textSlots(fields).map(({ text }) => text);
    const found = personalDataIn(texts);
    for (const type of found.types) kinds.set(type, (kinds.get(type) ?? 0) + 1);
    if (found.isReserved) reservedRows += 1;
    if (wanted.size > 0) for (const name of identifiersIn(texts)) if (wanted.has(name)) identifiers.add(name);
    const hits = texts.map(words).filter((key) => items.has(key));
    for (const key of hits) hitKeys.add(key);
    if (hits.length === 0) continue;
    count += 1;
    const { set, item } = items.get(hits[0]!)!;
    if (testRows.length < NAMED_ROWS) testRows.push({ row: searched, set, item });
  }
  return {
    searched,
    personalData: [...kinds]
      .map(([entity, rows]) => ({ entity, rows }))
      .toSorted((a, b) => (a.entity < b.entity ? -1 : 1)),
    testRows: { count, first: testRows },
    conflicts: conflicts.found(),
    reservedRows,
    identifiers,
    hitKeys,
  };
}

function personalDataIn(texts: readonly string[]): { types: Set<string>; isReserved: boolean } {
  const types = new Set<string>();
  const addresses: string[] = [];
  for (const text of texts) {
    for (const { type, start, end } of recognise(text, SEARCH)) {
      if (IDENTIFY_NOBODY.has(type) || (type === "DATE_TIME" && !isDateOfBirth(text, start))) continue;
      types.add(type);
      if (type === "EMAIL_ADDRESS") addresses.push(text.slice(start, end));
    }
  }
  return { types, isReserved: addresses.length > 0 && addresses.every((address) => RESERVED.test(address)) };
}

/** Addresses and numbers in texts that identify one person, order or account. */
export function identifiersIn(texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap((text) => text.match(IDENTIFIER) ?? []));
}

/** Finds rows with the prompt of an earlier row and a different answer; both are shown by their text. */
function conflictFinder(): { note: (fields: Row, row: number) => void; found: () => TrainedVersion["conflicts"] } {
  const known = new Map<string, { row: number; answer: string }>();
  const first: TrainedVersion["conflicts"]["first"][number][] = [];
  let count = 0;
  return {
    note: (fields, row) => {
      const parts = rowParts(fields);
      if (parts === undefined || !("prompt" in parts) || !parts.hasOneAnswer) return;
      const [prompt, answer] = [sha256(parts.prompt.trim()), sha256(parts.answer.trim())];
      const earlier = known.get(prompt);
      if (earlier === undefined) known.set(prompt, { row, answer });
      else if (earlier.answer !== answer) {
        count += 1;
        if (first.length < NAMED_ROWS) first.push({ row, earlier: earlier.row });
      }
    },
    found: () => ({ count, first }),
  };
}

/** The words of a text, without case, punctuation and white space. */
export function words(text: string): string {
  return (
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join(" ") ?? ""
  );
}
