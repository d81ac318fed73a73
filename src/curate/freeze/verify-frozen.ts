import { existsSync } from "node:fs";
import { lstat, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import type { FrozenCheck, FrozenFile, FrozenFinding, FrozenManifest, Tombstone } from "../../domain/frozen.ts";
import { changedByte } from "./changed-byte.ts";
import { byteFinding, checkRows, type Find } from "./check-rows.ts";
import { digestOf, fileLines, MANIFEST, MANIFEST_SEAL, readManifest, TOMBSTONE, tombstoneOf } from "./frozen-folder.ts";
import { rowSeal, sealLine, sealsOf } from "./row-seal.ts";

/** Maximum findings listed; all are counted. */
const LISTED = 100;

/** Position of a finding that has none. */
const NO_PLACE = { row: null, byte: null, offset: null };

/**
 * Compares a frozen version with its seals: every byte of its rows, its indexes and its manifest. An unchanged file is
 * read once; in other files, rows are found by their own hashes.
 *
 * @param expected digest that the version must have, if it was stored elsewhere: it protects against somebody who can
 * write to the folder
 * @throws Failure not_found if the folder contains no version
 */
export async function verifyFrozen(dir: string, expected?: string): Promise<FrozenCheck> {
  if (!existsSync(join(dir, MANIFEST)) && !existsSync(join(dir, MANIFEST_SEAL))) {
    throw new Failure("not_found", `${dir} is not a frozen version: it has no ${MANIFEST}`, {
      hint: "name a folder that `tunewright data freeze` wrote",
    });
  }
  const all: FrozenFinding[] = [];
  let findingCount = 0;
  const find = (finding: FrozenFinding): void => {
    findingCount += 1;
    if (all.length < LISTED) all.push(finding);
  };
  await checkManifest(dir, find);
  const manifest = await readManifest(dir);
  const tombstone = await tombstoneOf(dir);
  if (tombstone !== undefined) {
    find({ kind: "withdrawn", file: TOMBSTONE, ...NO_PLACE, detail: withdrawnText(tombstone) });
  } else if (manifest !== undefined) {
    if (digestOf(manifest) !== manifest.digest) {
      find({
        kind: "other-digest",
        file: MANIFEST,
        ...NO_PLACE,
        detail: "its digest does not match its content",
      });
    }
    for (const file of manifest.files) await checkFile(dir, file, find);
    await checkKinds(dir, manifest, find);
    await checkNames(dir, manifest, find);
  }
  if (expected !== undefined && manifest?.digest !== expected) {
    const detail = `the digest is ${manifest?.digest ?? "unknown"}, expected ${expected}`;
    find({ kind: "other-digest", file: MANIFEST, ...NO_PLACE, detail });
  }
  return { dir, ok: findingCount === 0, manifest: manifest ?? null, findings: all, findingCount };
}

function withdrawnText({ withdrawnAt, rows, reason, replacedBy }: Tombstone): string {
  const next = replacedBy === null ? "no version replaces it" : `${replacedBy.version} replaces it`;
  return `the version was withdrawn on ${withdrawnAt.slice(0, 10)}: ${rows} ${reason}; ${next}`;
}

/** Compares the manifest with its seal. If they differ, either may have been changed. */
async function checkManifest(dir: string, find: Find): Promise<void> {
  const [manifest, line] = [await bytesOf(dir, MANIFEST), await bytesOf(dir, MANIFEST_SEAL)];
  for (const [file, bytes] of [
    [MANIFEST, manifest],
    [MANIFEST_SEAL, line],
  ] as const) {
    if (bytes === undefined) find({ kind: "missing-file", file, ...NO_PLACE, detail: "it is missing" });
  }
  if (manifest === undefined || line === undefined) return;
  const isNow = Buffer.from(sealLine(rowSeal(manifest)));
  if (isNow.equals(line)) return;
  const [seal] = sealsOf(line.toString("latin1")) ?? [];
  const changed = seal === undefined ? undefined : changedByte(manifest, seal);
  const places = isNow.length === line.length ? [...isNow.keys()].filter((index) => isNow[index] !== line[index]) : [];
  if (changed === undefined && places.length === 1) {
    const [place] = places as [number];
    find(byteFinding(MANIFEST_SEAL, { row: 1, place, offset: place, was: isNow[place]!, is: line[place]! }));
  } else if (changed !== undefined) {
    find(
      byteFinding(MANIFEST, {
        row: lineAt(manifest, changed.place),
        offset: changed.place,
        ...changed,
        place: columnAt(manifest, changed.place),
      }),
    );
  } else
    find({
      kind: "changed-file",
      file: MANIFEST,
      ...NO_PLACE,
      detail: "it differs from the sealed file in more than one byte",
    });
}

async function checkFile(dir: string, file: FrozenFile, find: Find): Promise<void> {
  const paths = { data: join(dir, file.file), index: join(dir, file.index) };
  const missing = Object.entries({ data: file.file, index: file.index }).filter(
    ([kind]) => !existsSync(paths[kind as "data"]),
  );
  for (const [, name] of missing) find({ kind: "missing-file", file: name, ...NO_PLACE, detail: "it is missing" });
  if (missing.some(([kind]) => kind === "data")) return;
  const isWhole = (await stat(paths.data)).size === file.bytes && (await hashFile(paths.data)) === file.sha256;
  if (missing.length > 0) {
    if (!isWhole)
      find({
        kind: "changed-file",
        file: file.file,
        ...NO_PLACE,
        detail: "it differs from the frozen file; its index is missing",
      });
    return;
  }
  const hasIndex = (await hashFile(paths.index)) === file.indexSha256;
  if (!hasIndex) {
    if (!isWhole)
      find({ kind: "changed-file", file: file.file, ...NO_PLACE, detail: "it differs from the frozen file" });
    find({ kind: "changed-file", file: file.index, ...NO_PLACE, detail: "it differs from the frozen file" });
    await checkWithIndex(paths, { file, isWhole }, find);
  } else if (!isWhole) {
    await checkRows(paths.data, { file, seals: sealsOf(await readFile(paths.index, "latin1"))! }, find);
  }
}

/**
 * Evaluates a changed index whose file may also have been changed. If a row differs from its line in the index, either
 * a byte of the row was changed, if the line proves it, or the line was changed.
 */
async function checkWithIndex(
  paths: { data: string; index: string },
  { file: { file, index }, isWhole }: { file: FrozenFile; isWhole: boolean },
  find: Find,
): Promise<void> {
  const lines = fileLines(paths.index);
  let [row, dataOffset, offset] = [0, 0, 0];
  for await (const bytes of fileLines(paths.data)) {
    row += 1;
    const line = (await lines.next()).value as Buffer | undefined;
    if (line === undefined) {
      find({ kind: "missing-row", file: index, row, byte: null, offset, detail: "the index ends before this row" });
      return;
    }
    const isNow = Buffer.from(sealLine(rowSeal(bytes)));
    if (!isNow.equals(line)) {
      const seal = sealsOf(line.toString("latin1"))?.[0];
      const changed = isWhole || seal === undefined ? undefined : changedByte(bytes, seal);
      if (changed === undefined) {
        const place = [...isNow.keys()].find((index) => isNow[index] !== line[index]) ?? isNow.length;
        const value = (from: Buffer): number => from[place] ?? 0;
        find(byteFinding(index, { row, place, offset: offset + place, was: value(isNow), is: value(line) }));
        if (isNow.length !== line.length) return;
      } else find(byteFinding(file, { row, offset: dataOffset + changed.place, ...changed }));
    }
    offset += line.length;
    dataOffset += bytes.length;
  }
  if ((await lines.next()).done !== true) {
    find({
      kind: "extra-row",
      file: index,
      row: row + 1,
      byte: null,
      offset,
      detail: "the index continues after the last row",
    });
  }
}

/** Rejects links: the target of a link can be replaced without a trace in the folder, whatever its content. */
async function checkKinds(dir: string, { files }: FrozenManifest, find: Find): Promise<void> {
  for (const name of [MANIFEST, MANIFEST_SEAL, ...files.flatMap(({ file, index }) => [file, index])]) {
    const found = await lstat(join(dir, name)).catch(() => undefined); // one that is gone is found elsewhere
    if (found === undefined || found.isFile()) continue;
    const detail = `it is ${found.isSymbolicLink() ? "a link" : "not a regular file"}, expected a file`;
    find({ kind: "changed-file", file: name, ...NO_PLACE, detail });
  }
}

async function checkNames(dir: string, { files }: FrozenManifest, find: Find): Promise<void> {
  const known = new Set([MANIFEST, MANIFEST_SEAL, ...files.flatMap(({ file, index }) => [file, index])]);
  for (const file of (await readdir(dir)).toSorted()) {
    if (!known.has(file)) find({ kind: "extra-file", file, ...NO_PLACE, detail: "it is not part of the version" });
  }
}

function lineAt(bytes: Buffer, place: number): number {
  return bytes.subarray(0, place).filter((byte) => byte === 10).length + 1;
}

function columnAt(bytes: Buffer, place: number): number {
  return place - (bytes.subarray(0, place).lastIndexOf(10) + 1);
}

async function bytesOf(dir: string, name: string): Promise<Buffer | undefined> {
  return existsSync(join(dir, name)) ? readFile(join(dir, name)) : undefined;
}
