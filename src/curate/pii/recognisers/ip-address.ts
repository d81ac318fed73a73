import { type Found, type Recogniser } from "./recogniser.ts";

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|0?[1-9]?[0-9]|00[0-9])";

/** Four octets, with the prefix length of a network; no letter or digit may be adjacent. */
const IPV4 = new RegExp(`${OCTET}(?:\\.${OCTET}){3}(?!\\w)(?:/(?:3[0-2]|[0-2]?[0-9])(?!\\w))?`, "y");
const WHOLE_IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** Longest IPv6 address as text, with an IPv4 address at its end. */
const IPV6_MAX = 45;

/** Addresses of IPv4 and IPv6, with zone and prefix length, in all notations. */
export const ipAddress: Recogniser = {
  name: "ip-address",
  entity: "IP_ADDRESS",
  locales: [],
  isDefault: true,
  needs: "text",
  context: ["ip", "ipv4", "ipv6"],
  find: findAddresses,
  source: "RFC 791; RFC 4291, 2.2 (text of IPv6); RFC 4632 (prefixes); RFC 6874 (zones)",
};

function findAddresses(text: string): Found[] {
  return [...findIpv6(text), ...findIpv4(text)];
}

/** Loopback and unspecified addresses. @source RFC 6890, 2.2.2; RFC 4291, 2.5.2 and 2.5.3 */
const EVERY_MACHINE = /^(?:127\.\d+\.\d+\.\d+|0\.0\.0\.0|(?:0{1,4}:){7}0{0,3}[01]|::1?)(?:[%/]\w+)?$/;

/** True for an address that every machine has, so that it identifies none. */
export function isOwnAddress(address: string): boolean {
  return EVERY_MACHINE.test(address);
}

/** Examines the up to three digits before each point that is between two of them. */
function findIpv4(text: string): Found[] {
  const found: Found[] = [];
  for (let index = text.indexOf("."); index !== -1; index = text.indexOf(".", index + 1)) {
    if (!isDigit(text.charCodeAt(index - 1)) || !isDigit(text.charCodeAt(index + 1))) continue;
    let start = index - 1;
    while (index - start < 3 && isDigit(text.charCodeAt(start - 1))) start -= 1;
    if (isWord(text, start - 1)) continue;
    IPV4.lastIndex = start;
    const match = IPV4.exec(text);
    if (match === null) continue;
    const end = start + match[0].length;
    index = end - 1;
    // "01.42.68.53.00" is a telephone number.
    if (/^0[0-9]\./.test(match[0]) && text.charAt(end) === "." && isDigit(text.charCodeAt(end + 1))) index = end;
    else if (!isVersion(text, { start, end })) found.push({ start, end, score: 0.6 });
  }
  return found;
}

