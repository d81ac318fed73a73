/** Whether a name matches, and the error in the search, if any. */
export type ChartSearch = { isWanted: (name: string) => boolean; problem: string | undefined };

/** Parses a search for charts: a regular expression, ignoring case. One that does not parse is searched as text. */
export function chartSearch(text: string): ChartSearch {
  try {
    const pattern = new RegExp(text, "i");
    return { isWanted: (name) => pattern.test(name), problem: undefined };
  } catch {
    const wanted = text.toLowerCase();
    return {
      isWanted: (name) => name.toLowerCase().includes(wanted),
      problem: "Not a valid regular expression: searched as text.",
    };
  }
}
