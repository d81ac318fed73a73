import { fold } from "../names/fold.ts";
import { wordFacts } from "../names/gazetteer.ts";
import { type Found, type Recogniser } from "./recogniser.ts";

const AT = "(?:\\s{0,2}[\\[({<]\\s?(?:at|@)\\s?[\\])}>]\\s{0,2}|\\s{1,2}at\\s{1,2})";
const DOT =
  "(?:\\s{0,2}[\\[({<]\\s?(?:dot|\\.|punkt|punto|point)\\s?[\\])}>]\\s{0,2}|\\s{1,2}(?:dot|punkt|punto|point)\\s{1,2}|\\.)";
const NAME = "[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?";

const SPELLED = new RegExp(
  `(?<![\\p{L}\\p{N}_.+-])[\\p{L}\\p{N}_+-]{1,40}(?:${DOT}[\\p{L}\\p{N}_+-]{1,40}){0,3}?(${AT})(${NAME}(?:${DOT}${NAME}){0,3}?)(${DOT})([a-z]{2,12})(?![\\p{L}\\p{N}_-]|${DOT}[a-z]{2})`,
  "giu",
);

/** Top-level domains with which people spell out an address and that are not words of a sentence. */
const ENDINGS: ReadonlySet<string> = new Set(
  "com org net edu gov io co info biz uk de fr es it nl ca au ch at be se no dk fi pl pt in jp br mx eu us dev ai app me".split(
    " ",
  ),
);

/** Of these, the ones that may also follow "point" in a sentence. */
const WORDS: ReadonlySet<string> = new Set("in it at be no me us".split(" "));

/** Hosts of personal mailboxes, for which a preceding "at" is sufficient: "eve at gmail.com". */
const MAIL_HOSTS =
  /^(?:(?:gmail|googlemail|outlook|hotmail|live|msn|icloud|aol|protonmail|fastmail|ymail|comcast|verizon|sbcglobal|wanadoo|laposte|libero|naver|rediffmail|mail|gmx|yandex|yahoo|zoho)\.[a-z]{2,3}(?:\.[a-z]{2})?|(?:me|mac|qq|126|163)\.com|(?:proton|pm)\.me|att\.net|(?:web|t-online|freenet)\.de|(?:orange|free|sfr)\.fr|mail\.ru)$/i;

/** Phrases before an address that is announced: "mail me: ", "my address is ". */
const GIVEN =
  /(?:e-?mail|mail|address|contact|reach (?:me|him|her|us|them)|write to|wrote to|cc)(?: is| me| us)?[: ]{1,3}$/i;

/** A sign that something is spelled out; a text without one is not searched. */
const HINT =
  /[[({<]\s?(?:at|@)\s?[\])}>]|\sat\s\S{1,60}\s{0,2}(?:[[({<]\s?|\s)(?:dot|\.|punkt|punto|point)[\])}>\s]|\sat\s{1,2}[a-z\d-]{2,12}\.[a-z]{2,3}/i;

/** Mail addresses that are written to evade machines: "jane [at] example [dot] com", "jane at example dot com". */
export const spelledEmailAddress: Recogniser = {
  name: "spelled-email-address",
  entity: "EMAIL_ADDRESS",
  locales: [],
  isDefault: true,
  needs: "text",
  context: [],
  isChecked: true,
  find: (text) => {
    if (!HINT.test(text)) return [];
    const found: Found[] = [];
    SPELLED.lastIndex = 0;
    for (let match = SPELLED.exec(text); match !== null; match = SPELLED.exec(text)) {
      const [whole, atSign, host, dot, ending] = match as unknown as [string, string, string, string, string];
      const isPlain = !/[[({<]/.test(atSign) && dot === ".";
      if (!/[[({<]/.test(dot) && /point/i.test(dot) && WORDS.has(ending.toLowerCase())) continue; // "at any point in time"
      if (!ENDINGS.has(ending.toLowerCase())) continue;
      if (isPlain && !isMailbox(text, { start: match.index, at: atSign, host: `${host}.${ending}`, whole })) continue; // "look at example.com"
      found.push({ start: match.index, end: match.index + whole.length, score: 0.8 });
    }
    return found;
  },
  source: "no standard: an address of RFC 5322 with its signs spelled",
};

/**
 * A name, a made-up word or one with digits before "at" and a host of mailboxes; an ordinary word only where an address
 * is announced.
 */
function isMailbox(
  text: string,
  { start, at, host, whole }: { start: number; at: string; host: string; whole: string },
): boolean {
  if (!MAIL_HOSTS.test(host)) return false;
  const local = whole.slice(0, whole.length - at.length - host.length);
  if (/[\d_.+-]/.test(local)) return true;
  const { first, last, common } = wordFacts(fold(local));
  if (common === 0 || (common === 1 && first + last > 0)) return true;
  return first + last > 0 && GIVEN.test(text.slice(Math.max(0, start - 32), start));
}
