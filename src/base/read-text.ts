import { type FileHandle, open, stat } from "node:fs/promises";

import { iconvCommand } from "./command-line.ts";
import { Failure, isSystemError } from "./failure.ts";

/** Maximum size of a file that is read completely into memory (configurations, programmes, price lists), in bytes. */
export const MAX_TEXT_BYTES = 64 * 2 ** 20;

/** Size limit, with a hint for larger files, and the name of the file in messages, as the user wrote it. */
export type ReadOptions = { maxBytes?: number; tooLargeHint?: string; shown?: string };

const TOO_LARGE_HINT = "is this the right file? Give data files as JSONL, CSV or Parquet; they are read as streams";

/**
 * Reads a text file as UTF-8, without its byte-order mark, with CRLF converted to LF.
 *
 * @throws Failure not_found if it does not exist; bad_input if it is not a regular file, too large, binary or not UTF-8
 */
export async function readText(path: string, options: ReadOptions = {}): Promise<string> {
  return decodeText(await readWhole(path, options), options.shown ?? path);
}

/** Reads a text file like `readText`; null if it does not exist. @throws Failure as `readText` for everything else */
export async function readTextIfAny(path: string, options: ReadOptions = {}): Promise<string | null> {
  try {
    return await readText(path, options);
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return null;
    throw error;
  }
}

/**
 * Reads a complete file. Pipes and devices are rejected because they may never end.
 *
 * @throws Failure not_found if it does not exist; bad_input if it is not a regular file or too large
 */
export async function readWhole(
  path: string,
  { maxBytes = MAX_TEXT_BYTES, tooLargeHint = TOO_LARGE_HINT, shown = path }: ReadOptions = {},
): Promise<Uint8Array> {
  try {
    const info = await stat(path); // before opening, because opening a pipe waits for its writer
    if (info.isDirectory())
      throw new Failure("bad_input", `${shown} is a folder, not a file`, { hint: "name a file inside it" });
    if (!info.isFile()) {
      throw new Failure("bad_input", `${shown} is not a regular file`, {
        hint: "pipes and devices are not read: write their output to a file first",
      });
    }
    const file = await open(path, "r");
    try {
      const bytes = info.size > maxBytes ? undefined : await readUpTo(file, maxBytes);
      if (bytes !== undefined) return bytes;
    } finally {
      await file.close();
    }
    throw new Failure(
      "bad_input",
      `${shown} has ${sizeText(info.size, maxBytes)} for a file that is read in one piece`,
      {
        hint: tooLargeHint,
      },
    );
  } catch (error) {
    throw asReadFailure(error, shown);
  }
}

/** The bytes of a file, or undefined if there are more than `maxBytes`, regardless of its reported size. */
async function readUpTo(file: FileHandle, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  for (let size = 0; size <= maxBytes;) {
    const wanted = Math.min(2 ** 16, maxBytes + 1 - size);
    const { bytesRead, buffer } = await file.read(new Uint8Array(wanted), 0, wanted);
    if (bytesRead === 0) return Buffer.concat(chunks);
    chunks.push(buffer.subarray(0, bytesRead));
    size += bytesRead;
  }
  return undefined;
}

function sizeText(size: number, maxBytes: number): string {
  return size > maxBytes
    ? `${size} bytes, more than the limit of ${maxBytes}`
    : `more than ${maxBytes} bytes, the limit`;
}

/** Converts an operating system error from reading `path` into a Failure; rethrows anything else. */
export function asReadFailure(error: unknown, path: string): unknown {
  if (isSystemError(error, "ENOENT", "ENOTDIR"))
    return new Failure("not_found", `${path} does not exist`, {
      hint: "check the path and the current folder",
      cause: error,
    });
  if (isSystemError(error, "EACCES", "EPERM")) {
    return new Failure("bad_input", `${path} cannot be read: permission denied`, {
      hint: "grant yourself read access: chmod u+r",
      cause: error,
    });
  }
  if (isSystemError(error, "ELOOP"))
    return new Failure("bad_input", `${path} is a link that leads back to itself`, {
      hint: "replace the link with the file itself",
      cause: error,
    });
  if (isSystemError(error)) return new Failure("outside", `cannot read ${path}: ${error.message}`, { cause: error });
  return error;
}

/**
 * Decodes bytes as strict UTF-8 text.
 *
 * @param name  name for messages, usually a path
 * @throws Failure bad_input that names the line of the first invalid byte, or the encoding that it appears to have
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new Failure("bad_input", `${name} is UTF-16, expected UTF-8`, {
      hint: `convert it: ${iconvCommand("UTF-16", name)}`,
    });
  }
  const nul = bytes.indexOf(0);
  const wide = nul === -1 ? undefined : bareUtf16(bytes);
  if (wide !== undefined) {
    throw new Failure("bad_input", `${name} looks like UTF-16 without a byte-order mark, expected UTF-8`, {
      hint: `convert it: ${iconvCommand(wide, name)}`,
    });
  }
  if (nul !== -1) {
    throw new Failure("bad_input", `${name} is binary: byte ${nul} is zero`, { hint: "expected a UTF-8 text file" });
  }
  const text = new TextDecoder("utf-8").decode(bytes); // removes a byte-order mark
  const broken = text.includes("\ufffd") ? firstInvalid(bytes) : -1;
  if (broken !== -1) {
    const line = 1 + bytes.subarray(0, broken).reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0);
    throw new Failure("bad_input", `${name}, line ${line}: byte 0x${bytes[broken]!.toString(16)} is not UTF-8`, {
      hint: `if it is Latin-1 or Windows-1252: ${iconvCommand("WINDOWS-1252", name)}`,
    });
  }
  return text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
}

/** Detects UTF-16 without a byte-order mark: ASCII in UTF-16 has a zero in every other byte of the first characters. */
function bareUtf16(bytes: Uint8Array): "UTF-16LE" | "UTF-16BE" | undefined {
  const start = bytes.subarray(0, Math.min(64, bytes.length & ~1));
  if (start.length < 8) return undefined;
  const isZero = (parity: number): boolean => start.every((byte, index) => index % 2 !== parity || byte === 0);
  const isText = (parity: number): boolean => start.every((byte, index) => index % 2 !== parity || byte !== 0);
  if (isZero(1) && isText(0)) return "UTF-16LE";
  return isZero(0) && isText(1) ? "UTF-16BE" : undefined;
}

/** Offset of the first character that is not valid UTF-8, or -1. Found by bisection on prefixes. */
function firstInvalid(bytes: Uint8Array): number {
  const isValid = (end: number, stream: boolean): boolean => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end), { stream });
      return true;
    } catch {
      return false;
    }
  };
  if (isValid(bytes.length, false)) return -1; // the text contains a real U+FFFD
  let [good, bad] = [0, bytes.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isValid(middle, true)) good = middle;
    else bad = middle;
  }
  while (!isValid(good, false)) good -= 1; // back to the first byte of an incomplete character
  return good;
}
