import { refuseOverwrite, refuseSameFile } from "../../base/atomic-file.ts";
import { commandLine } from "../../base/command-line.ts";
import type { FormatReport, ImportOptions } from "../../domain/data-import.ts";
import type { Delimiter } from "../../domain/dataset-profile.ts";
import { Failure } from "../../base/failure.ts";
import type { Funnel } from "../../domain/funnel.ts";
import { openRowSink } from "../../tables/open-row-sink.ts";
import { runStage } from "../pipeline/reading/run-stage.ts";
import { formatSurvey } from "./format-survey.ts";
import { madeTexts } from "../rows/source-text.ts";
import type { CuratedRow } from "../stage.ts";
import { importStage } from "./import-stage.ts";
import { placeBefore } from "./read-canonical.ts";

/** Options of an import or inspection. */
export type ImportRun = ImportOptions & {
  /** Names of the sources, one for each file; default: derived from the file names. */
  sources?: readonly string[] | undefined;
  /** File for the canonical rows; default: not written. */
  out?: string | undefined;
  /** File for the dropped rows with their reasons. */
  dropped?: string | undefined;
  overwrite?: boolean | undefined;
  delimiter?: Delimiter | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
};

/**
 * Reads files of any known format and writes their rows in the canonical form, each with its id, source and line: `{id,
 * source, line, kind, ...}`. A row that was imported before keeps its own. Streaming. The output is written completely
 * or not at all.
 *
 * @throws Failure if a file cannot be read, or `out` already exists
 */
export async function importFiles(
  files: readonly string[],
  { format, dropErrors, out, overwrite = false, ...run }: ImportRun,
): Promise<FormatReport> {
  refuseSameFile([out, run.dropped], files);
  if (out !== undefined) refuseOverwrite(out, overwrite);
  const survey = formatSurvey();
  let importedBefore = 0;
  const sink = out === undefined ? undefined : await openRowSink(out);
  try {
    const { funnel } = await runStage(importStage, files, {
      ...run,
      overwrite,
      options: { format, dropErrors },
      onResult: async ({ rows }, result) => {
        survey.add(rows, result);
        const textOf = madeTexts(rows);
        const texts: string[] = [];
        const before = new Map(format === undefined ? rows.map((row) => [keyOf(row), placeBefore(row.fields)]) : []);
        const written = result.kept.map((row) => {
          const { id, source, line } = before.get(keyOf(row)) ?? row;
          if (before.get(keyOf(row)) !== undefined) importedBefore += 1;
          const made = { id, source, line, ...row.fields };
          const place = JSON.stringify({ id, source, line }).slice(0, -1);
          texts.push(`${place},${textOf(row).slice(1)}`);
          return made;
        });
        await sink?.write(written, texts);
      },
    });
    refuseNothing(files, funnel, out !== undefined);
    await sink?.commit();
    return { ...survey.report(), importedBefore, funnel };
  } finally {
    await sink?.abort();
  }
}

function keyOf({ id, line }: CuratedRow): string {
  return `${id} ${line}`;
}

/** @throws Failure bad_input if the files contain no rows, or none that can be written */
function refuseNothing(files: readonly string[], funnel: Funnel, writes: boolean): void {
  if (funnel[0]!.rowsIn === 0) {
    throw new Failure("bad_input", `no rows in ${files.join(", ")}`, { hint: "expected data rows" });
  }
  if (!writes || funnel.at(-1)!.rowsKept > 0) return;
  const { reason, samples } = funnel.flatMap(({ dropped }) => dropped)[0]!;
  const [first] = samples;
  const where = first === undefined ? "" : `, line ${first.line}: ${first.detail}`;
  throw new Failure("bad_input", `no row of ${files.join(", ")} can be imported: ${reason}${where}`, {
    hint: `for all reasons: ${commandLine(["data", "lint", ...files])}, or add --dropped FILE`,
  });
}
