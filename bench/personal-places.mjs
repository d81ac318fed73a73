// Reason why a change of code is one of personal data, by its surroundings and not by the opinion of the redaction.

/** Words of a line, or of the line of a group above it, that say who made, owns or answers for something. */
const WHO =
  /\b(?:authors?|copyright|©|maintainers?|maintained|committers?|contributors?|contributed|credits?|thanks|acknowledge?ments?|licen[cs]ed? to|licensor|holders?|owners?|codeowners|assignees?|reviewers?|approvers?|(?:written|authored|created|made|found|reported|suggested|designed|developed|implemented|adapted|ported|based on \w+|patch(?:ed)?|fix(?:ed)?|idea|code|original|originally|invented|proposed|published|described) by|signed-off-by|reported-by|todo ?\(|fixme ?\(|e-?mail|contact)\b|\(c\) ?(?:\d|[A-Z])|©|&copy;|@author|^\s*(?:#|\/\/|\/?\*+|--|;)?\s*by:? /i;

const MAIL = /[\w.+-]+(?:@|[ ([{<]at[ )\]}>])[\w-]+(?:\.|[ ([{<]dot[ )\]}>])[\w.-]+/;

/** Address of somebody's page: of hosts on which the first part of the path is an account. */
const ACCOUNT =
  /(?:github|gitlab|bitbucket|twitter|x|linkedin|medium|mastodon|keybase|patreon|facebook|instagram)\.\w+\/(?:in\/|u\/|@)?[\w.-]+$/i;

/** The entities whose format alone makes them personal. */
const BY_FORMAT = new Set(["EMAIL_ADDRESS", "US_SSN", "CREDIT_CARD", "IBAN_CODE"]);

/**
 * Says why a span of a piece of code is personal data: `mail`, `who` (its line, or a line that it is set in under,
 * names an author, a holder of rights, an owner), `account`, `key`. Undefined if none of this holds.
 */
export function whyPersonal(code, { type, start, end }) {
  const from = code.lastIndexOf("\n", start - 1) + 1;
  const line = code.slice(from, (code.indexOf("\n", end) + 1 || code.length + 1) - 1);
  const value = code.slice(start, end);
  if (BY_FORMAT.has(type)) return "mail";
  if (type === "SECRET") return isKey(value) ? "key" : undefined;
  if (!["PERSON", "ORGANIZATION", "URL", "USERNAME", "PHONE_NUMBER", "LOCATION", "STREET_ADDRESS"].includes(type))
    return undefined;
  if (type === "URL") return ACCOUNT.test(value) ? "account" : undefined;
  if (type === "PERSON" && isNamedAlone(code, { from, line })) return "who";
  if (WHO.test(line) || groupLines(code, from, line).some((above) => WHO.test(above))) return "who";
  return MAIL.test(line) ? "mail" : undefined;
}

/** A name after a dash below a quotation, or "says" and "wrote" after it; one of a list of names, a line each. */
function isNamedAlone(code, { from, line }) {
  if (/(?:^|\s)(?:--|—|–) ?\p{Lu}[\p{L}.' -]{1,40}$/u.test(line)) return true;
  if (/\p{Lu}\p{Ll}+,? (?:who )?(?:wrote|says|said|suggested|noticed|reported|showed|demonstrated)\b/u.test(line))
    return true;
  const isName = (other) => /^[\s#*;%-]*\p{Lu}[\p{L}.'’-]*(?: [\p{L}.'’-]+){1,3}(?: \([\w .@-]+\))?$/u.test(other);
  const near = (text) => text.split("\n").find((other) => other.trim() !== "") ?? "";
  const above = near(code.slice(0, from).split("\n").toReversed().join("\n"));
  return isName(line) && (isName(above) || isName(near(code.slice(from + line.length))));
}

/** A value that somebody could log in with: a block of a private key, or 12 characters and more of two kinds, no variable. */
function isKey(value) {
  if (value.includes("PRIVATE KEY")) return true;
  return value.length >= 12 && /\d/.test(value) && /[A-Za-z]/.test(value) && !/[${}<>()\s]/.test(value);
}

/** Lines above that a line is nested in, by its indentation; of a comment its lines up to the first one. */
function groupLines(code, from, line) {
  const above = code.slice(0, from).split("\n").slice(-30, -1).toReversed();
  const sign = /^\s*(?:#|\/\/|\*|--|;|%)/.exec(line)?.[0].trim();
  const lines = [];
  let indent = /^\s*/.exec(line)[0].length;
  for (const other of above) {
    if (other.trim() === "") {
      if (sign === undefined) continue;
      break;
    }
    if (sign !== undefined) {
      if (!/^\s*(?:#|\/|\*|--|;|%)/.test(other)) break;
      lines.push(other);
      continue;
    }
    const own = /^\s*/.exec(other)[0].length;
    if (own < indent || (own === indent && /[:=[{(]\s*$/.test(other) && /^\s*[-"']/.test(line))) {
      lines.push(other);
      indent = own;
    }
  }
  return lines;
}
