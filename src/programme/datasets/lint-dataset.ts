import { resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { importFiles } from "../../curate/formats/import-files.ts";
import type { FormatReport } from "../../domain/data-import.ts";
import type { LintRequest } from "../../domain/lint-request.ts";

/** Says of what format the rows of files are, and what is wrong with them. */
export function lintDataset({ cwd, progress }: Context, { file, ...options }: LintRequest): Promise<FormatReport> {
  return importFiles(
    file.map((path) => resolve(cwd, path)),
    { ...options, dropErrors: false, onProgress: (fraction) => progress("checking rows", fraction) },
  );
}
