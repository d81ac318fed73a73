import { basename, isAbsolute, relative, resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { counted, whole } from "../../base/words.ts";
import { profileDataset } from "../../curate/profile/profile.ts";
import { isNamedCounter } from "../../curate/tokens/token-counter.ts";
import { type DatasetProfile, RowFields } from "../../domain/dataset-profile.ts";
import type { InspectRequest } from "../../domain/inspect-request.ts";
import { hubCacheOf } from "../data/find-tokenizer.ts";
import { inspectedFiles } from "../data/inspected-files.ts";

/**
 * Profiles dataset files, or all files that a programme folder lists.
 *
 * @returns one profile per file, in order
 * @throws Failure bad_input for fields that name no form of a row; as `profileDataset`
 */
export async function inspectDatasets(
  { cwd, env, now, note, progress }: Context,
  request: InspectRequest,
): Promise<DatasetProfile[]> {
  const { file, tokenizer, textField, promptField, completionField, delimiter, ...options } = request;
  const fields = namedFields({ text: textField, prompt: promptField, completion: completionField });
  const profiles: DatasetProfile[] = [];
  const asked = tokenizer === undefined || isNamedCounter(tokenizer) ? tokenizer : fromHere(cwd, tokenizer);
  const files = await inspectedFiles(file, { cwd, hubCache: hubCacheOf(env) });
  for (const { path, ...own } of files) {
    const step = `scanning ${basename(path)}`;
    const started = now().getTime();
    progress(step, 0);
    const profile = await profileDataset(fromHere(cwd, path), {
      ...options,
      fields: fields ?? own.fields,
      delimiter: delimiter ?? own.delimiter,
      tokenizer: asked ?? own.tokenizer,
      onProgress: (fraction) => progress(step, fraction),
    });
    note(`scanned ${basename(path)}: ${speed(profile.rows, now().getTime() - started)}`);
    profiles.push({ ...profile, path });
  }
  return profiles;
}

/** The fields named in a request, or undefined. */
function namedFields(named: Record<"text" | "prompt" | "completion", string | undefined>): RowFields | undefined {
  const given = Object.fromEntries(Object.entries(named).filter(([, name]) => name !== undefined));
  if (Object.keys(given).length === 0) return undefined;
  const parsed = RowFields.safeParse(given);
  if (parsed.success) return parsed.data;
  const flags = Object.keys(given).map((field) => `--${field}-field`);
  throw new Failure(
    "bad_input",
    `${flags.join(" and ")}: expected --prompt-field and --completion-field, or only --text-field`,
    {
      hint: "name the fields of the prompt and its completion, or the field of plain text",
    },
  );
}

function speed(rows: number, ms: number): string {
  const sec = Math.max(ms, 1) / 1000;
  return `${counted(rows, "row")} in ${sec.toFixed(1)} s (${whole(rows / sec)} rows/s)`;
}

/** A path of the user that this process can open, kept short for messages. */
function fromHere(cwd: string, path: string): string {
  if (isAbsolute(path)) return path;
  return relative(process.cwd(), resolve(cwd, path)) || ".";
}
