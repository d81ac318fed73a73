import { readDataLines } from "./read-data.ts";
import { type Found, type Recogniser } from "./recogniser.ts";

/** Maximum length of a host name, and of an address. @source RFC 1035, 2.3.4; RFC 9110, 4.1 asks for 8000 */
const HOST_MAX = 253;
const URL_MAX = 8000;

/**
 * Generic domains that people write without a scheme. Most of the other thousand are words ("self.data", "re.search")
 * and require a scheme, www, a third name or a path.
 */
const COMMON: ReadonlySet<string> = new Set(
  "com org net edu gov mil int biz io ai app dev online site store shop tech xyz blog cloud club website".split(" "),
);

/**
 * Country codes that are also file extensions, or that follow a point in programs and sentences: "main.py", "row.id".
 */
const NO_COUNTRIES: ReadonlySet<string> = new Set("am as by cc do id md ml my pl pm ps py re rs sh so to".split(" "));

/** Names under which a country allows registration: "example.co.in". */
const SECOND_LEVEL: ReadonlySet<string> = new Set("co com net org gov ac edu or ne go gob nic mil".split(" "));

/** Words before a dot in programs and texts about them: "self.re", "System.in", "node.next.next". */
const RECEIVERS: ReadonlySet<string> = new Set(
  "self this super cls node root head tail parent child left right prev next curr current list array arr obj object data dataset item items result results res req request resp response err error event ctx context config cfg args kwargs params param options opts system console math document window module exports process path os sys np pd plt tf torch nn df ax fig json time random str string int float dict set map queue stack tree graph val value key index idx row col temp tmp user person student employee customer order product model layer tensor logger app router client server session db conn cursor query stream reader writer file input output".split(
    " ",
  ),
);

/** Parts of programs in the paths of their modules: "ring.middleware.session.store". */
const MODULE_PARTS: ReadonlySet<string> = new Set(
  "middleware session util utils core internal impl test tests lib src common config handler handlers model models service services controller controllers views routes protocol protocols parser adapter adapters types errors".split(
    " ",
  ),
);

/**
 * Hosts of standards, licences and reference works, whose pages are about no private person; not the pages of their
 * members.
 */
const REFERENCE_HOST =
  /^(?:(?:www|tools|datatracker|spec|url|html|dom|fetch|encoding|drafts|developer|docs|en|de|fr|es|it|json-schema|dev)\.)?(?:w3\.org|ietf\.org|rfc-editor\.org|whatwg\.org|ecma-international\.org|tc39\.es|unicode\.org|iana\.org|iso\.org|opensource\.org|gnu\.org|apache\.org|creativecommons\.org|spdx\.org|json-schema\.org|schema\.org|opencontainers\.org|openapis\.org|graphql\.org|mozilla\.org|python\.org|nodejs\.org|semver\.org|ocaml\.org|clojure\.org|perldoc\.perl\.org|hexdocs\.pm|mathworld\.wolfram\.com)$/i;

/** Paths of a member: "w3.org/People/Berners-Lee", "gnu.org/~rms", an account, a mailing list. */
const MEMBER =
  /\/(?:~|people|person|users?|members?|staff|authors?|profiles?|archives?|blog|team|u)\b|[?&]\w*(?:user|name|mail|id)=/i;

/** Web addresses, with a scheme (http, https, ftp) or as a host name under an existing top-level domain. */
export const url: Recogniser = {
  name: "url",
  entity: "URL",
  locales: [],
  isDefault: true,
  needs: "text",
  context: ["url", "website", "link", "site"],
  find: findUrls,
  source: "RFC 3986; RFC 1035; IANA root zone database",
};

const HOST_CHARACTER = /[\p{L}\p{N}.-]/u;
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;
const IPV4 = /^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$/;
const TAIL_END = /[\s"'<>`{}|\\^]/;

/**
 * Extends from each point between two letters over the characters of a host name, then looks for a scheme and a path.
 */
function findUrls(text: string): Found[] {
  const found: Found[] = [];
  for (let index = text.indexOf("."); index !== -1;) {
    if (!isHostAt(text, index - 1) || !isHostAt(text, index + 1)) {
      index = text.indexOf(".", index + 1);
      continue;
    }
    const hostStart = walk(text, index, -1);
    const hostEnd = walk(text, index, 1);
    const span = urlAround(text, hostStart, hostEnd);
    if (span !== undefined) found.push(span);
    index = text.indexOf(".", Math.max(hostEnd, span?.end ?? 0, index + 1));
  }
  return found;
}

function walk(text: string, from: number, step: 1 | -1): number {
  let index = from;
  for (let count = 0; count < HOST_MAX; count++) {
    const next = step === 1 ? index : index - 1;
    if (!isHostAt(text, next)) break;
    index += step;
  }
  return index;
}

function isHostAt(text: string, position: number): boolean {
  const code = text.charCodeAt(position);
  if (code > 127) return HOST_CHARACTER.test(text[position]!);
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 45 && code <= 57 && code !== 47);
}

