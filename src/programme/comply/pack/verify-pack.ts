import { strFromU8 } from "fflate";

import { sha256 } from "../../../base/hash.ts";
import { readWhole } from "../../../base/read-text.ts";
import { type PackChange, type PackCheck, PackManifest } from "../../../domain/compliance-pack.ts";
import {
  type ArchiveFile,
  archiveBytes,
  contentOffset,
  MANIFEST,
  MANIFEST_HASH,
  MOST_BYTES,
  statedSize,
} from "./pack-archive.ts";

/** A file of a pack and its position according to the manifest. */
type Placed = ArchiveFile & { header: number; start: number; sha256: string; claims: readonly string[] };

const ALL = "every claim";

const LIMITS =
  "A pack that was rewritten as a whole also appears intact: compare its SHA-256 with the one that comply pack printed, and the head of the ledger with a copy kept elsewhere.";

/**
 * Checks every byte of a pack: the hash of each file against the manifest, the manifest against its own hash, and the
 * rest of the archive against the archive that these files make. A change is listed with the claims that it affects; if
 * the manifest itself is changed, no claim is supported.
 *
 * @param wanted SHA-256 that comply pack printed; undefined if it is not available
 */
export function verifyPack(
  bytes: Uint8Array,
  { path, wanted }: { path: string; wanted?: string | undefined },
): PackCheck {
  const hash = sha256(bytes);
  const read = readManifest(bytes);
  const changes = "change" in read ? [read.change] : changesOf(bytes, read.manifest, read.text);
  if (wanted !== undefined && wanted !== hash && changes.length === 0) {
    changes.push({ place: "pack", offset: 0, detail: `its SHA-256 is ${hash}, expected ${wanted}`, breaks: [ALL] });
  }
  const claims = "change" in read ? null : read.manifest.claims;
  const broken = changes.flatMap(({ breaks }) => breaks);
  return {
    path,
    sha256: hash,
    isIntact: changes.length === 0,
    claims: claims?.length ?? null,
    broken: broken.includes(ALL) ? (claims?.map(({ id }) => id) ?? [ALL]) : [...new Set(broken)],
    changes,
    limits: LIMITS,
  };
}

/**
 * Checks the pack in a file, like `verifyPack`.
 *
 * @param shown the path as the user wrote it
 * @throws Failure not_found if there is none, bad_input if it is too large
 */
export async function verifyPackFile(
  path: string,
  { shown, wanted }: { shown: string; wanted?: string | undefined },
): Promise<PackCheck> {
  return verifyPack(await readWhole(path, { maxBytes: 2 * MOST_BYTES, shown }), { path: shown, wanted });
}

/** The manifest of a pack, or the change that makes it unreadable. */
function readManifest(bytes: Uint8Array): { manifest: PackManifest; text: Uint8Array } | { change: PackChange } {
  const first = contentOffset(MANIFEST_HASH, 0);
  const header = first + 64;
  const start = contentOffset(MANIFEST, header);
  const size = statedSize(bytes, header) ?? 0;
  const text = bytes.subarray(start, start + size);
  const stated = strFromU8(bytes.subarray(first, first + 64), true);
  const actual = sha256(text);
  const change = (detail: string): { change: PackChange } => ({
    change: { place: MANIFEST, offset: header, detail, breaks: [ALL] },
  });
  if (stated !== actual) return change(`its SHA-256 is ${actual}, ${MANIFEST_HASH} says ${printable(stated)}`);
  const parsed = PackManifest.safeParse(parsedJson(strFromU8(text)));
  return parsed.success ? { manifest: parsed.data, text } : change("it is not the manifest of a pack");
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Damaged bytes as printable text. */
function printable(text: string): string {
  return text.replaceAll(/[^0-9a-z]/gi, "?");
}

function changesOf(bytes: Uint8Array, manifest: PackManifest, text: Uint8Array): PackChange[] {
  const files = placedFiles(bytes, manifest);
  const changes = files.flatMap(({ path, content, start, sha256: wanted, claims }): PackChange[] => {
    const actual = sha256(content);
    if (actual === wanted) return [];
    return [
      {
        place: path,
        offset: start,
        detail: `its SHA-256 is ${actual}, the manifest says ${wanted}`,
        breaks: [...claims],
      },
    ];
  });
  // Headers contain a checksum of the content: if a content is changed they differ for that reason alone.
  if (changes.length > 0) return changes;
  const whole = archiveBytes([
    { path: MANIFEST_HASH, content: new TextEncoder().encode(sha256(text)) },
    { path: MANIFEST, content: text },
    ...files,
  ]);
  return frameChange(bytes, { whole, files });
}

function placedFiles(bytes: Uint8Array, manifest: PackManifest): Placed[] {
  const header = contentOffset(MANIFEST_HASH, 0) + 64;
  let offset = contentOffset(MANIFEST, header) + (statedSize(bytes, header) ?? 0);
  return manifest.files.map(({ path, bytes: size, sha256: hash }) => {
    const start = contentOffset(path, offset);
    const placed = {
      path,
      header: offset,
      start,
      content: bytes.subarray(start, start + size),
      sha256: hash,
      claims: manifest.claims.filter(({ files }) => files.includes(path)).map(({ id }) => id),
    };
    offset = start + size;
    return placed;
  });
}

/** The first byte outside the contents that differs from the archive made of the same files. */
function frameChange(
  bytes: Uint8Array,
  { whole, files }: { whole: Uint8Array; files: readonly Placed[] },
): PackChange[] {
  if (Buffer.compare(bytes, whole) === 0) return [];
  const differing = whole.findIndex((byte, index) => byte !== bytes[index]);
  const offset = differing === -1 ? whole.length : differing;
  const detail =
    offset >= bytes.length
      ? `the archive ends after ${bytes.length} bytes, expected ${whole.length}`
      : offset >= whole.length
        ? `${bytes.length - whole.length} bytes follow its end`
        : `byte ${offset} is ${bytes[offset]}, expected ${whole[offset]}`;
  const file = files.findLast(({ header }) => header <= offset);
  const end = files.at(-1);
  const isDirectory = end === undefined || offset >= end.start + end.content.length;
  if (isDirectory) return [{ place: "directory of the archive", offset, detail, breaks: [ALL] }];
  return file === undefined
    ? [{ place: MANIFEST, offset, detail, breaks: [ALL] }]
    : [{ place: `header of ${file.path}`, offset, detail, breaks: [...file.claims] }];
}
