/** Fields by which an object names its licence. */
const NAMES = new Set(["id", "key", "spdx", "spdx_id", "spdxid", "name", "title", "licenseid", "identifier"]);

/** Other fields of such an object that are ignored. */
const OTHERS = new Set(["url", "href", "link", "node_id", "html_url"]);

/**
 * The licences that a value of a row names: a text, a list of texts, or an object with a name as in the data of GitHub
 * and COCO. If the address in an object is that of a different licence, the address counts. Other values become JSON,
 * which is in no table.
 *
 * @param isKnown true for an address that names a licence
 */
export function licencesIn(value: unknown, isKnown: (address: string) => boolean): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((element) => licencesIn(element, isKnown));
  if (typeof value === "string") return value.trim() === "" ? [] : [value.trim()];
  if (typeof value !== "object") return [JSON.stringify(value)];
  const entries = Object.entries(value as Record<string, unknown>).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  const isLicence = entries.every(([name]) => NAMES.has(name) || OTHERS.has(name));
  const texts = entries.flatMap(([name, entry]) =>
    typeof entry === "string" && entry.trim() !== "" ? [{ name, text: entry.trim() }] : [],
  );
  const names = texts.filter(({ name }) => NAMES.has(name)).map(({ text }) => text);
  const addresses = texts.filter(({ name, text }) => OTHERS.has(name) && isKnown(text)).map(({ text }) => text);
  const found = [...names, ...addresses];
  return isLicence && found.length > 0 ? found : [JSON.stringify(value)];
}
