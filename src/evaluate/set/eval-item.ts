/** An item of a set: its row, and its known properties before anything is asked. */
export type EvalItem = {
  id: string;
  /** SHA-256 of the row, including its line feed. */
  sha256: string;
  row: Readonly<Record<string, unknown>>;
  slices: Readonly<Record<string, string>>;
  /** Undefined if items are independent. */
  cluster: string | undefined;
};

/** A row of a set file, before it is checked. */
export type SetRow = { place: string; sha256: string; row: Readonly<Record<string, unknown>> };

/** Problem of a row of a set. */
export type SetProblem = { place: string; message: string };

/** Options for reading rows as items. */
export type ItemFields = {
  id: string;
  slices: readonly string[];
  cluster?: string | undefined;
  /** Fields that every item must have and that must not be empty: the references of the scorers. */
  required: readonly string[];
};

/** Reads rows as items. Problems name the row; an item with a problem is not among the items. */
export function evalItems(rows: readonly SetRow[], fields: ItemFields): { items: EvalItem[]; problems: SetProblem[] } {
  const items: EvalItem[] = [];
  const problems: SetProblem[] = [];
  const places = new Map<string, string>();
  for (const { place, sha256, row } of rows) {
    const id = textOf(fieldValue(row, fields.id));
    const report = (message: string): void => void problems.push({ place, message });
    if (id === undefined || id === "") {
      report(`the id field ${fields.id} is missing or empty`);
      continue;
    }
    const first = places.get(id);
    if (first !== undefined) {
      report(`the id ${JSON.stringify(id)} is already used by ${first}`);
      continue;
    }
    places.set(id, place);
    const empty = fields.required.filter((name) => isEmpty(fieldValue(row, name)));
    if (empty.length > 0) {
      report(`item ${JSON.stringify(id)} has no ${empty.join(", no ")}`);
      continue;
    }
    const slices = Object.fromEntries(
      fields.slices.map((name) => [name, textOf(fieldValue(row, name)) || "(none)"] as const),
    );
    const cluster = fields.cluster === undefined ? undefined : (textOf(fieldValue(row, fields.cluster)) ?? id);
    items.push({ id, sha256, row, slices, cluster });
  }
  return { items, problems };
}

/** The value of a field, or of a nested one by a path with dots; undefined if there is none. */
export function fieldValue(row: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name];
  let value: unknown = row;
  for (const part of name.split(".")) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** A value as text: text and numbers unchanged, anything else as JSON; undefined for none. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
