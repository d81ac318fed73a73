import { chmod, mkdtemp, open, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";

import { atomicWrite } from "../../../base/atomic-write.ts";
import { Failure } from "../../../base/failure.ts";
import { freezeFiles } from "../../../curate/freeze/freeze-files.ts";
import { fileLines, readManifest, TOMBSTONE, tombstoneOf } from "../../../curate/freeze/frozen-folder.ts";
import type { FrozenManifest, Tombstone } from "../../../domain/frozen.ts";
import type { WithdrawnVersion } from "../../../domain/watch-forget.ts";
import { readTestsetLock, writeTestsetLock } from "../../folder/testset-lock.ts";
import { type ForgottenRows, isForgotten, isSpared } from "./forgotten-rows.ts";

/** A frozen version that contains forgotten rows. */
export type HeldVersion = { dir: string; manifest: FrozenManifest; rows: number };

/** Folders that contain no datasets of users. */
const SKIPPED: ReadonlySet<string> = new Set(["node_modules", "reports"]);

/** Maximum depth of folders that are searched. */
const MOST_LEVELS = 6;

/** Frozen versions in a programme folder that contain rows to forget; withdrawn versions contain none. */
export async function versionsWith(programmeDir: string, forgotten: ForgottenRows): Promise<HeldVersion[]> {
  const held: HeldVersion[] = [];
  if (forgotten.ids.size === 0 && forgotten.replayed === undefined) return held;
  for (const dir of await versionFolders(programmeDir, MOST_LEVELS)) {
    const manifest = await readManifest(dir);
    if (manifest === undefined || isSpared(manifest, forgotten) || (await tombstoneOf(dir)) !== undefined) continue;
    let rows = 0;
    for (const { file } of manifest.files) {
      for await (const line of fileLines(join(dir, file))) if (isForgotten(line, manifest, forgotten)) rows += 1;
    }
    if (rows > 0) held.push({ dir, manifest, rows });
  }
  return held;
}

async function versionFolders(dir: string, levels: number): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  if (entries.some(({ name }) => name === "manifest.json")) return [dir];
  if (levels === 0) return [];
  const folders = entries.filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith(".") && !SKIPPED.has(entry.name),
  );
  const found: string[] = [];
  for (const { name } of folders.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    found.push(...(await versionFolders(join(dir, name), levels - 1)));
  }
  return found;
}

/**
 * Withdraws a version: freezes its other rows as a new version next to it, pins the sets of `testset.lock` to the new
 * version, leaves a tombstone and deletes the rows. If killed in between, the same command continues: the new version
 * is found again.
 *
 * @throws Failure as `freezeFiles`; outside if a file cannot be deleted
 */
export async function withdrawVersion(
  { dir, manifest, rows }: HeldVersion,
  { programmeDir, forgotten, now }: { programmeDir: string; forgotten: ForgottenRows; now: Date },
): Promise<WithdrawnVersion> {
  const next = (await madeBefore({ dir, manifest })) ?? (await freezeRest({ dir, manifest, rows }, { forgotten, now }));
  const replacedBy = next === undefined ? null : relative(programmeDir, next.dir);
  const folder = relative(programmeDir, dir);
  const lock = await readTestsetLock(programmeDir);
  const pinned = Object.entries(lock?.sets ?? {}).filter(([, set]) => join(programmeDir, set.folder) === dir);
  if (next !== undefined) {
    const version = { folder: relative(programmeDir, next.dir), digest: next.manifest.digest };
    for (const [name, set] of pinned) await writeTestsetLock(programmeDir, { name, set: { ...set, ...version } });
  }
  const tombstone: Tombstone = {
    format: 1,
    withdrawnAt: now.toISOString(),
    reason: REASON,
    rows,
    digest: manifest.digest,
    replacedBy: next === undefined ? null : { version: basename(next.dir), digest: next.manifest.digest },
  };
  await chmod(dir, 0o755);
  await atomicWrite(join(dir, TOMBSTONE), `${JSON.stringify(tombstone, null, 2)}\n`);
  for (const { file, index } of manifest.files) {
    for (const name of [file, index]) await rm(join(dir, name), { force: true });
  }
  await chmod(dir, 0o555);
  return { version: folder, rows, replacedBy, locks: pinned.map(([name]) => name) };
}

const REASON = "rows were forgotten (tunewright watch forget)";

type Next = { dir: string; manifest: FrozenManifest };

/** The version without the rows that an interrupted earlier run made. */
async function madeBefore({ dir, manifest }: Pick<HeldVersion, "dir" | "manifest">): Promise<Next | undefined> {
  for (const { name } of await readdir(dirname(dir), { withFileTypes: true })) {
    const found = await readManifest(join(dirname(dir), name));
    if (found?.reason === REASON && found.after?.digest === manifest.digest) {
      return { dir: join(dirname(dir), name), manifest: found };
    }
  }
  return undefined;
}

async function freezeRest(
  { dir, manifest, rows }: HeldVersion,
  { forgotten, now }: { forgotten: ForgottenRows; now: Date },
): Promise<Next | undefined> {
  if (rows === manifest.rows) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "tunewright-forget-"));
  try {
    const paths: string[] = [];
    for (const { file } of manifest.files) {
      const path = join(folder, file);
      const out = await open(path, "w");
      let kept = 0;
      try {
        for await (const line of fileLines(join(dir, file))) {
          if (isForgotten(line, manifest, forgotten)) continue;
          await out.write(line);
          kept += 1;
        }
      } finally {
        await out.close();
      }
      if (kept > 0) paths.push(path);
    }
    const out = await freeName(dir);
    const run = { out, by: manifest.by, reason: REASON, now, after: dir, month: manifest.month ?? undefined };
    return { dir: out, manifest: await freezeFiles(paths, run) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Maximum number of versions with one name that are tried. */
const MOST_NAMES = 1_000;

/** `v1-2` for `v1`, and so on if it exists. */
async function freeName(dir: string): Promise<string> {
  const taken = new Set(await readdir(dirname(dir)));
  for (let number = 2; number < MOST_NAMES; number++) {
    const name = `${basename(dir)}-${number}`;
    if (!taken.has(name)) return join(dirname(dir), name);
  }
  throw new Failure("bad_input", `too many versions next to ${dir}`, {
    hint: "remove versions that are not used",
  });
}
