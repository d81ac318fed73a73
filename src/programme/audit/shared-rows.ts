import { join } from "node:path";

import type { SharedRows } from "../../audit/found-facts.ts";
import { Failure } from "../../base/failure.ts";
import { readWholeRows } from "../../curate/rows/read-whole-rows.ts";
import { textSlots } from "../../curate/rows/text-slots.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { goneText } from "../../audit/rules/data-rules.ts";
import { MOST_ROWS, NAMED_ROWS, words } from "./search-rows.ts";
import { indexItems, type ItemTexts, promptTexts } from "./test-items.ts";

/** The comparison, or the reason why it could not be made; both are null if there is nothing to compare. */
type Compared = { sharedRows: SharedRows | null; sharedProblem: string | null };

/** Rows of the training files that contain an item of the evaluation files of a programme, verbatim. */
export async function compareFiles({
  dir,
  programme,
  gone = [],
}: Pick<LoadedProgramme, "dir" | "programme" | "gone">): Promise<Compared> {
  const filesOf = (roles: readonly string[]): string[] =>
    programme.data.files.filter(({ role }) => roles.includes(role)).map(({ path }) => path);
  const [evaluation, training] = [filesOf(["eval"]), filesOf(["train", "preference", "corpus"])];
  if (evaluation.length === 0 || training.length === 0) return { sharedRows: null, sharedProblem: null };
  const missing = [...evaluation, ...training].filter((file) => gone.includes(file));
  if (missing.length > 0) return { sharedRows: null, sharedProblem: goneText(missing) };
  try {
    return { sharedRows: await sharedRows(dir, { evaluation, training }), sharedProblem: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { sharedRows: null, sharedProblem: error.message };
  }
}

async function sharedRows(
  dir: string,
  { evaluation, training }: Pick<SharedRows, "evaluation" | "training">,
): Promise<SharedRows> {
  const sets = await Promise.all(evaluation.map((file) => itemsOf(dir, file)));
  const { index, items } = indexItems(sets);
  const first: { place: string; says: string }[] = [];
  let [searched, count] = [0, 0];
  for (const file of training) {
    let row = 0;
    for await (const fields of readWholeRows(join(dir, file), file)) {
      if (searched === MOST_ROWS) break;
      [searched, row] = [searched + 1, row + 1];
      const found = textSlots(fields)
        .map(({ text }) => index.get(words(text)))
        .find((item) => item !== undefined);
      if (found === undefined) continue;
      count += 1;
      const says = `item ${found.item} of ${found.set}, word for word`;
      if (first.length < NAMED_ROWS) first.push({ place: `${file}, row ${row}`, says });
    }
  }
  return { training, evaluation, searched, items: items.length, count, first };
}

async function itemsOf(dir: string, file: string): Promise<ItemTexts[]> {
  const items: ItemTexts[] = [];
  for await (const fields of readWholeRows(join(dir, file), file)) {
    const item = items.length + 1;
    items.push({ set: file, item, id: String(item), texts: promptTexts(fields) });
  }
  return items;
}
