import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";

import { refuseOverwrite, refuseSameFile } from "../../base/atomic-file.ts";
import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure } from "../../base/failure.ts";
import type { ExportOptions, ExportResult, LostPartCount } from "../../domain/data-export.ts";
import { openRowSink } from "../../tables/open-row-sink.ts";
import { runStage } from "../pipeline/reading/run-stage.ts";
import { madeTexts } from "../rows/source-text.ts";
import type { CuratedRow } from "../stage.ts";
import { EXPORT_TARGETS } from "./export-targets.ts";
import { datasetInfo } from "./dataset-info.ts";
import type { ExportFile } from "./export-file.ts";
import { type ExportNote, exportStage } from "./export-stage.ts";
import { trainerConfig } from "./trainer-config.ts";

/** Options of an export. */
export type ExportRun = ExportOptions & {
  /** A file, recognised by its extension, or a folder. In a folder, rows of each use and format get separate files. */
  out: string;
  overwrite?: boolean | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
};

/** Maximum number of examples of each lost part. */
const EXAMPLES = 3;

/** Extensions that identify a file; any other name is a folder. */
const FILE = /\.(?:jsonl|ndjson|json|parquet)(?:\.gz)?$/i;

/**
 * Writes rows for a trainer or in a format: to one file, or to a folder with a file for each use and format, and for
 * LLaMA-Factory with the `dataset_info.json` that describes them. Each file is written completely or not at all, the
 * description last.
 *
 * @throws Failure if a file cannot be read, or an output file already exists
 */
export async function exportFiles(
  files: readonly string[],
  { out, overwrite = false, onProgress, ...options }: ExportRun,
): Promise<ExportResult> {
  const isFolder = !FILE.test(out);
  const isTrainer = options.format in EXPORT_TARGETS;
  checkOut(out, { isFolder, overwrite, options });
  const opened = new Map<string, ExportFile>();
  const lost = new Map<string, LostPartCount>();
  const open = async (note: ExportNote): Promise<ExportFile> => {
    const { use, format, shape } = note;
    const name = [use, ...(use === format ? [] : [format]), ...(shape === null ? [] : [shape])].join("-");
    const key = isFolder ? name : "";
    const known = opened.get(key);
    if (known !== undefined && isTrainer && known.name !== name) throw severalKinds(options.format, known.name, name);
    if (known !== undefined) return known;
    const path = isFolder ? join(out, `${key}.jsonl`) : out;
    refuseSameFile([path], files);
    refuseOverwrite(path, overwrite);
    const file = {
      path: isFolder ? basename(path) : out,
      name,
      format,
      use,
      rows: 0,
      fields: new Set<string>(),
      sink: await openRowSink(path),
    };
    opened.set(key, file);
    return file;
  };
  try {
    const { funnel } = await runStage(exportStage, files, {
      options,
      onProgress,
      onResult: async ({ rows }, { kept, notes }) => {
        const written = new Map<ExportFile, CuratedRow[]>();
        for (const [index, row] of kept.entries()) {
          const note = notes[index]!.note as ExportNote;
          const file = await open(note);
          if (file.format !== note.format) file.format = null;
          file.rows += 1;
          for (const name of Object.keys(row.fields)) file.fields.add(name);
          countLost(lost, row, note);
          addTo(written, file, row);
        }
        await writeTo(written, madeTexts(rows));
      },
    });
    if (opened.size === 0) throw nothingWritten(options.format, funnel);
    for (const { sink } of opened.values()) await sink.commit();
    const written = [...opened.values()];
    if (options.format === "llama-factory" && isFolder) {
      await atomicWrite(join(out, "dataset_info.json"), `${JSON.stringify(datasetInfo(written), null, 2)}\n`);
    }
    return {
      out,
      format: options.format,
      files: written.map(({ path, format, rows }) => ({ path, format, rows })),
      lost: [...lost.values()].toSorted((a, b) => b.rows - a.rows),
      config: trainerConfig(options.format, written, isFolder ? out : ""),
      funnel,
    };
  } finally {
    for (const { sink } of opened.values()) await sink.abort();
  }
}

function addTo(rows: Map<ExportFile, CuratedRow[]>, file: ExportFile, row: CuratedRow): void {
  const known = rows.get(file);
  if (known === undefined) rows.set(file, [row]);
  else known.push(row);
}

async function writeTo(
  rows: ReadonlyMap<ExportFile, readonly CuratedRow[]>,
  textOf: (row: CuratedRow) => string,
): Promise<void> {
  for (const [{ sink }, own] of rows) {
    await sink.write(
      own.map(({ fields }) => fields),
      own.map(textOf),
    );
  }
}

function checkOut(
  out: string,
  { isFolder, overwrite, options }: { isFolder: boolean; overwrite: boolean; options: ExportOptions },
): void {
  if (!isFolder) {
    if (options.format === "llama-factory") {
      throw new Failure("bad_input", `${out} is a file: LLaMA-Factory needs a folder with dataset_info.json`, {
        hint: "name a folder, without an extension",
      });
    }
    refuseOverwrite(out, overwrite);
  } else if (existsSync(out) && !statSync(out).isDirectory()) {
    throw new Failure("bad_input", `${out} already exists and is not a folder`, { hint: "name another folder" });
  } else if (options.format === "llama-factory") refuseOverwrite(join(out, "dataset_info.json"), overwrite);
}

function severalKinds(format: string, first: string, other: string): Failure {
  return new Failure(
    "bad_input",
    `the rows are of several kinds, ${first} and ${other}: ${format} allows one kind per file`,
    {
      hint: "name a folder with --out, without an extension: each kind gets its own file",
    },
  );
}

function nothingWritten(format: string, funnel: ExportResult["funnel"]): Failure {
  const first = funnel.flatMap(({ dropped }) => dropped)[0];
  const why = first === undefined ? "there are none" : `${first.reason}: ${first.samples[0]?.detail ?? ""}`;
  return new Failure("bad_input", `no row can be written as ${format}: ${why}`, {
    hint: "name another format: tunewright data export --help",
  });
}

function countLost(lost: Map<string, LostPartCount>, { source, line }: CuratedRow, note: ExportNote): void {
  for (const part of new Set(note.lost.map((lostPart) => lostPart.part))) {
    const count = lost.get(part) ?? { part, rows: 0, examples: [] };
    lost.set(part, count);
    count.rows += 1;
    const { detail } = note.lost.find((lostPart) => lostPart.part === part)!;
    if (count.examples.length < EXAMPLES) count.examples.push({ source, line, detail });
  }
}
