import { suggest } from "../../base/suggest.ts";

/** Unread columns that a note names. */
const SHOWN_COLUMNS = 12;

/** A sentence on the columns of a file that nothing reads, each with the one that may be meant; none where all are read. */
export function unreadNote(columns: readonly string[], known: readonly string[]): string[] {
  const read = new Set(known);
  const free = known.filter((name) => !columns.includes(name));
  const unread = columns.filter((name) => !read.has(name));
  if (unread.length === 0) return [];
  const named = unread.slice(0, SHOWN_COLUMNS).map((name) => {
    const [near] = suggest(name, free, 1);
    return near === undefined ? name : `${name} (did you mean ${near}?)`;
  });
  const more = unread.length - named.length;
  return [`columns that are not read: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`];
}
