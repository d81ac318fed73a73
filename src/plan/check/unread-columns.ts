import { suggest } from "../../base/suggest.ts";

/** Maximum number of unread columns in a note. */
const SHOWN_COLUMNS = 12;

/** A note on the unused columns of a file, each with the column that may be meant; empty if all are used. */
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
