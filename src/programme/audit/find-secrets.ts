import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { readText } from "../../base/read-text.ts";
import type { FoundSecret } from "../../audit/facts.ts";
import { SECRETS } from "../../curate/pii/recognisers/secrets.ts";

/** Names of configuration files. */
const CONFIGURATION = /(?:\.(?:ya?ml|json|toml|ini|cfg)|^\.env(?:\..+)?)$/;

/** Folders of a programme with configuration. */
const FOLDERS = [".", "eval", "configs", "config"] as const;

/** Largest file that is searched, in bytes; a configuration file has a few kB. */
const MAX_BYTES = 2 ** 20;

/** Configuration files of a programme, and the lines with secrets. The secrets themselves are not kept. */
export async function findSecrets(dir: string): Promise<{ files: string[]; secrets: FoundSecret[] }> {
  const files: string[] = [];
  for (const folder of FOLDERS) {
    const entries = await readdir(join(dir, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile() || !CONFIGURATION.test(entry.name)) continue;
      const name = folder === "." ? entry.name : `${folder}/${entry.name}`;
      if ((await stat(join(dir, name))).size <= MAX_BYTES) files.push(name);
    }
  }
  files.sort();
  const secrets: FoundSecret[] = [];
  for (const file of files) secrets.push(...secretsIn(await readText(join(dir, file)), file));
  return { files, secrets };
}

/** Secrets in a text, by line; the secrets themselves are not kept. */
export function secretsIn(text: string, file: string): FoundSecret[] {
  return SECRETS.flatMap(({ name, find }) =>
    find(text, {}).map(({ start }) => ({ file, line: text.slice(0, start).split("\n").length, kind: name })),
  ).toSorted((a, b) => a.line - b.line);
}
