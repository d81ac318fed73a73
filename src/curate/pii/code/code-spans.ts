import { fold } from "../names/fold.ts";
import { wordFacts } from "../names/gazetteer.ts";
import type { Span } from "../span.ts";
import { codePlaces, PLACE } from "./code-regions.ts";
import { declarationKind } from "./declarations.ts";

/** Entities that are searched for anywhere in code: credentials and contact addresses. */
const ANYWHERE: ReadonlySet<string> = new Set(["SECRET", "EMAIL_ADDRESS", "DENIED"]);

/** Entities that do not identify a person in a string or a comment of a program. */
const NOT_IN_LITERALS: ReadonlySet<string> = new Set(
  "URL DATE_TIME LOCATION ORGANIZATION NRP TITLE AGE ZIP_CODE USERNAME MAC_ADDRESS UK_POSTCODE DE_PLZ".split(" "),
);

/** Minimum score of a name in a string or a comment: the name must be confirmed by lists and context. */
const SURE_NAME = 0.8;

/** Minimum score of any other entity in a string or a comment. */
const SURE = 0.5;

/** Minimum score of a telephone number without such a format: a word nearby must indicate it. */
const SURE_PHONE = 0.7;

/** Formats of telephone numbers that other numbers in a program do not have: "+1 ...", "(023) ...", "415-555-0132". */
const PHONE_FORMAT = /^[+(]|^\d{3}([-.])\d{3}\1\d{4}$/;

/** Keys and words after which a single name is sufficient: "author: rebecca", 'name = "Joseph"'. */
const NAMING =
  /(?:authors?|maintainers?|owners?|contacts?|patients?|customers?|clients?|reviewers?|assignees?|users?|name|by)["']?\s{0,3}[:=(@]\s{0,3}["'@]?$/i;

/**
 * Addresses that do not identify a machine: private, loopback, documentation, masks. @source RFC 1918; RFC 3849; RFC
 * 4193; RFC 5737; RFC 6890
 */
const NO_MACHINE =
  /^(?:0|10|127|255|192\.168|192\.0\.[02]|198\.51\.100|203\.0\.113|172\.(?:1[6-9]|2\d|3[01])|169\.254)\.|^(?:f[cd][\da-f]{2}|fe80|::1|2001:db8):?/i;

/**
 * The spans that identify somebody even if they are in code: all spans outside code; secrets and mail addresses among
 * identifiers; in strings and comments, entities with a distinctive format, and names with a high score.
 *
 * @param literals "all" keeps all spans in strings and comments
 */
export function withoutCode<T extends Span>(text: string, spans: readonly T[], literals: "sure" | "all"): T[] {
  if (spans.length === 0) return [];
  const places = codePlaces(text);
  return places === undefined ? [...spans] : spans.filter((span) => isPersonal(text, span, { places, literals }));
}

function isPersonal(
  text: string,
  { start, end, type, score }: Span,
  { places, literals }: { places: Uint8Array; literals: "sure" | "all" },
): boolean {
  const inside = places.subarray(start, end);
  if (type === "EMAIL_ADDRESS" && inside.includes(PLACE.code)) return isAddress(text, { start, end });
  if (ANYWHERE.has(type)) return true;
  if (inside.includes(PLACE.code)) return isNoCode(text, { start, end, type, score });
  const isSetting = inside.includes(PLACE.setting);
  if (literals === "all" || (!isSetting && !inside.includes(PLACE.literal))) return true;
  if (type === "PERSON") return score >= SURE_NAME && isNamed(text, { start, end }, isSetting);
  if (type === "IP_ADDRESS") return isMachine(text, { start, end });
  if (/^\d{1,6}$/.test(text.slice(start, end))) return false; // "dl = 86400": a count as well
  if (type === "PHONE_NUMBER") return score >= SURE_PHONE || PHONE_FORMAT.test(text.slice(start, end));
  return score >= SURE && !NOT_IN_LITERALS.has(type);
}

/** An address of one machine; not a network ("10.2.0.0") or a version ("@since 2.2.1.0", "haskell-2.10.0.1"). */
function isMachine(text: string, { start, end }: { start: number; end: number }): boolean {
  const value = text.slice(start, end);
  if (NO_MACHINE.test(value) || /^\d[\d.]*\.0$/.test(value)) return false;
  return !/(?:\bsince|\bversions?|\bv|\breleases?|[<>=~^]=?|[a-z]-)[ @:]{0,3}$/i.test(
    text.slice(Math.max(0, start - 16), start),
  );
}

/**
 * A name of two or more words; a single word only after a key that indicates a name: "for Joseph" in a test is an
 * example.
 */
function isNamed(text: string, { start, end }: { start: number; end: number }, isSetting: boolean): boolean {
  const value = text.slice(start, end);
  const before = text.slice(Math.max(0, start - 40), start);
  if (isSetting || /[#;] *- +name: *$/.test(before)) return isFullName(value); // "# - name: Fedora": settings switched off
  return /\s\S/.test(value) || NAMING.test(before);
}

/** A frequent first name and a family name: "name: Mary Smith", not "name: Set Up" or "name: Prometheus Operator". */
function isFullName(value: string): boolean {
  const words = value.split(/[\s,]+/).filter((word) => /^\p{Lu}\p{Ll}/u.test(word));
  if (words.length < 2) return false;
  const [first, last] = [wordFacts(fold(words[0]!)), wordFacts(fold(words.at(-1)!))];
  return first.first === 2 && last.last > 0;
}

/** "jane@acme.com", not "!@head.nil?" or "a@b.c(1)". */
function isAddress(text: string, { start, end }: { start: number; end: number }): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}._%+-]*@/u.test(text.slice(start, end)) && !/^[?!([]/.test(text.slice(end, end + 1));
}

/**
 * Spans that count among identifiers: a labelled social security number, and a name of two words with a high score in a
 * line without signs of code.
 */
function isNoCode(text: string, { start, end, type, score }: Pick<Span, "start" | "end" | "type" | "score">): boolean {
  if (score < SURE_NAME) return false;
  const value = text.slice(start, end);
  if (type === "US_SSN") return /\D/.test(value);
  if (type !== "PERSON" || !/^\p{Lu}[\p{L}'’.-]+ \p{Lu}[\p{L}'’.-]+$/u.test(value)) return false;
  const stop = text.indexOf("\n", end);
  const line = text.slice(text.lastIndexOf("\n", start) + 1, stop === -1 ? text.length : stop).trim();
  return !SIGN.test(line) && declarationKind(line) === undefined;
}

/** Signs of code in a line: brackets, operators, a semicolon or comma at the end, a point inside a word. */
const SIGN = /[=(){}[\]<>|$\\&*`]|[;,]$|::|->|_|\w[.#]\w/;

/** True if a position is in code, but not in a string or comment. */
export function isIdentifier(text: string, { start, end }: { start: number; end: number }): boolean {
  return codePlaces(text)?.subarray(start, end).includes(PLACE.code) === true;
}
