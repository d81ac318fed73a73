/** A string somewhere in a row, and the way to it: field names and list positions from the row's top. */
export type TextSlot = { path: readonly (string | number)[]; text: string };

/** Fields whose strings are terms of the format, not text of anybody: a speaker, a kind of part, an id of a call. */
const TERMS: ReadonlySet<string> = new Set(["role", "from", "type", "id", "tool_call_id"]);

/**
 * Every text in a row in the order of its fields, however deep it stands: in messages, parts of content, arguments of
 * tool calls, plain fields. Names of speakers and of kinds inside lists are left out.
 *
 * @param only  top-level field to look in; all of them where left out
 */
export function textSlots(fields: Readonly<Record<string, unknown>>, only?: string): TextSlot[] {
  const slots: TextSlot[] = [];
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    if (typeof value === "string") slots.push({ path, text: value });
    else if (Array.isArray(value)) value.forEach((each, index) => walk(each, [...path, index]));
    else if (value !== null && typeof value === "object") {
      for (const [name, each] of Object.entries(value)) {
        if (path.length > 0 && typeof each === "string" && TERMS.has(name)) continue;
        walk(each, [...path, name]);
      }
    }
  };
  if (only === undefined) walk(fields, []);
  else walk(fields[only], [only]);
  return slots;
}

/** The row with other texts in some slots; what is not named stays the same object. */
export function withTexts(
  fields: Readonly<Record<string, unknown>>,
  texts: readonly TextSlot[],
): Readonly<Record<string, unknown>> {
  return texts.reduce((row, { path, text }) => replaced(row, path, text) as Record<string, unknown>, fields);
}

function replaced(value: unknown, path: readonly (string | number)[], text: string): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return text;
  if (Array.isArray(value)) return value.with(Number(head), replaced(value[Number(head)], rest, text));
  const fields = value as Record<string, unknown>;
  return { ...fields, [head]: replaced(fields[head], rest, text) };
}
