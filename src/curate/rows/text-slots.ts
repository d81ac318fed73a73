/** A string in a row, and its path: field names and list indexes from the top of the row. */
export type TextSlot = { path: readonly (string | number)[]; text: string };

/** Fields of a message whose strings are terms of the format instead of text: a speaker, an id of a call. */
const MESSAGE_TERMS: ReadonlySet<string> = new Set(["role", "from", "type", "id", "tool_call_id"]);

/** Fields of a part of a message, an item of its content or its tool calls, whose strings are terms. */
const PART_TERMS: ReadonlySet<string> = new Set(["type", "id", "tool_call_id"]);

/** Form of a term: one plain word with a letter in it, so that addresses and bare numbers do not count. */
const TERM = /^(?=.*[A-Za-z])[\w.-]{1,64}$/;

/** Role of an object in the format: an item of a list of messages, a part of such an item, or neither. */
type Kind = "message" | "part" | undefined;

/**
 * Every text in a row in the order of its fields, at any depth: in messages, parts of content, arguments of tool calls,
 * plain fields. Speakers, kinds and ids of messages and their parts are omitted; fields with these names elsewhere are
 * texts.
 *
 * @param only top-level field to search; default: all of them
 */
export function textSlots(fields: Readonly<Record<string, unknown>>, only?: string): TextSlot[] {
  const slots: TextSlot[] = [];
  const walk = (value: unknown, path: readonly (string | number)[], kind: Kind): void => {
    if (typeof value === "string") slots.push({ path, text: value });
    else if (Array.isArray(value)) {
      value.forEach((element, index) =>
        walk(element, [...path, index], kind ?? (isMessage(element) ? "message" : undefined)),
      );
    } else if (value !== null && typeof value === "object") {
      const terms = kind === "message" ? MESSAGE_TERMS : kind === "part" ? PART_TERMS : undefined;
      for (const [name, inner] of Object.entries(value)) {
        if (typeof inner === "string" && terms?.has(name) === true && TERM.test(inner)) continue;
        walk(inner, [...path, name], kind === "message" && Array.isArray(inner) ? "part" : undefined);
      }
    }
  };
  if (only === undefined) walk(fields, [], undefined);
  else walk(fields[only], [only], undefined);
  return slots;
}

/** True for an item of a list of messages, by OpenAI's fields or those of ShareGPT. */
function isMessage(value: unknown): boolean {
  if (value === null || typeof value !== "object") return false;
  return "role" in value ? "content" in value || "tool_calls" in value : "from" in value && "value" in value;
}

/** Every value in a row: strings, including terms, numbers, and names of fields. */
export function shownValues(fields: Readonly<Record<string, unknown>>): (string | number | bigint)[] {
  const values: (string | number | bigint)[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") values.push(value);
    else if (Array.isArray(value)) value.forEach(walk);
    else if (value !== null && typeof value === "object") {
      for (const [name, inner] of Object.entries(value)) {
        values.push(name);
        walk(inner);
      }
    }
  };
  walk(fields);
  return values;
}

/** Texts by the next step of their paths; at the end of a path, the text itself. */
type Branch = Map<string | number, Branch | string>;

/**
 * The row with replaced texts in some slots; unchanged parts are shared with the original. Each changed object is
 * copied once.
 */
export function withTexts(
  fields: Readonly<Record<string, unknown>>,
  texts: readonly TextSlot[],
): Readonly<Record<string, unknown>> {
  if (texts.length === 0) return fields;
  const top: Branch = new Map();
  for (const { path, text } of texts) {
    let branch = top;
    for (const step of path.slice(0, -1)) {
      let next = branch.get(step);
      if (!(next instanceof Map)) branch.set(step, (next = new Map() as Branch));
      branch = next;
    }
    branch.set(path.at(-1)!, text);
  }
  return replaced(fields, top) as Record<string, unknown>;
}

function replaced(value: unknown, branch: Branch | string): unknown {
  if (typeof branch === "string") return branch;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  for (const [step, next] of branch) copy[step] = replaced(copy[step], next);
  return copy;
}
