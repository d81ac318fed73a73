import type { DatasetProfile } from "../../domain/dataset-profile.ts";
import type { Answer } from "./row-text.ts";

/** Maximum number of classes, and maximum length of a class name in characters, for answers to count as classes. */
const LIMITS = { classes: 200, characters: 100 } as const;

/** Answers of the rows of a block as classes; undefined if they are too many or too long. */
export type RowClasses = { field: string; names: string[]; ofRow: Uint32Array } | undefined;

/** Collects the answers of the valid rows of a block, in file order. */
export function rowClasses(): { note: (answer: Answer | undefined) => void; list: () => RowClasses } {
  const numbers = new Map<string, number>();
  const ofRow: number[] = [];
  let field = "";
  let areClasses = true;
  return {
    note: (answer) => {
      if (!areClasses) return;
      const name = answer?.text;
      if (name === undefined || name.length > LIMITS.characters) areClasses = false;
      else {
        if (!numbers.has(name)) numbers.set(name, numbers.size);
        ofRow.push(numbers.get(name)!);
        field ||= answer!.field;
        if (numbers.size > LIMITS.classes) areClasses = false;
      }
    },
    list: () => (areClasses ? { field, names: [...numbers.keys()], ofRow: Uint32Array.from(ofRow) } : undefined),
  };
}

/** Counts the trainable rows of each class over the blocks of a file. */
export type ClassCounts = {
  /** @param isTrainable whether a row of the block, by its index among the valid ones, is not a duplicate */
  add: (classes: RowClasses, isTrainable: (row: number) => boolean) => void;
  /** Classes, the largest first; null if the answers are not classes. */
  list: () => DatasetProfile["classes"];
};

/** Creates an empty counter of classes. */
export function classCounts(): ClassCounts {
  const rowsByName = new Map<string, number>();
  let field = "";
  let areClasses = true;
  return {
    add: (classes, isTrainable) => {
      if (!areClasses) return;
      if (classes === undefined) {
        areClasses = false;
        return;
      }
      field ||= classes.field;
      for (const [row, number] of classes.ofRow.entries()) {
        const name = classes.names[number]!;
        if (isTrainable(row)) rowsByName.set(name, (rowsByName.get(name) ?? 0) + 1);
      }
      if (rowsByName.size > LIMITS.classes) areClasses = false;
    },
    list: () => {
      const counts = [...rowsByName].map(([name, rows]) => ({ name, rows }));
      const rows = counts.reduce((sum, count) => sum + count.rows, 0);
      // Each class occurs twice on average: a handful of rows, each with its own short answer, has no classes.
      if (!areClasses || counts.length < 2 || rows < 2 * counts.length) return null;
      const sorted = counts.toSorted((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1));
      const variants = classVariants(sorted.map(({ name }) => name));
      return { field, counts: sorted, ...(variants.length === 0 ? {} : { variants }) };
    },
  };
}

/** Groups of classes that differ only in case, white space or Unicode form: "Auto", "auto " and "AUTO". */
function classVariants(names: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = name.normalize("NFKC").trim().replaceAll(/\s+/gu, " ").toLowerCase();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [name]);
    else group.push(name);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
