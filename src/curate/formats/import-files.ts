import { refuseOverwrite, refuseSameFile } from "../../base/atomic-file.ts";
import type { FormatReport, ImportOptions } from "../../domain/data-import.ts";
import type { Delimiter } from "../../domain/dataset-profile.ts";
import { openRowSink } from "../../tables/open-row-sink.ts";
import { runStage } from "../pipeline/run-stage.ts";
import { formatSurvey } from "./format-survey.ts";
import { importStage } from "./import-stage.ts";

/** How files are imported or looked at. */
export type ImportRun = ImportOptions & {
  /** Names of the sources, one for each file; made from the files' names where left out. */
  sources?: readonly string[] | undefined;
  /** File for the canonical rows; nothing is written where left out. */
  out?: string | undefined;
  /** File for the dropped rows with their reasons. */
  dropped?: string | undefined;
  overwrite?: boolean | undefined;
  delimiter?: Delimiter | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
};

/**
 * Reads files of any known format and writes their rows in the canonical form, each with its id, source and line:
 * `{id, source, line, kind, ...}`. Streaming; whole or not at all.
 *
 * @throws Failure where a file cannot be read, or `out` is there already
 */
export async function importFiles(
  files: readonly string[],
  { format, dropErrors, out, overwrite = false, ...run }: ImportRun,
): Promise<FormatReport> {
  refuseSameFile([out, run.dropped], files);
  if (out !== undefined) refuseOverwrite(out, overwrite);
  const survey = formatSurvey();
  const sink = out === undefined ? undefined : await openRowSink(out);
  try {
    const { funnel } = await runStage(importStage, files, {
      ...run,
      overwrite,
      options: { format, dropErrors },
      onResult: async ({ rows }, result) => {
        survey.add(rows, result);
        await sink?.write(result.kept.map(({ id, source, line, fields }) => ({ id, source, line, ...fields })));
      },
    });
    await sink?.commit();
    return { ...survey.report(), funnel };
  } finally {
    await sink?.abort();
  }
}
