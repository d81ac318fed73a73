import { crc32 } from "node:zlib";

import { isIdentifier } from "../code/code-spans.ts";
import { wordFacts } from "../names/gazetteer.ts";
import { fold } from "../names/fold.ts";
import { type Found, patternRecogniser, type Recogniser } from "./recogniser.ts";

const EVERYWHERE = { entity: "SECRET", locales: [], isDefault: true } as const;

/** Start of a secret with a digit. Does not match inside a word, so that each text is read once. */
const OPENING =
  /(?<![A-Za-z0-9_-])(?:ABIA|ACCA|gh[pousr]_|github_pat_|glpat-|npm_|sk-|[sr]k_(?:live|test)_|AIza|GOCSPX-|SG\.|eyJ)/g;

/** Start of a secret in which a digit need not be adjacent to a letter. */
const LETTERED = /(?<![A-Za-z0-9_-])(?:A[KS]IA|hf_|xox[abeoprs]-|xapp-)|-----BEGIN /g;

/** Full pattern after each start, and its score. Lengths are those used by issuers, or the shortest in use. */
const SHAPES: readonly (readonly [shape: RegExp, score: number])[] = [
  [/A(?:[KSB]IA|CCA)[A-Z2-7]{16}(?![A-Za-z0-9])/y, 0.9],
  [/gh[pousr]_[A-Za-z0-9]{36,255}(?![A-Za-z0-9_])/y, 0.9],
  [/github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?![A-Za-z0-9_])/y, 0.9],
  [/glpat-[A-Za-z0-9_-]{20,64}(?![A-Za-z0-9_-])/y, 0.9],
  [/npm_[A-Za-z0-9]{36}(?![A-Za-z0-9_])/y, 0.9],
  [/hf_[A-Za-z]{34}(?![A-Za-z0-9_])/y, 0.9],
  // Of OpenAI, Anthropic, OpenRouter and others who took the prefix: letters and digits must both be there.
  [/sk-(?=[A-Za-z_-]{0,64}[0-9])(?=[0-9_-]{0,64}[A-Za-z])[A-Za-z0-9_-]{20,256}(?![A-Za-z0-9_-])/y, 0.8],
  [/[sr]k_(?:live|test)_[A-Za-z0-9]{16,247}(?![A-Za-z0-9_])/y, 0.9],
  [/xox[abeoprs]-(?=[A-Za-z-]{0,32}[0-9])[A-Za-z0-9-]{10,250}(?![A-Za-z0-9_-])/y, 0.9],
  [/xapp-[0-9]-[A-Z0-9]{8,16}-[0-9]{8,16}-[a-z0-9]{32,128}(?![A-Za-z0-9_-])/y, 0.9],
  [/AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/y, 0.9],
  [/GOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])/y, 0.9],
  [/SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/y, 0.9],
  // The second part begins with a brace in Base64 as the first does; encrypted tokens have five parts.
  [
    /eyJ[A-Za-z0-9_-]{8,4096}\.(?:eyJ[A-Za-z0-9_-]{4,8192}|[A-Za-z0-9_-]{16,1024}\.[A-Za-z0-9_-]{8,64}\.[A-Za-z0-9_-]{4,8192})\.[A-Za-z0-9_-]{8,1024}/y,
    0.95,
  ],
];

const BLOCK_HEAD = /-----BEGIN (?:[A-Z0-9]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;

/** Maximum number of characters between the two lines of a key: RSA of 16,384 bits takes 13 kB. */
const LONGEST_BLOCK = 16_384;

/** Service keys and tokens by their prefix and shape. */
const secretKey: Recogniser = {
  ...EVERYWHERE,
  name: "secret-key",
  needs: { digits: 1, mixed: true },
  context: [],
  isChecked: true,
  find: (text) => secretsAt(text, OPENING),
  source:
    "GitHub's blog, 5 April 2021 (prefixes, CRC-32 in six characters of Base62); GitLab, npm, Stripe, Google and SendGrid by the prefixes that secret scanning of GitHub lists; RFC 7519 (JSON Web Token)",
};

/** Keys in which a digit need not be adjacent to a letter, and private keys from the first line to the last. */
const privateKey: Recogniser = {
  ...EVERYWHERE,
  name: "private-key",
  needs: "text",
  context: [],
  isChecked: true,
  find: (text) =>
    ["-----BEGIN ", "hf_", "AKIA", "ASIA", "xox", "xapp-"].some((start) => text.includes(start))
      ? secretsAt(text, LETTERED)
      : [],
  source:
    "RFC 7468 (private keys); AWS IAM identifiers (unique prefixes); Hugging Face, user access tokens; Slack, types of tokens",
};

function secretsAt(text: string, opening: RegExp): Found[] {
  const found: Found[] = [];
  opening.lastIndex = 0;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const one = match[0].startsWith("-") ? blockAt(text, match.index) : tokenAt(text, match.index);
    if (one === undefined) continue;
    found.push(one);
    opening.lastIndex = one.end;
  }
  return found;
}

