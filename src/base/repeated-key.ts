/**
 * The first duplicate key in an object of a JSON text; `JSON.parse` silently keeps the last value.
 *
 * @param text  valid JSON
 * @returns the key and the line of its second occurrence, or undefined
 */
export function repeatedKey(text: string): { key: string; line: number } | undefined {
  const open: (Set<string> | undefined)[] = []; // one entry per open bracket; undefined for a list
  const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;
  for (const match of text.matchAll(token)) {
    const [found, colon] = match;
    if (found === "{") open.push(new Set());
    else if (found === "[") open.push(undefined);
    else if (found === "}" || found === "]") open.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(found.slice(0, found.length - colon.length)) as string;
      const seen = open.at(-1)!;
      if (seen.has(key)) return { key, line: text.slice(0, match.index).split("\n").length };
      seen.add(key);
    }
  }
  return undefined;
}
