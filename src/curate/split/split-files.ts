import { createHash, type Hash } from "node:crypto";
import { join } from "node:path";

import { atomicFile, type AtomicFile } from "../../base/atomic-file.ts";
import { atomicFolder } from "../../base/atomic-folder.ts";
import { writeSynced } from "../../base/atomic-write.ts";
import { Failure } from "../../base/failure.ts";
import type { Delimiter } from "../../domain/dataset-profile.ts";
import type { SplitOptions, SplitPartResult, SplitResult } from "../../domain/split.ts";
import { rowTexts } from "../rows/source-text.ts";
import type { DroppedRow } from "../stage.ts";
import { namedFields } from "../pipeline/reading/named-fields.ts";
import { addCounts, countRead, countResult, NO_ROWS } from "../pipeline/storing/funnel.ts";
import { readShards } from "../pipeline/reading/read-shards.ts";
import { rowSinks } from "../pipeline/reading/row-sinks.ts";
import { sourceNames } from "../pipeline/reading/source-names.ts";
import { decideSplit } from "./decide-split.ts";
import { keptSplit } from "./kept-split.ts";
import { PARTS } from "./place-groups.ts";
import { LEFT_OUT } from "./split-stage.ts";
import { splitRows, splitSummary } from "./split-summary.ts";

/** Rows to split, and output folder. */
export type SplitRun = {
  options: SplitOptions;
  /** Folder for the parts; it must not exist yet. */
  out: string;
  /** Folder of an earlier split whose rows keep their parts. */
  keep?: string | undefined;
  /** File for the rows without a part, each with its reason. */
  dropped?: string | undefined;
  delimiter?: Delimiter | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
  /** Called with the warnings about rows without the text field. */
  onWarning?: ((warning: string) => void) | undefined;
};

/**
 * Divides the rows of files into `train.jsonl`, `validation.jsonl` and `test.jsonl` in a new folder, with a description
 * in `split.json`; the folder is written completely or not at all. Reads the files twice. Memory: a shard of rows, up
 * to 400 bytes per row while the sketches are combined, and 8 to 16 for each grouping field.
 *
 * @throws Failure if a file cannot be read or changes meanwhile, the folder already exists, or the disk is full
 */
export async function splitFiles(files: readonly string[], run: SplitRun): Promise<SplitResult> {
  const { options, out, keep } = run;
  refuseContradiction(options);
  const leftOut = await rowSinks({ dropped: run.dropped }, files);
  const folder = await atomicFolder(out).catch(async (error: unknown) => {
    await leftOut.abort();
    throw error;
  });
  try {
    const kept = keep === undefined ? undefined : await keptSplit(keep);
    const names = sourceNames(files);
    const sources = files.map((path, index) => ({ path, source: names[index]!, delimiter: run.delimiter }));
    const sha256s = new Map<string, string>();
    const pass = (from: number) => (fraction: number) => run.onProgress?.(from + fraction / 2);
    const summaries: Uint8Array[] = [];
    const named = namedFields(options.fields?.text === undefined ? [] : [options.fields.text], { anyCase: true });
    for await (const { rows } of readShards(sources, { sha256s, onProgress: pass(0) })) {
      for (const { fields } of rows) named.add(fields);
      if (rows.length > 0) summaries.push(splitSummary(rows, options));
    }
    for (const warning of named.end()) run.onWarning?.(warning);
    const { parts, counts, ...decision } = decideSplit(splitRows(summaries, options), options, kept);
    let [read, placed] = [NO_ROWS, NO_ROWS];
    const asked = PARTS.filter((part) => part === "train" || counts[part].rows > 0 || isAsked(options[part]));
    const sinks = await openParts(folder.path, asked);
    for await (const shard of readShards(sources, { sha256s, onProgress: pass(0.5) })) {
      read = addCounts(read, countRead(shard));
      const dropped: DroppedRow[] = [];
      const textOf = rowTexts(shard.rows);
      for (const [index, row] of shard.rows.entries()) {
        const number = parts[shard.firstRow + index]!;
        const part = PARTS[number];
        if (part === undefined) dropped.push({ row, reason: LEFT_OUT[number]! });
        else await sinks.write(part, textOf(row));
      }
      const left = new Set(dropped.map(({ row }) => row));
      const keptRows = shard.rows.filter((row) => !left.has(row));
      const placing = { kept: keptRows, dropped, notes: [] };
      await leftOut.write(shard, placing);
      placed = addCounts(placed, countResult(shard.rows, placing));
    }
    const hashes = await sinks.end();
    const results = PARTS.map((part): SplitPartResult => {
      const isWritten = asked.includes(part);
      return {
        part,
        file: isWritten ? `${part}.jsonl` : null,
        sha256: hashes.get(part) ?? null,
        asked: part === "train" ? null : String(options[part]),
        ...counts[part],
      };
    });
    const funnel = [...(read.dropped.length === 0 ? [] : [{ stage: "read", ...read }]), { stage: "split", ...placed }];
    const result: SplitResult = { out, options, keep: keep ?? null, parts: results, ...decision, funnel };
    const record = {
      ...result,
      out: undefined,
      keep: undefined,
      sources: Object.fromEntries(sources.map(({ path, source }) => [source, sha256s.get(path)])),
    };
    await writeSynced(join(folder.path, "split.json"), `${JSON.stringify(record, null, 2)}\n`);
    await leftOut.commit();
    await folder.commit();
    return result;
  } finally {
    await leftOut.abort();
    await folder.abort();
  }
}

function isAsked(size: SplitOptions["test"]): boolean {
  return Number.parseFloat(String(size)) > 0;
}

function refuseContradiction({ test, validation, timeField, stratifyBy }: SplitOptions): void {
  if (!isAsked(test) && !isAsked(validation)) {
    throw new Failure("bad_input", "neither a test nor a validation part is requested", {
      hint: "add --test 500 or --test 10%",
    });
  }
  const shares = [test, validation].map((size) => (String(size).endsWith("%") ? Number.parseFloat(String(size)) : 0));
  if (shares[0]! + shares[1]! >= 100) {
    throw new Failure("bad_input", `test ${test} and validation ${validation} leave no training rows`, {
      hint: "give shares that sum to less than 100%",
    });
  }
  if (timeField !== undefined && stratifyBy !== undefined) {
    throw new Failure(
      "bad_input",
      "--time-field and --stratify-by cannot be combined: time alone decides the test part",
      {
        hint: "omit one of them",
      },
    );
  }
}

type Parts = {
  write: (part: (typeof PARTS)[number], text: string) => Promise<void>;
  /** Flushes all files to disk; returns their hashes. */
  end: () => Promise<ReadonlyMap<string, string>>;
};

async function openParts(folder: string, parts: readonly (typeof PARTS)[number][]): Promise<Parts> {
  const opened = new Map<string, { file: AtomicFile; hash: Hash }>();
  for (const part of parts) {
    opened.set(part, { file: await atomicFile(join(folder, `${part}.jsonl`)), hash: createHash("sha256") });
  }
  return {
    write: async (part, text) => {
      const { file, hash } = opened.get(part)!;
      const line = `${text}\n`;
      hash.update(line);
      await file.write(line);
    },
    end: async () => {
      for (const { file } of opened.values()) await file.commit();
      return new Map([...opened].map(([part, { hash }]) => [part, hash.digest("hex")]));
    },
  };
}
