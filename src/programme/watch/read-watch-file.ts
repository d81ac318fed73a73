import { Failure } from "../../base/failure.ts";
import { canonicalJson, sha256 } from "../../base/hash.ts";
import { readText } from "../../base/read-text.ts";
import { parseYaml } from "../../base/yaml.ts";
import { WatchFile } from "../../domain/watch-file.ts";
import { checkFile } from "../folder/file-failure.ts";
import { resolveInside } from "../folder/resolve-inside.ts";

/** Largest file of a monitor, bytes. */
const MAX_BYTES = 2 ** 20;

/** A monitor with the hash of its content, ignoring comments and order. */
export type ReadWatchFile = { name: string; file: WatchFile; definition: string };

/** Path of a monitor in its programme folder. */
export function watchPath(name: string): string {
  return `watch/${name}.yaml`;
}

/**
 * Reads and checks a monitor of a programme folder.
 *
 * @param name  of `watch/NAME.yaml`
 * @throws Failure not_found, bad_input naming the line and the field
 */
export async function readWatchFile(programmeDir: string, name: string): Promise<ReadWatchFile> {
  if (!/^[\w-]{1,80}$/.test(name)) {
    throw new Failure("bad_input", `"${name}" is not a valid name of a monitor`, {
      hint: "use letters, digits, - and _: watch/NAME.yaml",
    });
  }
  const shown = watchPath(name);
  const path = await resolveInside(programmeDir, shown, `write it: tunewright watch init ${name}`);
  const source = parseYaml(await readText(path, { maxBytes: MAX_BYTES, shown }), shown);
  const file = checkFile(WatchFile, source, { shown, hint: "docs/guides/watch.md lists the fields" });
  return { name, file, definition: sha256(canonicalJson(file)) };
}
