/** Whether a name is wanted, and what is wrong with the search, if anything. */
export type ChartSearch = { isWanted: (name: string) => boolean; problem: string | undefined };

/** Reads a search for charts: a regular expression, whatever the case. One that does not parse is searched as text. */
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
