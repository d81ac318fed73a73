import { resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { importFiles } from "../../curate/formats/import-files.ts";
import type { FormatReport } from "../../domain/data-import.ts";
import type { LintRequest } from "../../domain/lint-request.ts";

/** Detects the format of the rows of files, and their defects. */
export function lintDataset({ cwd, progress }: Context, { file, ...options }: LintRequest): Promise<FormatReport> {
  return importFiles(
    file.map((path) => resolve(cwd, path)),
    { ...options, dropErrors: false, onProgress: (fraction) => progress("checking rows", fraction) },
  );
}
