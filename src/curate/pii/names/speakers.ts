import { fold } from "./fold.ts";

/** A line that begins with a label: its last word, and the text after it. */
const LABELLED = /^[ \t]*(?:[\p{L}][\p{L}_]{0,30}[ _-]){0,3}?(\p{L}{2,30}):[ \t]+(\S[^\n]{0,200})/gmu;

/** Words of a sentence: two in lower case in a row, or the end of one. */
const SPOKEN = /\p{Ll}{2,}[,;]? \p{Ll}{2,}|[.!?,](?:\s|$)/u;

/** Minimum number of lines of a speaker. */
const FEWEST = 2;

let last: { text: string; speakers: ReadonlySet<string> } | undefined;

/**
 * Labels of a conversation, folded: "Doctor" and "Patient" if several lines begin with them and at least half go on as
 * sentences do. What follows such a label is said, and not the name of the doctor. The result for the last text is
 * cached.
 */
export function speakersIn(text: string): ReadonlySet<string> {
  if (last?.text === text) return last.speakers;
  const lines = new Map<string, { all: number; spoken: number }>();
  for (const [, label, said] of text.matchAll(LABELLED)) {
    const key = fold(label!);
    const count = lines.get(key) ?? { all: 0, spoken: 0 };
    lines.set(key, { all: count.all + 1, spoken: count.spoken + (SPOKEN.test(said!) ? 1 : 0) });
  }
  const speakers = new Set<string>();
  for (const [key, { all, spoken }] of lines) if (all >= FEWEST && 2 * spoken >= all) speakers.add(key);
  last = { text, speakers };
  return speakers;
}
