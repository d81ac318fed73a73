import { randomUUID } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { Failure, isSystemError } from "../base/failure.ts";
import { syncFolder } from "../base/atomic-write.ts";
import { invalid, TrackFailure } from "./track-failure.ts";

/** A file or folder of artifacts; `path` is only its name. */
export type ArtifactEntry = { path: string; isDir: boolean; sizeBytes: number | undefined };

/** Maximum length of an artifact's path, in characters. */
const MAX_PATH = 2000;

/** Maximum length of a name on a disk, in bytes. */
const MAX_NAME_BYTES = 255;

/** Folder of files that are being received, below that of all artifacts. */
export const RECEIVING = ".receiving";

/** Time without a byte after which a file in that folder was left by a killed process, ms. */
const LEFT_MS = 3_600_000;

/** Whether a path may name an artifact. MLflow's client cannot ask for a name with a line break or a tab. */
export function isArtifactPath(path: string): boolean {
  const parts = path.split("/");
  const isName = (part: string): boolean =>
    part !== "" &&
    part !== "." &&
    part !== ".." &&
    !/[\\\0\t\n\r]/.test(part) &&
    Buffer.byteLength(part) <= MAX_NAME_BYTES;
  return path.length <= MAX_PATH && !/%2e/i.test(path) && parts[0] !== RECEIVING && parts.every(isName);
}

/**
 * Files of runs and models, by their path below one folder. No path can leave the folder, neither by its segments nor
 * through a link.
 */
export class ArtifactFiles {
  readonly #root: string;

  constructor(dataDir: string) {
    this.#root = join(dataDir, "artifacts");
  }

  /**
   * Writes a file completely or not at all; it is on disk when the promise resolves.
   *
   * @throws TrackFailure INVALID_PARAMETER_VALUE for a path that leaves the folder or is a folder; Failure outside for
   * a full disk
   */
  async write(path: string, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const target = await this.#resolve(path);
    const folder = dirname(target);
    const temporary = join(this.#root, RECEIVING, randomUUID());
    try {
      await mkdir(folder, { recursive: true });
      await mkdir(dirname(temporary), { recursive: true });
      const file = await open(temporary, "wx");
      try {
        await writeFile(file, content); // goes on where the disk took only a part of a chunk
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      if (isSystemError(error, "EISDIR", "ENOTDIR", "EEXIST", "ENOTEMPTY", "ENAMETOOLONG")) {
        throw invalid(`Invalid path: ${path} is not a valid artifact path`);
      }
      if (isSystemError(error, "ENOSPC", "EDQUOT", "EFBIG")) {
        throw new Failure("outside", "the disk of the artifacts is full", {
          hint: "free some space, then send the file again",
          cause: error,
        });
      }
      throw error;
    }
    await syncFolder(folder);
  }

  /**
   * Opens a file for reading.
   *
   * @throws TrackFailure RESOURCE_DOES_NOT_EXIST
   */
  async read(path: string): Promise<{ sizeBytes: number; content: () => NodeJS.ReadableStream }> {
    const target = await this.#resolve(path);
    const found = await statOrNone(target);
    if (found === undefined || !found.isFile()) throw missing(path);
    return { sizeBytes: found.size, content: () => createReadStream(target) };
  }

  /** Entries of a folder, by name; none for a file or a path that does not exist. */
  async list(path: string): Promise<ArtifactEntry[]> {
    const target = path === "" ? this.#root : await this.#resolve(path);
    const found = await statOrNone(target);
    if (found === undefined || !found.isDirectory()) return [];
    const names = (await readdir(target)).filter((name) => target !== this.#root || name !== RECEIVING);
    const entries = await Promise.all(
      names.map(async (name): Promise<ArtifactEntry[]> => {
        const stat = await statOrNone(join(target, name));
        if (stat === undefined || stat.isSymbolicLink()) return [];
        return [{ path: name, isDir: stat.isDirectory(), sizeBytes: stat.isDirectory() ? undefined : stat.size }];
      }),
    );
    return entries.flat().toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  /**
   * Removes a file, or a folder with all its contents. One that does not exist is removed already, so that a client may
   * repeat its request.
   *
   * @throws TrackFailure INVALID_PARAMETER_VALUE
   */
  async remove(path: string): Promise<void> {
    await rm(await this.#resolve(path), { recursive: true, force: true });
  }

  /** Removes incomplete files of a process that was killed while it received them. */
  async removeLeft(nowMs: number): Promise<void> {
    const folder = join(this.#root, RECEIVING);
    for (const name of await readdir(folder).catch(() => [])) {
      const found = await statOrNone(join(folder, name));
      if (found !== undefined && found.mtimeMs < nowMs - LEFT_MS) await rm(join(folder, name), { force: true });
    }
  }

  /** The location of a path on disk. No part of it may be a link. */
  async #resolve(path: string): Promise<string> {
    if (!isArtifactPath(path)) throw invalid("Invalid path");
    const parts = path.split("/");
    let place = this.#root;
    for (const part of parts) {
      place = join(place, part);
      const found = await statOrNone(place);
      if (found === undefined) break;
      if (found.isSymbolicLink()) throw invalid("Invalid path");
    }
    return join(this.#root, ...parts);
  }
}

function missing(path: string): TrackFailure {
  return new TrackFailure("RESOURCE_DOES_NOT_EXIST", `No such artifact: '${path}'`);
}

async function statOrNone(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR", "ENAMETOOLONG")) return undefined;
    throw error;
  }
}
