import { canonicalValue } from "./canonical-value.ts";
import type { RedactionKey } from "./redaction-key.ts";

/** Number of attempts if the surrogate equals the original value. */
const TRIES = 16;

/**
 * A value of the same shape for a number, an Internet address or an identifier: digits are replaced by digits and
 * letters by letters; other characters and the country code of a telephone number stay. A value has the same surrogate
 * everywhere, whatever its separators. Check digits are not preserved, so the result is not a valid number.
 *
 * @returns undefined if no different value was found
 */
export function valueSurrogate(key: RedactionKey, type: string, value: string): string | undefined {
  const canonical = canonicalValue(type, value);
  if (type === "EMAIL_ADDRESS")
    return `${key.mac("surrogate email", canonical).toString("hex").slice(0, 12)}@example.com`;
  if (type === "URL") return `https://example.com/${key.mac("surrogate url", canonical).toString("hex").slice(0, 12)}`;
  if (type === "IP_ADDRESS") {
    const bytes = key.mac("surrogate ip", canonical);
    return value.includes(":")
      ? `2001:db8::${bytes.toString("hex").slice(0, 4)}:${bytes.toString("hex").slice(4, 8)}`
      : `192.0.2.${bytes[0]!}`;
  }
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const bytes = byteStream(key, `surrogate ${type}`, attempt === 0 ? canonical : `${canonical} ${attempt}`);
    const made = inShape(value, canonical.length, bytes);
    if (canonicalValue(type, made) !== canonical) return made;
  }
  return undefined;
}

/** The value with other letters and digits, replaced from its end so that all its notations get the same ones. */
function inShape(value: string, length: number, byteAt: (index: number) => number): string {
  let index = value.replaceAll(/[^\p{L}\p{N}]/gu, "").length;
  return value.replaceAll(/[\p{L}\p{N}]/gu, (character) => {
    index -= character.length;
    if (index >= length) return character; // the code of a country
    const byte = byteAt(index);
    if (/\p{N}/u.test(character)) return String(byte % 10);
    return String.fromCharCode((character === character.toUpperCase() ? 65 : 97) + (byte % 26));
  });
}

/** Secret bytes derived from a value. */
function byteStream(key: RedactionKey, purpose: string, value: string): (index: number) => number {
  const blocks: Buffer[] = [];
  return (index) => {
    const block = Math.floor(index / 32);
    const bytes = (blocks[block] ??= key.mac(purpose, `${block} ${value}`));
    return bytes[index % 32]!;
  };
}
