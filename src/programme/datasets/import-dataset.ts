import { existsSync } from "node:fs";
import { resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { importFiles } from "../../curate/formats/import-files.ts";
import { sourceNames } from "../../curate/pipeline/reading/source-names.ts";
import type { ImportResult } from "../../domain/data-import.ts";
import type { ImportRequest } from "../../domain/import-request.ts";

/** Converts rows of any known format to the canonical form, in one file. */
export async function importDataset(
  { cwd, confirm, progress }: Context,
  { file, as, out, dropped, ...options }: ImportRequest,
): Promise<ImportResult> {
  const target = resolve(cwd, out);
  const droppedPath = dropped === undefined ? undefined : resolve(cwd, dropped);
  const existing = [target, droppedPath].find((path) => path !== undefined && existsSync(path));
  const paths = file.map((path) => resolve(cwd, path));
  const sources =
    as === undefined ? undefined : paths.length === 1 ? [as] : sourceNames(paths).map((name) => `${as}/${name}`);
  const report = await importFiles(paths, {
    ...options,
    sources,
    out: target,
    dropped: droppedPath,
    overwrite: existing !== undefined && (await confirm(`${existing} already exists. Replace it?`)),
    onProgress: (fraction) => progress("importing", fraction),
  });
  return { ...report, out };
}
