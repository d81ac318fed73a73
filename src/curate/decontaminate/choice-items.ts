type Row = Readonly<Record<string, unknown>>;

/** Name of the column that holds the letter; no file uses this name. */
const LETTER = "letter of the right choice";

/** Fields of the items that `choiceItem` makes. */
export const CHOICE_FIELDS = { question: "question", answer: "right choice" };

/**
 * Names the columns of a file without a header whose first line is an item in MMLU's layout: a question, two or more
 * choices, and the letter of the correct choice.
 *
 * @source hendrycks/test at f112c7a2 (MIT), data/test, data/val, data/dev: CSV files of six columns without a header
 */
export function choiceNames(first: readonly string[]): readonly string[] | undefined {
  const names = [CHOICE_FIELDS.question, ...first.slice(1, -1).map((_choice, index) => letterOf(index)), LETTER];
  const isItem = first.length > 3 && first[0]!.trim() !== "" && isChoice(first.at(-1), first.length - 2);
  return isItem && names.length === first.length ? names : undefined;
}

/**
 * True if every row read with `choiceNames` is such an item: if only the first line matches, it may be a header that
 * resembles an item.
 */
export function areChoiceItems(rows: readonly (Row | undefined)[]): boolean {
  const items = rows.filter((row) => row !== undefined);
  return items.length > 0 && items.every((row) => isChoice(row[LETTER], Object.keys(row).length - 2));
}

/** The question of such an item and its correct choice. */
export function choiceItem(row: Row): Row {
  return { question: row["question"], [CHOICE_FIELDS.answer]: row[String(row[LETTER]).trim()] };
}

function isChoice(value: unknown, choices: number): boolean {
  if (typeof value !== "string" || !/^[A-J]$/.test(value.trim())) return false;
  return value.trim().charCodeAt(0) - A < choices;
}

function letterOf(index: number): string {
  return String.fromCharCode(A + index);
}

const A = "A".charCodeAt(0);
