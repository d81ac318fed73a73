import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import * as z from "zod";

import { Failure } from "../../../base/failure.ts";
import { canonicalJson, sha256 } from "../../../base/hash.ts";
import { hashFile } from "../../../base/hash-file.ts";
import { rowParts } from "../../../curate/duplicates/row-parts.ts";
import { type PythonPlace, type PythonProgram, runPython } from "../../trace/run-python.ts";

type Row = Readonly<Record<string, unknown>>;

/** The weights that are tested. */
export type TestedModel = { model: string; adapter: string | undefined; maxTokens: number };

const PROGRAM: PythonProgram = {
  path: fileURLToPath(new URL("./python/row_losses.py", import.meta.url)),
  what: "loss of the rows",
  hints: {
    timeout: "--rows tests fewer rows, --timeout-seconds allows more",
    failure:
      "the model must be a folder of Transformers with safetensors and its tokenizer; versions that work: torch 2.6, transformers 4.48",
  },
};

const Answer = z.strictObject({ losses: z.array(z.number().nullable()) });

/**
 * Mean loss per token of rows under the weights, in the user's Python; null for a row without two tokens.
 *
 * @throws Failure outside as `runPython`
 */
export async function rowLosses(
  rows: readonly Row[],
  { model, adapter, maxTokens }: TestedModel,
  place: PythonPlace,
): Promise<(number | null)[]> {
  const request = { model, adapter: adapter ?? null, maxTokens, rows: rows.map(sequenceOf) };
  const answer = Answer.safeParse(await runPython(place, request, PROGRAM));
  if (answer.success && answer.data.losses.length === rows.length) return answer.data.losses;
  throw new Failure("outside", `${place.python} did not return a loss for each row`, {
    hint: "check that torch and transformers work in it",
  });
}

/** Input of the model: the messages of a chat row, otherwise its text. */
function sequenceOf(row: Row): object {
  const { messages } = row;
  const isChat =
    Array.isArray(messages) && messages.every((message) => typeof (message as Row)?.["content"] === "string");
  if (isChat) return { messages };
  const parts = rowParts(row);
  if (parts === undefined) return { text: "" };
  return { text: "text" in parts ? parts.text : `${parts.prompt}\n${parts.answer}` };
}

/** SHA-256 over the names and hashes of the weights of a model and its adapter. */
export async function weightsSha256(folders: readonly string[]): Promise<string> {
  const files: [string, string][] = [];
  for (const folder of folders) {
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".safetensors")).toSorted();
    if (names.length === 0) {
      throw new Failure("bad_input", `${folder} contains no safetensors weights`, {
        hint: "name the folder of the model, or of its adapter",
      });
    }
    for (const name of names) files.push([name, await hashFile(join(folder, name))]);
  }
  return sha256(canonicalJson(files));
}
