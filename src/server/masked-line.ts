/** Names of fields, parameters and headers whose value is a secret. */
const NAMES =
  "(?:[a-z0-9_.-]{0,40}[_.-])?(?:authorization|cookie|set-cookie|password|passwd|pwd|passphrase|secret|token|api[_-]?key|apikey|access[_-]?key|secret[_-]?key|private[_-]?key|client[_-]?secret|signature|sig|credentials?)";

/** In the order in which they apply; `$1` and `$2` are the parts that are kept. */
const RULES: readonly (readonly [pattern: RegExp, kept: string])[] = [
  // private keys, also with their line breaks written out
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[key]"],
  // scheme://user:password@host
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@"'<>]{0,200}):[^\s"'<>]{1,500}@(?=[^\s/@"'<>]+)/gi, "$1:[masked]@"],
  // "password": "...", also inside a text that is JSON itself
  [
    new RegExp(String.raw`(\\{0,7}["']${NAMES}\\{0,7}["']\s*[:=]\s*)(\\{0,7}["'])(?:(?!\2)[\s\S])*\2`, "gi"),
    "$1$2[masked]$2",
  ],
  // Authorization: Basic dXNlcjpwYXNz
  [/\b((?:proxy-)?authorization\s*[:=]\s*)(?:(basic|bearer|digest|token)\s+)?[^\s"',;]+/gi, "$1[masked]"],
  [/\b(bearer|basic)(\s+)(?=[^\s"',;]{8})[^\s"',;]+/gi, "$1$2[masked]"],
  [/\b((?:set-)?cookie\s*:\s*).+/gi, "$1[masked]"],
  // ?token=..., password=..., password: ...
  [new RegExp(String.raw`(?<![\w"'])(${NAMES}\s*[=:]\s*)(?!\[masked\]|\\{0,7}["'])[^\s"'&,;<>]+`, "gi"), "$1[masked]"],
  // keys that tell by their start what they are
  [
    /(?<![A-Za-z0-9_-])(?:tw_|sk-|[sr]k_(?:live|test)_|hf_|gh[pousr]_|github_pat_|glpat-|npm_|xox[abeoprs]-|xapp-|AIza|A[KS]IA|eyJ)[A-Za-z0-9_.-]{12,}/g,
    "[key]",
  ],
];

/**
 * A log line with its secrets masked: headers of requests, parameters of an address, fields of JSON, passwords in
 * connection strings, and keys that are recognised by their prefix. Everything else is kept, so that the log can be
 * understood.
 */
export function maskedLine(line: string): string {
  return RULES.reduce((text, [pattern, kept]) => text.replace(pattern, kept), line);
}
