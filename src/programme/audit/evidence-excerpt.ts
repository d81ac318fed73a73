import { stat } from "node:fs/promises";
import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import { fileLines, readManifest } from "../../curate/freeze/frozen-folder.ts";
import type { EvidenceExcerpt, ExcerptRequest } from "../../domain/audit-view.ts";
import { resolveInside } from "../folder/resolve-inside.ts";
import { readAudit } from "./audit-files.ts";
import { evidenceLinks } from "./evidence-links.ts";
import { secretsIn } from "./find-secrets.ts";

/** Lines shown before and after the cited one. */
const AROUND = 12;

/** Longest line that is shown, in characters. */
const LINE_CHARS = 2_000;

/** Largest file that is shown, in bytes. */
const MAX_BYTES = 8 * 2 ** 20;

/**
 * Lines around a place that the last audit of a programme cites, without the lines that contain a secret. Other files
 * are rejected, so that the page shows no more than the audit itself read.
 *
 * @throws Failure not_found if the last audit does not cite the place, or the file no longer exists; bad_input if it is
 * not a text file or has no such line
 */
export async function evidenceExcerpt(dir: string, { path, row }: ExcerptRequest): Promise<EvidenceExcerpt> {
  const { audit } = await readAudit(dir);
  const links = audit === null ? {} : await evidenceLinks(dir, audit);
  if (!Object.values(links).some(({ page, id }) => page === "file" && id === path)) {
    throw new Failure("not_found", `the last audit does not cite ${path}, or the file no longer exists`, {
      hint: "run the audit again",
    });
  }
  const isFolder = (await stat(join(dir, path))).isDirectory();
  return isFolder ? frozenRow(dir, path, row) : textLines(dir, path, row);
}

async function textLines(dir: string, path: string, row: number): Promise<EvidenceExcerpt> {
  const text = await readText(await resolveInside(dir, path), { maxBytes: MAX_BYTES, shown: path });
  const lines = text.split("\n");
  if (row > lines.length) throw noRow(path, row);
  const secret = new Set(secretsIn(text, path).map(({ line }) => line));
  const first = Math.max(1, row - AROUND);
  const shown = lines.slice(first - 1, row + AROUND);
  const withheld = shown.filter((_, index) => secret.has(first + index)).length;
  return {
    path,
    row,
    first,
    lines: shown.map((line, index) => (secret.has(first + index) ? "[withheld: a secret]" : shortened(line))),
    withheld,
  };
}

async function frozenRow(dir: string, path: string, row: number): Promise<EvidenceExcerpt> {
  const manifest = await readManifest(join(dir, path));
  let number = 0;
  for (const { file } of manifest?.files ?? []) {
    for await (const line of fileLines(join(dir, path, file))) {
      number += 1;
      if (number < row) continue;
      const text = line.toString("utf8");
      const isSecret = secretsIn(text, path).length > 0;
      return {
        path,
        row,
        first: row,
        lines: [isSecret ? "[withheld: a secret]" : shortened(text)],
        withheld: isSecret ? 1 : 0,
      };
    }
  }
  throw noRow(path, row);
}

function shortened(line: string): string {
  return line.length > LINE_CHARS ? `${line.slice(0, LINE_CHARS)}…` : line;
}

function noRow(path: string, row: number): Failure {
  return new Failure("bad_input", `${path} has no line ${row}`, { hint: "run the audit again: the file has changed" });
}
