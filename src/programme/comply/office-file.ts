import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";

/** A constant time in every header of the archive. */
const TIME = new Date(1980, 0, 1);

/** Times at which an Office file was created and last changed (ECMA-376 part 2, core properties). */
const CORE_PROPERTIES = "docProps/core.xml";

/**
 * A Word or Excel file with the day of a paper instead of the current time, so that equal content gives equal bytes.
 *
 * @param day  `YYYY-MM-DD`
 */
export function datedOfficeFile(bytes: Uint8Array, day: string): Uint8Array {
  const parts = Object.entries(unzipSync(bytes)).map(([path, content]) => {
    if (path !== CORE_PROPERTIES) return [path, content] as const;
    const dated = strFromU8(content).replaceAll(/(<dcterms:(?:created|modified)[^>]*>)[^<]*/g, `$1${day}T00:00:00Z`);
    return [path, strToU8(dated)] as const;
  });
  return zipSync(Object.fromEntries(parts), { mtime: TIME });
}
