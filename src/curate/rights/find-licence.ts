import { type Licence, licenceTable, nameKey } from "./licence-table.ts";

/** What a licence expression comes to: one licence, or words that the table does not hold. */
export type FoundLicence = { licence: Licence; unknown?: undefined } | { licence?: undefined; unknown: string };

/** Suffixes that SPDX puts after a version, and exceptions after WITH: they only widen what is allowed. */
const SUFFIX = /(?:-only|-or-later|\+)$/i;

/** From the freest use to the strictest. */
const USES: readonly Licence["use"][] = ["all", "non-commercial", "academic", "unspecified"];

/** Longest expression that is read: more is no name of a licence but its text. */
const LONGEST = 500;

/**
 * The licence that a name, an address or an SPDX expression means. Of `A OR B` the freer counts, of `A AND B` what both
 * ask; words that are no known licence stay unknown, and so does an expression with one of them where it must be kept.
 *
 * @source SPDX specification 2.3, annex D (expressions)
 */
export function findLicence(text: string): FoundLicence {
  const whole = byName(text);
  if (whole !== undefined) return { licence: whole };
  if (text.length > LONGEST) return { unknown: `${text.slice(0, 60).trim()}…` };
  const parts = text.split(/\s+OR\s+/).map((part) => part.trim());
  if (parts.length > 1) return freest(parts.map((part) => findLicence(unwrapped(part))));
  const all = text.split(/\s+AND\s+/).map((part) => part.trim());
  if (all.length > 1) return together(all.map((part) => findLicence(unwrapped(part))));
  const base = /^(\S+)\s+WITH\s+\S+$/.exec(text)?.[1];
  if (base !== undefined) return findLicence(base);
  return { unknown: text.trim() };
}

function byName(text: string): Licence | undefined {
  const table = licenceTable();
  const id = text.trim().replace(SUFFIX, "");
  return table.get(nameKey(id)) ?? byAddress(text);
}

/** Addresses of Creative Commons' deeds and legal codes, which name the licence in their path. */
function byAddress(text: string): Licence | undefined {
  const found = /creativecommons\.org\/(licenses|publicdomain)\/([a-z-]+)\/(\d\.\d)/i.exec(text);
  if (found === null) return undefined;
  const [, kind, name, version] = found;
  const id = kind!.toLowerCase() === "publicdomain" ? (/zero/i.test(name!) ? "CC0-1.0" : "Public Domain") : undefined;
  return licenceTable().get(nameKey(id ?? `CC-${name}-${version}`));
}

function unwrapped(text: string): string {
  return text.startsWith("(") && text.endsWith(")") ? text.slice(1, -1) : text;
}

function freest(found: readonly FoundLicence[]): FoundLicence {
  const known = found.flatMap(({ licence }) => (licence === undefined ? [] : [licence]));
  const [first] = known.toSorted((a, b) => USES.indexOf(a.use) - USES.indexOf(b.use));
  return first === undefined ? found[0]! : { licence: first };
}

function together(found: readonly FoundLicence[]): FoundLicence {
  const unknown = found.find((each) => each.licence === undefined);
  if (unknown !== undefined) return unknown;
  const known = found.map(({ licence }) => licence!);
  const asked = (of: "attribution" | "shareAlike"): Licence["attribution"] =>
    (["yes", "unknown"] as const).find((answer) => known.some((each) => each[of] === answer)) ?? "no";
  return {
    licence: {
      licence: known.map(({ licence }) => licence).join(" AND "),
      use: USES.findLast((use) => known.some((each) => each.use === use))!,
      attribution: asked("attribution"),
      shareAlike: asked("shareAlike"),
      noDerivatives: known.some((each) => each.noDerivatives),
      note: known.flatMap(({ note }) => (note === "" ? [] : [note])).join("; "),
    },
  };
}
