import { existsSync } from "node:fs";
import { resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { exportFiles } from "../../curate/formats/export-files.ts";
import type { ExportResult } from "../../domain/data-export.ts";
import type { ExportRequest } from "../../domain/export-request.ts";

/** Writes rows for a trainer, and reads them back to compare. Paths in the result are as named by the user. */
export async function exportDataset(
  { cwd, confirm, progress }: Context,
  { file, out, ...options }: ExportRequest,
): Promise<ExportResult> {
  const target = resolve(cwd, out);
  const result = await exportFiles(
    file.map((path) => resolve(cwd, path)),
    {
      ...options,
      out: target,
      overwrite: existsSync(target) && (await confirm(`${out} already exists. Replace it?`)),
      onProgress: (fraction) => progress("exporting", fraction),
    },
  );
  return {
    ...result,
    out,
    config: result.config?.replaceAll(target, out) ?? null,
    files: result.files.map((written) => (written.path === target ? { ...written, path: out } : written)),
  };
}
