import { open, stat } from "node:fs/promises";

import { Failure, isSystemError } from "./failure.ts";

/** Largest file that is read whole into memory (configurations, programmes, price lists), in bytes. */
export const MAX_TEXT_BYTES = 64 * 2 ** 20;

/**
 * Reads a whole text file as UTF-8, without its byte-order mark, with CRLF turned into LF.
 *
 * @throws Failure not_found where it does not exist; bad_input where it is a folder, too large, binary or not UTF-8
 */
export async function readText(path: string, maxBytes: number = MAX_TEXT_BYTES): Promise<string> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) throw new Failure("bad_input", `${path} is a folder, not a file`);
    if (info.size > maxBytes) {
      throw new Failure("bad_input", `${path} has ${info.size} bytes, more than the ${maxBytes} that are read whole`, {
        hint: "is it the right file? data files are given as JSONL, CSV or Parquet and read as streams",
      });
    }
    const file = await open(path, "r");
    try {
      return decodeText(await file.readFile(), path);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw asReadFailure(error, path);
  }
}

/** Turns an error of the operating system while reading `path` into a Failure; passes anything else on. */
export function asReadFailure(error: unknown, path: string): unknown {
  if (isSystemError(error, "ENOENT", "ENOTDIR"))
    return new Failure("not_found", `${path} does not exist`, { cause: error });
  if (isSystemError(error, "EACCES", "EPERM")) {
    return new Failure("bad_input", `${path} may not be read (permission denied)`, { cause: error });
  }
  if (isSystemError(error)) return new Failure("outside", `cannot read ${path}: ${error.message}`, { cause: error });
  return error;
}

/**
 * Decodes bytes as strict UTF-8 text.
 *
 * @param name  what the bytes are, for the message: usually a path
 * @throws Failure bad_input that names the line of the first byte that is not UTF-8, or the other encoding it looks like
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new Failure("bad_input", `${name} is UTF-16, expected UTF-8`, {
      hint: `convert it: iconv -f UTF-16 -t UTF-8`,
    });
  }
  const nul = bytes.indexOf(0);
  if (nul !== -1) {
    throw new Failure("bad_input", `${name} is binary: byte ${nul} is zero`, { hint: "expected a UTF-8 text file" });
  }
  const text = new TextDecoder("utf-8").decode(bytes); // drops a byte-order mark
  const broken = text.includes("\ufffd") ? firstInvalid(bytes) : -1;
  if (broken !== -1) {
    const line = 1 + bytes.subarray(0, broken).reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0);
    throw new Failure("bad_input", `${name}, line ${line}: byte 0x${bytes[broken]!.toString(16)} is not UTF-8`, {
      hint: "if it is Latin-1 or Windows-1252: iconv -f WINDOWS-1252 -t UTF-8",
    });
  }
  return text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
}

/** Offset of the first character that is not valid UTF-8, or -1: found by bisection on prefixes. */
function firstInvalid(bytes: Uint8Array): number {
  const isValid = (end: number, stream: boolean): boolean => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end), { stream });
      return true;
    } catch {
      return false;
    }
  };
  if (isValid(bytes.length, false)) return -1; // the text holds a real U+FFFD
  let [good, bad] = [0, bytes.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isValid(middle, true)) good = middle;
    else bad = middle;
  }
  while (!isValid(good, false)) good -= 1; // back to the first byte of a character that breaks off
  return good;
}
