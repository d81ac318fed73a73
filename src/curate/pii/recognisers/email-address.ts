import { type Found, type Recogniser } from "./recogniser.ts";

/** Longest part before the at sign, and longest domain. @source RFC 5321, 4.5.3.1 */
const LOCAL_MAX = 64;
const DOMAIN_MAX = 255;

const LOCAL = /[\p{L}\p{N}!#$%&'*+\-/=?^_`{|}~.]/u;
const DOMAIN = /[\p{L}\p{N}.-]/u;
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

/**
 * E-mail addresses: extends from each at sign over the characters that RFC 5322 allows unquoted, so that text without
 * one costs nothing. Quotes and brackets around an address are excluded.
 */
export const emailAddress: Recogniser = {
  name: "email-address",
  entity: "EMAIL_ADDRESS",
  locales: [],
  isDefault: true,
  needs: "text",
  context: ["email", "e mail", "mail"],
  find: findEmails,
  source: "RFC 5322, 3.4.1 (dot-atom); RFC 6531 (letters beyond ASCII); RFC 1035, 2.3.4 (names of at most 63)",
};

function findEmails(text: string): Found[] {
  const found: Found[] = [];
  let free = 0;
  for (let index = text.indexOf("@"); index !== -1; index = text.indexOf("@", index + 1)) {
    let start = index;
    while (start > free && index - start < LOCAL_MAX && LOCAL.test(text[start - 1]!)) start -= 1;
    while (start < index && /[.'`/=?^|~{}]/.test(text[start]!)) start += 1;
    const end = endOfDomain(text, index + 1);
    if (start === index || end === undefined || text[index - 1] === ".") continue;
    found.push({ start, end, score: 1 });
    free = end;
  }
  return found;
}

/** End of a domain of two or more names; undefined if there is none. */
function endOfDomain(text: string, from: number): number | undefined {
  let end = from;
  while (end < text.length && end - from < DOMAIN_MAX && DOMAIN.test(text[end]!)) end += 1;
  while (end > from && /[.-]/.test(text[end - 1]!)) end -= 1;
  const names = text.slice(from, end).split(".");
  const wrong = names.findIndex((name) => !NAME.test(name));
  const right = wrong === -1 ? names : names.slice(0, wrong);
  if (right.length < 2 || !/^(?:\p{L}{2,63}|xn--[a-z0-9-]{1,59})$/iu.test(right.at(-1)!)) return undefined;
  return from + right.join(".").length;
}
