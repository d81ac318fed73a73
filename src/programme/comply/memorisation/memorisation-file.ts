import { join } from "node:path";

import { Failure } from "../../../base/failure.ts";
import { fieldProblems } from "../../../base/issue-text.ts";
import { parseJson } from "../../../base/json.ts";
import { readTextIfAny } from "../../../base/read-text.ts";
import { Memorisation } from "../../../domain/memorisation.ts";

/** File of a programme folder with the last test of memorisation. */
export const MEMORISATION_FILE = "memorisation.json";

/**
 * The last test of a programme; null if there was none.
 *
 * @throws Failure bad_input if the file was not written by `comply memorisation`
 */
export async function readMemorisation(dir: string): Promise<Memorisation | null> {
  const text = await readTextIfAny(join(dir, MEMORISATION_FILE), { shown: MEMORISATION_FILE });
  if (text === null) return null;
  const value = parseJson(text, MEMORISATION_FILE);
  const parsed = Memorisation.safeParse(value);
  if (parsed.success) return parsed.data;
  const [problem] = fieldProblems(parsed.error, value);
  throw new Failure("bad_input", `${MEMORISATION_FILE}: ${problem?.path.join(".") ?? ""} ${problem?.text ?? ""}`, {
    hint: "run tunewright comply memorisation again",
  });
}