function tokenAt(text: string, start: number): Found | undefined {
  for (const [shape, score] of SHAPES) {
    shape.lastIndex = start;
    const match = shape.exec(text);
    if (match !== null) return { start, end: shape.lastIndex, score: passesCrc(match[0]) ? 1 : score };
  }
  return undefined;
}

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * Checks tokens of GitHub and npm, which end in the CRC-32 of the thirty characters after their prefix. Other tokens
 * remain undecided.
 */
function passesCrc(token: string): boolean {
  const parts = /^(?:gh[pousr]|npm)_([A-Za-z0-9]{30})([A-Za-z0-9]{6})$/.exec(token);
  if (parts === null) return false;
  return Array.from(parts[2]!).reduce((sum, char) => sum * 62 + BASE62.indexOf(char), 0) === crc32(parts[1]!);
}

/** A private key in lines of Base64; one whose last line is missing ends with its Base64. */
function blockAt(text: string, start: number): Found | undefined {
  BLOCK_HEAD.lastIndex = start;
  if (!BLOCK_HEAD.test(text)) return undefined;
  const from = BLOCK_HEAD.lastIndex;
  const body = text.slice(from, from + LONGEST_BLOCK);
  const close = /-----(?:END [A-Z0-9 ]{0,40}-----|BEGIN )/.exec(body);
  if (close !== null && close[0].startsWith("-----END")) {
    if (!/[A-Za-z0-9+/]{16}/.test(body.slice(0, close.index))) return undefined; // code that writes keys
    return { start, end: from + close.index + close[0].length, score: 0.95 };
  }
  const rest = /^[A-Za-z0-9+/=\s\\]*/.exec(body)![0].length;
  return rest < 64 ? undefined : { start, end: from + rest, score: 0.9 };
}

/** Forty characters of Base64, distinguished from hashes and paths by their composition and the words before them. */
const awsSecret = patternRecogniser({
  ...EVERYWHERE,
  name: "aws-secret-key",
  needs: { digits: 1, mixed: true, reach: 41 },
  context: ["aws secret", "secret access key", "aws secret access key", "aws secret key", "secretaccesskey", "secret"],
  contextWords: 5,
  patterns: [
    [/(?<![A-Za-z0-9/+])(?=[^a-z]{0,39}[a-z])(?=[^A-Z]{0,39}[A-Z])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/s, 0.05],
  ],
  edges: "none",
  source: "AWS, secret access keys: forty characters of Base64",
});

