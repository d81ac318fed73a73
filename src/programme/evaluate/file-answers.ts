import { Failure } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { parseJson } from "../../base/json.ts";
import { readText } from "../../base/read-text.ts";
import type { TargetAnswer } from "../../evaluate/run/score-items.ts";
import { fieldValue, textOf } from "../../evaluate/set/eval-item.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import type { PromptedItem } from "./load-items.ts";

/**
 * Answers of a file, JSONL with `id` and `answer`, in the order of the items. Several rows with one id are its samples.
 *
 * @throws Failure bad_input if a row is invalid, names an item that is not in the set, or is one more answer to an item
 * than samples
 */
export async function fileAnswers(
  dir: string,
  { path, items, samples }: { path: string; items: readonly PromptedItem[]; samples: number },
): Promise<TargetAnswer[][]> {
  const text = await answersText(dir, path);
  const known = new Set(items.map(({ item }) => item.id));
  const answers = new Map<string, TargetAnswer[]>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const place = `${path}, line ${index + 1}`;
    const row = parseJson(line, place);
    if (row === null || typeof row !== "object")
      throw new Failure("bad_input", `${place}: expected an object`, { hint: "write one JSON object per line" });
    const fields = row as Readonly<Record<string, unknown>>;
    const id = textOf(fieldValue(fields, "id"));
    const answer = textOf(fieldValue(fields, "answer"));
    if (id === undefined || !known.has(id)) {
      throw new Failure("bad_input", `${place}: the set has no item ${JSON.stringify(id ?? null)}`, {
        hint: "each row needs the id of an item in the set and its answer",
      });
    }
    const given = answers.get(id) ?? [];
    if (given.length === samples) {
      const limit = samples === 1 ? "one answer" : `${samples} answers`;
      throw new Failure("bad_input", `${place}: item ${JSON.stringify(id)} already has ${limit}`, {
        hint: "keep one row per answer, or set samples under sampling to the number of answers per item",
      });
    }
    given.push(
      answer === undefined
        ? { error: "the file has no answer" }
        : { text: answer, isCutOff: fields["isCutOff"] === true, isRefusal: fields["isRefusal"] === true },
    );
    answers.set(id, given);
  }
  return items.map(({ item }) => {
    const given = answers.get(item.id) ?? [];
    const missing = Array.from({ length: samples - given.length }, () => ({ error: "the file has no answer" }));
    return [...given, ...missing];
  });
}

/** SHA-256 of a file of answers: other answers are another evaluation, and never replace the first. */
export async function answersHash(dir: string, path: string): Promise<string> {
  return sha256(await answersText(dir, path));
}

async function answersText(dir: string, path: string): Promise<string> {
  return readText(await resolveInside(dir, path), { shown: path, maxBytes: 2 ** 30 });
}
