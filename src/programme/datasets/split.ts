import { resolve } from "node:path";

import type { Context } from "../../base/context.ts";
import { splitFiles } from "../../curate/split/split-files.ts";
import type { SplitResult } from "../../domain/split.ts";
import type { SplitRequest } from "../../domain/split-request.ts";

/** Splits the rows of files into training, validation and test parts, and checks the parts for leaks. */
export async function split({ cwd, note, progress }: Context, request: SplitRequest): Promise<SplitResult> {
  const { file, outDir, keep, dropped, textField, delimiter, groupBy: groups, ...options } = request;
  const result = await splitFiles(
    file.map((path) => resolve(cwd, path)),
    {
      options: {
        ...options,
        groupBy: groups.flatMap((names) => names.split(",")).filter((name) => name !== ""),
        fields: textField === undefined ? undefined : { text: textField },
      },
      out: resolve(cwd, outDir),
      keep: keep === undefined ? undefined : resolve(cwd, keep),
      dropped: dropped === undefined ? undefined : resolve(cwd, dropped),
      delimiter,
      onProgress: (fraction) => progress("splitting", fraction),
      onWarning: (warning) => note(`warning: ${warning}`),
    },
  );
  return { ...result, out: outDir, keep: keep ?? null };
}
