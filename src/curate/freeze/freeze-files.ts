import { createHash } from "node:crypto";
import { basename, join } from "node:path";

import { atomicFile } from "../../base/atomic-file.ts";
import { atomicFolder } from "../../base/atomic-folder.ts";
import { writeSynced } from "../../base/atomic-write.ts";
import { Failure } from "../../base/failure.ts";
import type { Delimiter } from "../../domain/dataset-profile.ts";
import type { FrozenFile, FrozenManifest } from "../../domain/frozen.ts";
import { READ_LIMITS } from "../../tables/limits.ts";
import { openRows } from "../../tables/read-rows.ts";
import { parseRow } from "../rows/parse-row.ts";
import { sourceNames } from "../pipeline/reading/source-names.ts";
import { blockLines } from "../rows/scan-block.ts";
import { digestOf, MANIFEST, MANIFEST_SEAL, manifestBytes, readManifest } from "./frozen-folder.ts";
import { rowSeal, sealLine } from "./row-seal.ts";
import { versionDiff } from "./version-diff.ts";

/** Options of freezing: files, folder, author and reason. */
export type FreezeRun = {
  /** New folder of the version. */
  out: string;
  by: string;
  reason: string;
  now: Date;
  /** Month of a replay set; a frozen version has none. */
  month?: string | undefined;
  /** Folder of the previous version. */
  after?: string | undefined;
  /** Field that identifies a row across versions. */
  key?: string | undefined;
  delimiter?: Delimiter | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
};

/**
 * Freezes the rows of dataset files as a version: JSONL files in a new folder, an index with the hash of each row, and
 * a manifest with the author, time and reason, all read-only. Rows of a JSONL file are copied byte for byte (a blank
 * line is not a row; a last row without a line feed gets one). The folder is written completely or not at all, even if
 * the process is killed. Memory: one block of rows.
 *
 * @throws Failure bad_input if the folder already exists or a row cannot be read: nothing is frozen then
 */
export async function freezeFiles(files: readonly string[], run: FreezeRun): Promise<FrozenManifest> {
  const folder = await atomicFolder(run.out, { readOnly: true });
  try {
    const names = frozenNames(files);
    const frozen: FrozenFile[] = [];
    for (const [index, path] of files.entries()) {
      const onProgress = (fraction: number): void => run.onProgress?.((index + fraction) / files.length);
      frozen.push(
        await freezeFile(path, { folder: folder.path, name: names[index]!, delimiter: run.delimiter, onProgress }),
      );
    }
    const rows = frozen.reduce((sum, entry) => sum + entry.rows, 0);
    if (rows === 0) throw new Failure("bad_input", "no rows to freeze", { hint: "name a file with rows" });
    const version: Omit<FrozenManifest, "digest"> = {
      format: 1,
      kind: run.month === undefined ? "frozen" : "replay",
      month: run.month ?? null,
      createdAt: run.now.toISOString(),
      by: run.by,
      reason: run.reason,
      files: frozen,
      rows,
      after: run.after === undefined ? null : await following(run, { dir: folder.path, files: frozen }),
    };
    const manifest: FrozenManifest = { ...version, digest: digestOf(version) };
    const bytes = manifestBytes(manifest);
    await writeSynced(join(folder.path, MANIFEST), bytes);
    await writeSynced(join(folder.path, MANIFEST_SEAL), sealLine(rowSeal(bytes)));
    await folder.commit();
    return manifest;
  } finally {
    await folder.abort();
  }
}

/** Names in the version's folder: those of the sources, as JSONL. */
function frozenNames(files: readonly string[]): string[] {
  const names = sourceNames(files).map(
    (name) =>
      `${name
        .replaceAll(/[\\/:]+/g, "-")
        .replace(/^[.-]+/, "")
        .replace(/(?:\.(?:jsonl|ndjson|json|csv|tsv|parquet|gz|zst|arrow))+$/i, "")}.jsonl`,
  );
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return names;
  throw new Failure("bad_input", `two files would be frozen as ${repeated}`, {
    hint: "freeze them as two versions, or rename one",
  });
}

async function freezeFile(
  path: string,
  {
    folder,
    name,
    delimiter,
    onProgress,
  }: { folder: string; name: string; delimiter: Delimiter | undefined; onProgress: (fraction: number) => void },
): Promise<FrozenFile> {
  const source = await openRows(path, { ...READ_LIMITS, delimiter });
  const isJsonl = source.container === "jsonl"; // space around the rows of an array is the array's
  const index = `${name}.rows`;
  const [data, seals] = [await atomicFile(join(folder, name)), await atomicFile(join(folder, index))];
  const [hash, indexHash] = [createHash("sha256"), createHash("sha256")];
  let [rows, bytes] = [0, 0];
  try {
    for await (const item of source.items) {
      onProgress(source.fraction());
      const lines =
        item.kind === "bad-row"
          ? [{ line: item.line, kind: item.finding, detail: item.detail }]
          : blockLines(item, READ_LIMITS.lineBytes);
      for (const found of lines) {
        const problem = "text" in found ? parseRow(found.text, READ_LIMITS.columns).problem : found.detail;
        if (problem !== undefined || !("text" in found)) throw unreadable(path, found.line, problem ?? "");
        const row = Buffer.from(`${isJsonl ? found.text : found.text.trim()}\n`);
        const seal = sealLine(rowSeal(row));
        await data.write(row);
        await seals.write(seal);
        hash.update(row);
        indexHash.update(seal);
        rows += 1;
        bytes += row.length;
      }
    }
    await data.commit();
    await seals.commit();
  } finally {
    await data.abort();
    await seals.abort();
  }
  return {
    file: name,
    source: basename(path),
    sourceSha256: await source.sha256(),
    rows,
    bytes,
    sha256: hash.digest("hex"),
    index,
    indexSha256: indexHash.digest("hex"),
  };
}

function unreadable(path: string, line: number, detail: string): Failure {
  return new Failure("bad_input", `${path}, line ${line}: ${detail}`, {
    hint: "only readable rows can be frozen: remove this line, as the stage `trainable` of `tunewright data run` does",
  });
}

async function following(
  { after, key }: Pick<FreezeRun, "after" | "key">,
  version: { dir: string; files: readonly FrozenFile[] },
): Promise<FrozenManifest["after"]> {
  const manifest = await readManifest(after!);
  if (manifest === undefined)
    throw new Failure("not_found", `${after} is not a frozen version`, { hint: "name the folder of a frozen version" });
  const {
    samples: _samples,
    by: _by,
    ...counts
  } = await versionDiff({ dir: after!, files: manifest.files }, version, key);
  return { version: basename(after!), digest: manifest.digest, ...counts };
}
