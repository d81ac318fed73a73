/** Maximum characters of an answer that is nothing but an error message. */
const ERROR_MAX = 240;

/** Values that programs write for missing text. */
const BLANK =
  /^(?:n\/a|n\.a\.|undefined|null|nan|\[object object\]|tbd|tba|\(?(?:empty|blank|no (?:answer|response|output|text|content))\)?|<(?:empty|blank|no ?answer|none)>|""|''|\{\}|\[\]|[.…]{2,20}|…|[-–—_]{1,20})[.!]?$/i;

/** Rows whose answer may be such a word: as a value, or for information that a text does not contain. */
const OF_BLANKS =
  /\b(?:n\/a|undefined|null|nan|empty|blank|extract|entit(?:y|ies)|fields?|labels?|classif\w*|category|categories|json|xml|yaml|csv|code|javascript|python|java|sql|return\w*|output|prints?|console|evaluate\w*|expression|variable|typeof|value|list|array|object|applicable|available|if (?:there|no|none|not|it|the)|punctuation|ellipsis|dots?|dash(?:es)?|hyphen|symbols?|signs?|marks?|characters?|morse|sos)\b|`/;

/** Start of an error message of a server or client. */
const ERRORS: readonly RegExp[] = [
  /^(?:error|exception|http(?: error)?|api error|status(?: code)?)\b[:\s]{1,3}(?:code:? ?)?[45]\d\d\b/,
  /^[45]\d\d[:\s-]{1,3}(?:too many requests|internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|not found|unauthori[sz]ed|forbidden|bad request|request time-?out|client error|server error)/,
  /^(?:api|openai|request|server|network|connection|internal|runtime|unexpected|timeout|generation|model) ?error\b[:.!]/,
  /^(?:error|exception)[:!] /,
  /^(?:\w{1,30}\.){0,4}[a-z]{3,30}(?:error|exception): /,
  /^(?:too many requests|internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|rate limit(?: has been)? (?:exceeded|reached)|connection (?:reset|refused|timed out|aborted)|(?:the )?request (?:timed out|failed|was aborted)|(?:the )?(?:server|model|engine) is (?:currently )?(?:overloaded|busy|unavailable)|you(?:'ve| have)? exceeded your (?:current )?quota|(?:oops[,!.]? )?(?:an?|there was an|we encountered an) (?:unknown |unexpected |internal )?error (?:occurred|has occurred|while|generating|during|processing)|(?:oops[,!.]? )?something went wrong\b|failed to (?:generate|fetch|load|get)(?: an?| the)? (?:response|answer|completion|data)|traceback \(most recent call last\))/,
];

/** Rows about errors. */
const OF_ERRORS =
  /\b(?:errors?|exceptions?|http|status|logs?|servers?|apis?|requests?|network|timeouts?|traceback|stack trace|codes?|messages?|debug|quota|crash\w*|bugs?|raises?|throws?|output|prints?|[45]\d\d)\b|`/;

/**
 * A placeholder for a missing answer: a program's word for no value, or an error message alone. Undefined if the row is
 * about such texts. `asked` must be in lower case with straight quotes.
 */
export function emptyAnswer(answer: string, asked: string): string | undefined {
  const text = answer.trim();
  if (text.length > ERROR_MAX) return undefined;
  if (BLANK.test(text)) return OF_BLANKS.test(asked) ? undefined : text;
  const lower = text.toLowerCase().replaceAll("’", "'");
  return !OF_ERRORS.test(asked) && ERRORS.some((pattern) => pattern.test(lower)) ? text.slice(0, 80) : undefined;
}