function urlAround(text: string, runStart: number, runEnd: number): Found | undefined {
  const before = text[runStart - 1];
  if (before === "@" || before === "_") return undefined;
  const scheme = /(?:https?|ftp):\/\/$/i.exec(text.slice(Math.max(0, runStart - 8), runStart))?.[0] ?? "";
  const hostStart = runStart + (/^[.-]*/.exec(text.slice(runStart, runEnd))?.[0].length ?? 0);
  if (scheme !== "" && hostStart !== runStart) return undefined;
  const host = hostOf(text.slice(hostStart, runEnd), scheme !== "");
  if (host === undefined) return undefined;
  const hostEnd = hostStart + host.length;
  if (text[hostEnd] === "@" || text[hostEnd] === "_") return undefined;
  const tail = hostEnd === runEnd ? tailOf(text, hostEnd) : 0;
  if (scheme === "" && isInProgram(host, text.slice(hostEnd, hostEnd + tail), tail)) return undefined;
  if (REFERENCE_HOST.test(host) && !MEMBER.test(text.slice(hostEnd, hostEnd + tail))) return undefined;
  const start = hostStart - scheme.length;
  const end = hostEnd + tail;
  const quote = text[start - 1];
  const isQuoted = (quote === '"' || quote === "'") && text[end] === quote;
  return { start: isQuoted ? start - 1 : start, end: isQuoted ? end + 1 : end, score: scheme === "" ? 0.5 : 0.6 };
}

/** The longest prefix of a run that is a host name: names separated by points, the last one a top-level domain. */
function hostOf(run: string, hasScheme: boolean): string | undefined {
  if (hasScheme && IPV4.test(run)) return run;
  const names = run.replace(/[.-]+$/, "").split(".");
  const wrong = names.findIndex((name) => !NAME.test(name));
  const right = wrong === -1 ? names : names.slice(0, wrong);
  const last = right.at(-1)?.toLowerCase() ?? "";
  const isHost = right.length >= (/^www\d*$/i.test(right[0] ?? "") ? 3 : 2) && isTopLevel(last);
  return isHost ? right.join(".") : undefined;
}

/** Port, path, query and fragment after a host, without a mark that ends the sentence. */
function tailOf(text: string, from: number): number {
  const port = /^:[0-9]{1,5}(?![0-9])/.exec(text.slice(from, from + 7))?.[0].length ?? 0;
  let end = from + port;
  const first = text[end];
  if (first !== "/" && first !== "?" && first !== "#") return port;
  while (end < text.length && end - from < URL_MAX && !TAIL_END.test(text[end]!)) end += 1;
  while (end > from + port && /[.,;:!?)\]*_]/.test(text[end - 1]!)) {
    if (text[end - 1] === ")" && text.slice(from, end).includes("(")) break;
    end -= 1;
  }
  return end - from;
}

/** A host without a scheme that is rather a name in a program, a file or a sentence. */
function isInProgram(host: string, path: string, tail: number): boolean {
  if (tail === 0 && isOrdinary(host)) return true;
  // "main.pl:12", "#main.pl#": a line of a file, a copy of an editor
  if (/^(?::\d+|#)$/.test(path) && NO_COUNTRIES.has(host.slice(host.lastIndexOf(".") + 1)) && isOrdinary(host))
    return true;
  if (/^[A-Z]\w*(?:\.\w+)*\.\w+$/.test(host) && /^\/\d{1,2}$/.test(path)) return true; // "GenServer.call/2"
  const names = host.split(".");
  return names.length > 2 && names.slice(1).some((name) => MODULE_PARTS.has(name)) && !/^www\d*$/i.test(names[0]!);
}

/** "main.py", "self.data", and "Notes.In": a file, a field, or a sentence with a missing space. */
function isOrdinary(host: string): boolean {
  const names = host.split(".");
  const last = names.at(-1)!;
  if (/^www\d*$/i.test(names[0]!)) return false;
  if (names.every((name) => /^[A-Z]/.test(name)) && /[a-z]/.test(host)) return true; // "Cohttp.S.IO"
  if (/^[A-Z][a-z]*$/.test(last) || RECEIVERS.has(names[0]!.toLowerCase())) return true;
  const ending = last.toLowerCase();
  if (names.length > 2 && (COMMON.has(ending) || ending.length === 2))
    return NO_COUNTRIES.has(ending) && !SECOND_LEVEL.has(names.at(-2)!.toLowerCase());
  return (
    names.length > 2 || names[0]!.length < 2 || (ending.length === 2 ? NO_COUNTRIES.has(ending) : !COMMON.has(ending))
  );
}

let known: ReadonlySet<string> | undefined;

function isTopLevel(name: string): boolean {
  known ??= new Set(readDataLines("top-level-domains.txt"));
  return known.has(name) || /^xn--[a-z0-9-]{1,59}$/.test(name);
}