/** A word for versions immediately before a number, also in quotes, in a tag or in a longer name ("AssemblyVersion"). */
const VERSION_WORD =
  /(?:(?<![\p{L}\p{N}])(?:[Vv]|[Vv]er\.?|[Vv]ersions?|VERSION|[Ff]irmware|[Rr]ev\.?|[Rr]evision)|\p{Ll}Version|_(?:version|VERSION))(?: (?:is|was|no\.?|number))?["']?[ :=>("']{1,4}$/u;

/** A package and an operator of versions: "flask==2.0.1.3", "numpy >=1.2, <2.0.1.3". @source PEP 440, version specifiers */
const SPECIFIER =
  /(?<![\w.])([a-z][\w.-]{0,60})(?:\[[\w, -]{1,40}\])?\s?(?:(?:[=~!<>]=|===|[<>^~])\s?[\w.*]{1,20},\s?)*(?:[=~!<>]=|===|[<>^~])\s?$/i;

/** Names that hold the address of a machine. */
const MACHINE = /ip|addr|host|server|node|client|peer|src|dst|source|dest|gateway|dns|net/i;

/** The name of a package and a hyphen right before its version: "bytestring-0.12.2.0". */
const PACKAGE = /(?<![\w.@/:-])[A-Za-z][A-Za-z\d]*(?:-[A-Za-z][A-Za-z\d]*){0,5}-$/;

/** A file of a package follows: "flask-2.0.1.3.tar.gz". */
const PACKAGE_FILE =
  /^(?:[-.](?:tar|tgz|zip|whl|jar|deb|rpm|gem|nupkg|dll|exe|dmg|msi|apk|py\d|x86|amd64|linux|win)\b)/;

/** The name of a product and a slash; not the name of a machine. @source RFC 9110, 10.1.5 */
const PRODUCT = /(?<![\w./:@\\-])(?!\w*(?:host|server|node|client|peer|user|addr|ip\/))[a-z][a-z+]{1,30}\/$/i;

/** Addresses of private networks. @source RFC 1918; RFC 1122, 3.2.1.3 (loopback) */
const PRIVATE = /^(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./;

/** True if the text before four numbers indicates a version: "version 1.2.3.4", "nginx/1.18.0.1". */
function isVersion(text: string, { start, end }: { start: number; end: number }): boolean {
  const before = text.slice(Math.max(0, start - 48), start);
  if (VERSION_WORD.test(before)) return true;
  const name = SPECIFIER.exec(before)?.[1];
  if (name !== undefined && !MACHINE.test(name)) return true;
  if (/[\w]-$/.test(before) && PACKAGE_FILE.test(text.slice(end, end + 8))) return true;
  const packed = PACKAGE.exec(before)?.[0];
  if (packed !== undefined && !MACHINE.test(packed) && !PRIVATE.test(text.slice(start, end))) return true;
  return PRODUCT.test(before) && !PRIVATE.test(text.slice(start, end)) && !/^:\d/.test(text.slice(end, end + 2));
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Examines the run of hexadecimal digits, colons and points around each colon. */
function findIpv6(text: string): Found[] {
  const found: Found[] = [];
  for (let index = text.indexOf(":"); index !== -1;) {
    let start = index;
    while (start > 0 && index - start < 5 && isPart(text.charCodeAt(start - 1))) start -= 1;
    let end = index + 1;
    while (end < text.length && end - start < IPV6_MAX && isPart(text.charCodeAt(end))) end += 1;
    const span = isWord(text, start - 1) ? undefined : asIpv6(text, start, end);
    if (span !== undefined) found.push(span);
    index = text.indexOf(":", Math.max(end, span?.end ?? end));
  }
  return found;
}

function asIpv6(text: string, start: number, runEnd: number): Found | undefined {
  let end = runEnd;
  while (end > start && text[end - 1] === ".") end -= 1;
  const address = text.slice(start, end);
  if (!isIpv6(address)) return undefined;
  const rest = /^(?:%[0-9a-zA-Z]{1,32})?(?:\/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9])(?![0-9]))?/.exec(
    text.slice(end, end + 40),
  );
  end += rest?.[0].length ?? 0;
  if (isWord(text, end) || text[end] === ":") return undefined;
  if (address === "::") return { start, end, score: 0.1 };
  // "face::bed" is more often a name in a programme than an address, and "list[1::]" a part of a list.
  const isLikely = /[0-9]/.test(address) && (address === "::1" || !/^[0-9]{0,2}::[0-9]{0,2}$/.test(address));
  return { start, end, score: isLikely ? 0.6 : 0.3 };
}

/** True for the text of an IPv6 address: eight groups, or fewer around one "::"; the last two may be an IPv4 address. */
function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1);
  const embedded = last?.includes(".") === true;
  if (embedded && !WHOLE_IPV4.test(last)) return false;
  const plain = embedded ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  const count = plain.length + (embedded ? 2 : 0);
  return halves.length === 2 ? count <= 7 : count === 8;
}

function isPart(code: number): boolean {
  return (code >= 48 && code <= 58) || code === 46 || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

function isWord(text: string, position: number): boolean {
  return position >= 0 && position < text.length && /[\w\u00c0-\u0dff]/.test(text[position]!);
}
