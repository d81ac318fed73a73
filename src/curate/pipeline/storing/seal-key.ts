import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

import { asWriteFailure } from "../../../base/atomic-write.ts";
import { Failure, isSystemError } from "../../../base/failure.ts";
import { asReadFailure } from "../../../base/read-text.ts";
import { type Seal, sealBy } from "./seal.ts";

/** Environment variable with the path of another key file. */
const SEAL_KEY_VARIABLE = "TUNEWRIGHT_SEAL_KEY_FILE";

const KEY_BYTES = 32;

/** Keys by file, cached. */
const keys = new Map<string, Buffer>();

/**
 * The seal of one location: an artefact by its name, the record of the last run by its own. Each has a separate key,
 * derived from the user's key, so that a seal is valid only for its location.
 *
 * @param place  folder of an artefact, its address in a bucket, or a file; its last part counts
 * @param key    key of the location if supplied: cluster workers receive it from the process that started them
 * @throws Failure outside if the user's key can neither be read nor created; bad_input if others may read it
 */
export function sealOf(place: string, key?: string): Seal {
  if (key !== undefined) {
    const given = Buffer.from(key, "hex");
    return sealBy({ toSeal: () => given, toOpen: () => given });
  }
  const path = keyFile(process.env);
  return sealBy({
    toSeal: () => derived(userKey(path), place),
    toOpen: () => {
      const known = knownKey(path);
      return known === undefined ? undefined : derived(known, place);
    },
  });
}

/** The key of a location as 64 hexadecimal digits: it is valid for that location only. */
export function placeKey(place: string): string {
  return derived(userKey(keyFile(process.env)), place).toString("hex");
}

function derived(key: Buffer, place: string): Buffer {
  return createHmac("sha256", key)
    .update(`tunewright ${basename(place)}`)
    .digest();
}

/**
 * Path of this user's key, outside every programme folder so that it is never copied with one.
 *
 * @source XDG Base Directory Specification 0.8: XDG_DATA_HOME, else ~/.local/share
 */
export function keyFile(env: Readonly<Record<string, string | undefined>>): string {
  const named = env[SEAL_KEY_VARIABLE];
  if (named !== undefined && named !== "") return named;
  return join(env["XDG_DATA_HOME"] || join(homedir(), ".local", "share"), "tunewright", "seal.key");
}

function userKey(path: string): Buffer {
  return knownKey(path) ?? makeKey(path);
}

function knownKey(path: string): Buffer | undefined {
  const key = keys.get(path) ?? readKey(path);
  if (key !== undefined) keys.set(path, key);
  return key;
}

function readKey(path: string): Buffer | undefined {
  try {
    const { mode, size } = statSync(path);
    const isOpen = process.platform !== "win32" && (mode & 0o077) !== 0;
    if (isOpen) {
      throw new Failure(
        "bad_input",
        `${path} can be read or written by others, but it seals the artefacts of data run`,
        {
          hint: `chmod 600 ${path}`,
        },
      );
    }
    const key = size > 1024 ? "" : readFileSync(path, "utf8").trim();
    if (/^[0-9a-f]{64}$/.test(key)) return Buffer.from(key, "hex");
    throw new Failure("bad_input", `${path} is not a valid key: expected 64 hexadecimal digits`, {
      hint: "remove it: the next run creates a new key and repeats its work",
    });
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw asReadFailure(error, path);
  }
}

/** Creates the key atomically; concurrent processes all get the key of the first. */
function makeKey(path: string): Buffer {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, `${randomBytes(KEY_BYTES).toString("hex")}\n`, { flag: "wx", mode: 0o600, flush: true });
    try {
      linkSync(temporary, path);
    } catch (error) {
      if (isSystemError(error, "EPERM", "ENOTSUP", "ENOSYS", "EMLINK")) renameSync(temporary, path); // no second names
      else if (!isSystemError(error, "EEXIST")) throw error;
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch (error) {
    const failure = asWriteFailure(error, path);
    if (!(failure instanceof Failure)) throw failure;
    throw new Failure(failure.kind, failure.message, {
      hint: `set ${SEAL_KEY_VARIABLE} to a file that this user can write: it stores the key that seals the artefacts of data run`,
      cause: failure,
    });
  }
  return knownKey(path)!;
}
