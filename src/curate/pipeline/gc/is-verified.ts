import { temporaryFor } from "../../../base/temporary-file.ts";
import { openStorage, placeIn } from "../../../remote/storage.ts";
import { sealOf } from "../storing/seal-key.ts";

/** Files without their own seal: the rows, whose hashes the sealed records contain. */
const ROWS = /\.(?:kept|dropped|notes)\.jsonl$/;

/** Files that alone decide: if one exists, its seal must be valid. */
const DECIDING = ["manifest.json", "removed.json"];

/**
 * True if a valid seal of this user shows that a run wrote the artefact: the seal of its manifest or its lineage, or, if
 * it is incomplete, of any record, decision or summary. False if its only files are rows or temporary files.
 *
 * @param store  folder of all artefacts, or its address in a bucket
 * @param files  files of the artefact
 */
export async function isVerified(
  store: string,
  { name, files }: { name: string; files: readonly { name: string }[] },
): Promise<boolean> {
  const folder = placeIn(store, name);
  const storage = openStorage(folder);
  const seal = sealOf(folder);
  const isSealed = async (file: string): Promise<boolean> => {
    const bytes = await storage.read(file);
    return (file.endsWith(".json") ? seal.unsealed(String(bytes ?? "")) : seal.unsealedBytes(bytes)) !== undefined;
  };
  const names = files.map((file) => file.name).filter((file) => temporaryFor(file) === undefined);
  const deciding = DECIDING.filter((file) => names.includes(file));
  if (deciding.length > 0) {
    for (const file of deciding) if (!(await isSealed(file))) return false;
    return true;
  }
  for (const file of names) if (!ROWS.test(file) && (await isSealed(file))) return true;
  return false;
}
