/**
 * What stands before and after the text of a chunk. Chunks of one answer are alike but for their text, so that the next
 * one need not be parsed: it has the same fields where only a plain string within its quotes differs.
 */
export type ChunkFrame = { before: string; after: string };

/** Characters that end a JSON string, or that it cannot hold as they are. */
// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these
const NOT_PLAIN = /["\\\u0000-\u001F]/;

/**
 * The frame of a chunk that was parsed, or undefined where its text is escaped or its field stands in it twice.
 *
 * @param data   JSON of the chunk
 * @param field  name of the field that holds its text
 * @param text   that text
 */
export function chunkFrame(data: string, field: string, text: string): ChunkFrame | undefined {
  const key = `"${field}":`;
  const at = data.indexOf(key);
  if (at === -1 || at !== data.lastIndexOf(key)) return undefined;
  const from = at + key.length + (data[at + key.length] === " " ? 1 : 0) + 1;
  const to = from + text.length;
  if (data[from - 1] !== '"' || data[to] !== '"' || NOT_PLAIN.test(text)) return undefined;
  return data.startsWith(text, from) ? { before: data.slice(0, from), after: data.slice(to) } : undefined;
}

/** True where a chunk has some text within the frame, and everything else as the chunk that the frame is of. */
export function fitsFrame({ before, after }: ChunkFrame, data: string): boolean {
  const [from, to] = [before.length, data.length - after.length];
  return to > from && data.startsWith(before) && data.endsWith(after) && !NOT_PLAIN.test(data.slice(from, to));
}
