import { Failure } from "../base/failure.ts";

const BLOCK = 512;

/** A file of an archive. */
export type TarFile = { name: string; content: Buffer };

/**
 * Reads the regular files of a tar archive in the ustar format. Names that are absolute or lead outside the archive are
 * refused.
 *
 * @throws Failure bad_input if the archive is truncated or has entries of another kind
 * @source POSIX.1-2017, pax, "ustar Interchange Format"
 */
export function readTar(archive: Buffer): TarFile[] {
  const files: TarFile[] = [];
  for (let place = 0; place + BLOCK <= archive.length;) {
    const header = archive.subarray(place, place + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    const text = (from: number, length: number): string =>
      header
        .subarray(from, from + length)
        .toString("utf8")
        .replace(/\0.*$/s, "");
    const prefix = text(345, 155);
    const name = prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`;
    const bytes = Number.parseInt(text(124, 12), 8);
    const kind = text(156, 1);
    if (kind !== "" && kind !== "0") throw broken(`${name} is not a regular file`);
    if (!Number.isSafeInteger(bytes) || place + BLOCK + bytes > archive.length) throw broken(`${name} is truncated`);
    if (name === "" || name.startsWith("/") || name.split("/").includes(".."))
      throw broken(`${name} is outside the folder`);
    files.push({ name, content: archive.subarray(place + BLOCK, place + BLOCK + bytes) });
    place += BLOCK + Math.ceil(bytes / BLOCK) * BLOCK;
  }
  throw broken("it has no end");
}

function broken(why: string): Failure {
  return new Failure("bad_input", `the archive cannot be read: ${why}`, {
    hint: "it is rewritten at the next check",
  });
}
