import { Failure } from "../../base/failure.ts";
import { readRows } from "../../curate/pipeline/reading/read-rows.ts";
import { rowTurns } from "../../curate/quality/row-turns.ts";
import { rowText } from "../../curate/rows/row-text.ts";
import type { CuratedRow } from "../../curate/stage.ts";
import type { SynthesisInput } from "../../domain/synthesis.ts";
import type { SynthesisResult } from "../../domain/synthesis-result.ts";
import type { SynthesisSource } from "../../synthesize/input.ts";
import type { Recipe } from "../../synthesize/recipe.ts";

/** Maximum length of a prompt with its answer that fits in a request, in characters. */
const MOST_CHARACTERS = 24_000;

/** Contents of the files of a synthesis. */
export type LoadedInputs = { sources: SynthesisSource[]; inputs: SynthesisResult["inputs"] };

/**
 * Reads the rows or documents that a recipe works on. All are held in memory. Unusable ones are counted by reason.
 *
 * @param pathOf absolute path of a file by its name
 * @throws Failure if a file cannot be read, or contains nothing usable
 */
export async function loadInputs(
  files: readonly SynthesisInput[],
  recipe: Recipe,
  pathOf: (name: string) => Promise<string>,
): Promise<LoadedInputs> {
  const sources: SynthesisSource[] = [];
  const inputs: LoadedInputs["inputs"] = [];
  for (const { path, fields } of files) {
    const unusable = new Map<string, number>();
    const count = (reason: string): void => void unusable.set(reason, (unusable.get(reason) ?? 0) + 1);
    const before = sources.length;
    let sha256 = "";
    const rows = readRows(await pathOf(path), { source: path, onSha256: (hash) => (sha256 = hash) });
    for await (const read of rows) {
      for (const { reason } of read.dropped) count(reason);
      for (const row of read.rows) {
        const texts = recipe.needs === "documents" ? passageOf(row, fields) : turnOf(row, fields);
        if (typeof texts === "string") count(texts);
        else sources.push({ place: `${path}:${row.line}`, texts });
      }
    }
    inputs.push({
      path,
      sha256,
      rows: sources.length - before,
      unusable: [...unusable].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([reason, n]) => ({ reason, rows: n })),
    });
  }
  if (sources.length > 0) return { sources, inputs };
  const reasons = inputs.flatMap(({ path, unusable }) =>
    unusable.map(({ reason, rows }) => `${path}: ${rows} × ${reason}`),
  );
  const what = recipe.needs === "documents" ? "document with text" : "row with one prompt and its answer";
  throw new Failure("bad_input", `the inputs contain no ${what}: ${reasons.join(", ")}`, {
    hint: `name the fields under inputs: fields: ${recipe.needs === "documents" ? "{ text: FIELD }" : "{ prompt: FIELD, completion: FIELD }"}`,
  });
}

/** The text of a document, or the reason why it has none. */
function passageOf({ fields }: CuratedRow, named: SynthesisInput["fields"]): SynthesisSource["texts"] | string {
  const text = rowText(fields, named);
  if (text.problem !== undefined) return text.problem.finding;
  if (text.format !== "text") return "no-document";
  const passage = text.pieces.join("\n").trim();
  return /\p{L}/u.test(passage) ? { passage } : "empty";
}

/** Prompt and answer of a row, or the reason why it lacks one of them. */
function turnOf({ fields }: CuratedRow, named: SynthesisInput["fields"]): SynthesisSource["texts"] | string {
  const turns = rowTurns(fields, named);
  if ("problem" in turns) return turns.problem.finding;
  const [prompt, answer] = [turns.prompts.map((prompt) => prompt.trim()), turns.answers.map((answer) => answer.trim())];
  if (prompt.length === 0 || answer.length === 0) return "no-prompt-and-answer";
  if (prompt.length > 1 || answer.length > 1) return "several-turns";
  if (prompt[0] === "" || answer[0] === "") return "empty";
  if (prompt[0]!.length + answer[0]!.length > MOST_CHARACTERS) return "too-long";
  return { prompt: prompt[0]!, answer: answer[0]! };
}