/** Value after its label: contains a digit, and is not a call or a type in code. */
const password = patternRecogniser({
  ...EVERYWHERE,
  name: "password",
  needs: { digits: 1, reach: 64 },
  holds: ["password", "passcode", "passwort", "contraseña", "passphrase", "passwd", "pwd", "pw", "passe"],
  context: [],
  patterns: [
    [
      /(?<=(?<![\w.$-])(?:password|passcode|passwort|contraseña|passphrase|passwd|pwd|pw|mot de passe)["']?(?: is| was| ist| es| est)?(?:(?<=is|was|ist|es|est)| ?[:=]| [-–])\s{1,3}["'`]?|(?<![\w.$-])(?:password|passwort|contraseña|passphrase|passwd|pwd) (?!sha|md5|bcrypt|argon|pbkdf|base\d|utf|oauth|v\d)|(?<![\w.$-])(?:password|passwort|contraseña|passphrase|passwd|pwd|pw)["']?[:=]["'`]?)(?=[^\s"'`0-9]{0,40}[0-9])(?=[^\s"'`A-Za-z!@#$%&*]{0,40}[A-Za-z!@#$%&*])[A-Za-z0-9!@#$%^&*_+?~.-]{6,64}(?![A-Za-z0-9([{<>=/\\])/,
      0.5,
    ],
  ],
  edges: "none",
  source: "no standard: the value after an explicit label",
});

/** Letters and digits without an identifying prefix, after a label or in the header of a request. */
const labelledKey = patternRecogniser({
  ...EVERYWHERE,
  name: "labelled-key",
  needs: { digits: 1, mixed: true, reach: 64 },
  holds: ["key", "apikey", "secret", "token", "bearer", "basic"],
  context: [],
  patterns: [
    [
      /(?<=(?<![A-Za-z0-9])(?:(?:api|secret|access|client|auth|private)[_ -]?(?:key|secret|token)["'`]?(?: is |\s{0,2}[:=]\s{0,2})|(?:bearer|authorization["']?: ?["']?basic) )["'`]?)(?=(?:[A-Za-z_+/=-]{0,40}[0-9]){2})(?=[0-9_+/=-]{0,40}[A-Za-z])[A-Za-z0-9_+/-]{20,512}={0,2}(?![\w+/=.([-])/,
      0.6,
    ],
  ],
  edges: "none",
  source: "RFC 6750 (bearer tokens); RFC 7617 (basic); no standard for keys: the value after an explicit label",
});

/** Statements about a password, which are not passwords: "the password is expired", "password=undefined". */
const SAID_OF_ONE =
  /(?:ed|ing|(?<!f)ly|[ai]ble|ive|ory|ous|less|ful|pass|passwd|password|passphrase|pwd)$|^(?:in|un)(?:valid|correct|known|safe|secure|set|defined)$|^(?:mandatory|secret|string|varchar|plaintext|hidden|masked|visible|wrong|identical|different|present|absent|optional|sufficient|redacted)$/i;

/**
 * A word after "password is" or "password:" that ends its clause, or is the whole value of a setting; it needs no
 * digit.
 */
const WORD_PASSWORD =
  /(?<![\w.$-])(?:[a-z]{1,12}_){0,3}(?:password|passcode|passphrase|passwd|pwd)["']?(?: is | was | ?[:=] ?)["'`]?([A-Za-z]{6,64})(?=["'`]?(?:[.,;!]?\s{0,8}$|[.,;!]\s|[\n&}]|(?<==["'`]?[A-Za-z]{6,64}["'`]?)\s))/gi;

/** Two to eight words after "passphrase:" up to the end of a clause. */
const PASSPHRASE =
  /(?<![\w.$-])(?:passphrase|password|passwd|pwd)["']? ?[:=] ?["'`]?([a-z]{2,20}(?: [a-z]{2,20}){1,7})(?=["'`]?(?:[.,;!}]|\s{0,8}$|\n))/gi;

/**
 * Two to eight words after "passphrase is", four to eight after "password is": statements about one are rarely so long.
 */
const SPOKEN_PASSPHRASE =
  /(?<![\w.$-])(?:passphrase (?:is|was) ["'`]?([a-z]{2,20}(?: [a-z]{2,20}){1,7})|(?:password|passwd|pwd) (?:is|was) ["'`]?([a-z]{2,20}(?: [a-z]{2,20}){3,7}))(?=["'`]?(?:[.,;!}]|\s{0,8}$|\n))/gi;

/**
 * Statements about a passphrase that could themselves be one: "is kept safe", "is hard work", "is probably too old".
 */
const SAID_IN_WORDS =
  /^(?:quite|rather|pretty|so|too|just|now|still|already|often|usually|sometimes|probably|perhaps|maybe|simply|really|kept|known|hard|easy|difficult|tough|tricky|impossible|something|anything|nothing|everything|someone|better|worse|good|great|bad|fine|ok|okay|safe|secure|unique|important|what|where|why|how|who|which|because|like|about|under|over|out|up|off|back|there|part|half|much|many|one|two|some|all|most|such|case|plain|out)\b/i;

/** Words of rules and notes about passwords: near one of them, the text after the label is not a password. */
const ABOUT_PASSWORDS =
  /\b(?:passwords?|passphrases?|confirm|choose|create|verify|reset|change|changed|forgot|forgotten|field|string|text|input|min|max|length|long|longer|short|characters?|chars|letters?|digits?|numbers?|symbols?|hash|policy|policies|strength|strong|weak|manager|prompt|login|logins?|log|sign|account|accounts|user|users|username|name|email|link|code|page|form|security|rules?|type|value|values|please|never|always|keep|do|does|can|cannot|may|will|was|were|has|have|this|that|it|we|us|as|by|on|then|both|each|every|any|no|none|null|true|false|new|old|current|same|only|also|very|more|less|than|set|use|used|using|stored|sent|share|shared|leave|left|blank|empty|here|below|above|following|required|optional|case|sensitive|authentication|based|protected|access|settings?)\b/i;

/** Words that sentences contain and randomly drawn words do not. */
const OF_SENTENCES =
  /\b(?:an?|the|of|to|in|for|your|you|my|is|are|be|must|should|or|and|not|with|at|least|if|when|from|enter|see|use)\b/i;

/** Passwords without a digit: a single word or several words after an explicit label. */
const wordPassword: Recogniser = {
  ...EVERYWHERE,
  name: "password-of-letters",
  needs: "text",
  context: [],
  find: (text) =>
    /passw|passcode|passphrase|pwd/i.test(text)
      ? [
          ...afterLabel(text, WORD_PASSWORD, isWordPassword),
          ...afterLabel(text, PASSPHRASE, isPassphrase),
          ...afterLabel(text, SPOKEN_PASSPHRASE, isSpokenPassphrase),
        ]
      : [],
  source: "no standard: the value after an explicit label",
};

/** Match of the participating group of a pattern, at its end and outside the identifiers of code. */
function afterLabel(text: string, pattern: RegExp, isSecret: (value: string) => boolean): Found[] {
  return Array.from(text.matchAll(pattern), ({ 0: all, 1: first, 2: second, index }) => {
    const value = first ?? second ?? "";
    const end = index + all.length;
    return { start: end - value.length, end, score: 0.5 };
  }).filter((found) => isSecret(text.slice(found.start, found.end)) && !isIdentifier(text, found));
}

function isWordPassword(value: string): boolean {
  return !SAID_OF_ONE.test(value) && wordFacts(fold(value)).common < 2;
}

function isPassphrase(value: string): boolean {
  return !OF_SENTENCES.test(value) && !ABOUT_PASSWORDS.test(value);
}

function isSpokenPassphrase(value: string): boolean {
  const [first = ""] = value.split(" ");
  return isPassphrase(value) && !SAID_IN_WORDS.test(value) && !(SAID_OF_ONE.test(first) && !/^correct$/i.test(first));
}

/** Four to eight digits after "PIN:", "pin" or "my PIN is" that are not followed by a unit or fraction. */
const pin = patternRecogniser({
  ...EVERYWHERE,
  name: "pin",
  needs: { digits: 4, reach: 32, row: [4, 8] },
  holds: ["pin"],
  context: [],
  patterns: [
    [
      /(?<=(?<![\w.$-])pin(?: code| number| no\.?)?(?: is | was | ?[:=] ?| ?# ?| )["'`]?)[0-9]{4,8}(?![\w%-]|[.,:]\d| [a-z])|(?<=(?<![\w.$-])(?:my|your|our|his|her|their|the|atm|card|door|phone|new|old|enter|entered|use|with) pin )[0-9]{4,8}(?![\w%-]|[.,:]\d)/,
      0.5,
    ],
  ],
  edges: "none",
  source: "ISO 9564-1, 8.1 (four to twelve digits); the value after an explicit label",
});

/** Keys, tokens and passwords: they give access to an account and must not be trained on. */
export const SECRETS: readonly Recogniser[] = [
  secretKey,
  privateKey,
  awsSecret,
  labelledKey,
  password,
  wordPassword,
  pin,
];
