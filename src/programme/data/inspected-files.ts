import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";

import { Failure } from "../../base/failure.ts";
import type { Delimiter, RowFields } from "../../domain/dataset-profile.ts";
import { findTokenizer } from "./find-tokenizer.ts";
import { PROGRAMME_FILE, readProgramme } from "../reading/read-programme.ts";

/** A dataset file to scan, with what its programme states. */
export type InspectedFile = {
  /** Displayed path. */
  path: string;
  fields?: RowFields | undefined;
  delimiter?: Delimiter | undefined;
  /** Path of the base model's tokenizer, if available. */
  tokenizer?: string | undefined;
};

/**
 * The dataset files for some paths: a file itself, or all files listed by the programme of a folder.
 *
 * @throws Failure bad_input for a folder without a programme, or with one that is not valid
 */
export async function inspectedFiles(
  paths: readonly string[],
  place: { cwd: string; hubCache: string | undefined },
): Promise<InspectedFile[]> {
  const files: InspectedFile[] = [];
  for (const path of paths) {
    const isFolder = await stat(resolve(place.cwd, path)).then(
      (info) => info.isDirectory(),
      () => false, // reading the file reports what is wrong
    );
    files.push(...(isFolder ? await filesOf(path, place) : [{ path }]));
  }
  return files;
}

async function filesOf(
  folder: string,
  { cwd, hubCache }: { cwd: string; hubCache: string | undefined },
): Promise<InspectedFile[]> {
  const dir = resolve(cwd, folder);
  const hasProgramme = await stat(join(dir, PROGRAMME_FILE)).then(
    () => true,
    () => false,
  );
  if (!hasProgramme) {
    throw new Failure("bad_input", `${folder} is a folder without a ${PROGRAMME_FILE}, expected dataset files`, {
      hint: "name the files, or the folder of a programme that lists them",
    });
  }
  const loaded = await readProgramme(dir, undefined, { needsPlan: false });
  const { files } = loaded.programme.data;
  if (files.length === 0) {
    throw new Failure("bad_input", `${join(folder, PROGRAMME_FILE)} lists no dataset file`, {
      hint: "list one under data.files, or name the file here",
    });
  }
  const tokenizer = await findTokenizer(loaded, hubCache);
  return files.map(({ path, fields, delimiter }) => ({ path: join(folder, path), fields, delimiter, tokenizer }));
}
