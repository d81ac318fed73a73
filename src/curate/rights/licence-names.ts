/** Sites whose paths contain the SPDX id of a licence. */
const PAGES: readonly RegExp[] = [
  /^spdx\.org\/licenses\/([\w.+-]+?)(?:\.html|\.json|\.txt)?$/,
  /^opensource\.org\/licen[sc]es?\/([\w.+-]+?)(?:\.html|\.php)?$/,
  /^choosealicense\.com\/licenses\/([\w.+-]+)$/,
  /^(?:gnu|fsf)\.org\/licenses\/(?:old-licenses\/)?([\w.-]+?)(?:\.[a-z]{2}(?:-[a-z]{2})?)?(?:\.html|\.txt)?$/,
  /^apache\.org\/licenses\/license-([\d.]+?)(?:\.html|\.txt)?$/,
  /^mozilla\.org\/(?:[a-z]{2}-[a-z]{2}\/)?(mpl\/[\d.]+)$/,
  /^opendatacommons\.org\/licenses\/(by|odbl|pddl)(?:\/(?:summary|1[-.]0))?$/,
];

/** Names of licences in the paths of some sites, by SPDX id. */
const IDS: Readonly<Record<string, string>> = { by: "ODC-By-1.0", odbl: "ODbL-1.0", pddl: "PDDL-1.0" };

/**
 * The id of the licence at an address of the SPDX list, of opensource.org, or of the licence's publisher.
 *
 * @returns undefined for any other address, including one with a query
 */
export function idOfAddress(text: string): string | undefined {
  const address = text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/^www\./, "")
    .replace(/\/$/, "");
  const commons = /^creativecommons\.org\/(licenses|publicdomain)\/([a-z-]+)\/(\d\.\d)[\w./-]*$/.exec(address);
  if (commons !== null) {
    const [, kind, name, version] = commons;
    return kind === "publicdomain" ? (/zero/.test(name!) ? "CC0-1.0" : "Public Domain") : `CC-${name}-${version}`;
  }
  for (const [index, page] of PAGES.entries()) {
    const id = page.exec(address)?.[1];
    if (id !== undefined) return index === APACHE ? `Apache-${id}` : (IDS[id] ?? id);
  }
  return undefined;
}

/** The page of Apache's own licences, whose path contains only a version. */
const APACHE = 4;

/**
 * The SPDX id of a Creative Commons licence by its title: `Attribution-NonCommercial 4.0 International`.
 *
 * @source creativecommons.org, titles of the licences 1.0 to 4.0; titles of ports to a country are not read
 */
export function idOfTitle(text: string): string | undefined {
  const words = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s,/–-]+/g, " ")
    .replace(/^(?:the |under )*creative commons /, "");
  const found =
    /^attribution( non ?commercial)?( share ?alike| no ?deriv(?:ative)?s?(?: works)?)?(?: (?:v(?:ersion)? ?)?(\d(?:\.\d)?))?(?: (?:international|unported|generic))?(?: public)?(?: licen[cs]e)?$/.exec(
      words,
    );
  if (found === null) return undefined;
  const [, commercial, adapted, version] = found;
  const parts = ["CC-BY", commercial && "NC", adapted && (/share/.test(adapted) ? "SA" : "ND"), version];
  return parts.filter((part) => part !== undefined).join("-");
}
