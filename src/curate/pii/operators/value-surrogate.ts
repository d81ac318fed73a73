import type { RedactionKey } from "./redaction-key.ts";

/**
 * A value of the same shape for a number, an address on the Internet, an identifier: digits become digits, letters letters,
 * the rest stays; the same value has the same surrogate everywhere. Check digits are not kept: it is no valid number.
 */
export function valueSurrogate(key: RedactionKey, type: string, value: string): string {
  if (type === "EMAIL_ADDRESS")
    return `${key.mac("surrogate email", value.toLowerCase()).toString("hex").slice(0, 12)}@example.com`;
  if (type === "URL") return `https://example.com/${key.mac("surrogate url", value).toString("hex").slice(0, 12)}`;
  if (type === "IP_ADDRESS") {
    const bytes = key.mac("surrogate ip", value);
    return value.includes(":")
      ? `2001:db8::${bytes.toString("hex").slice(0, 4)}:${bytes.toString("hex").slice(4, 8)}`
      : `192.0.2.${bytes[0]!}`;
  }
  let block = 0;
  let bytes = key.mac(`surrogate ${type}`, `0 ${value}`);
  let used = 0;
  const next = (): number => {
    if (used === bytes.length) {
      block += 1;
      bytes = key.mac(`surrogate ${type}`, `${block} ${value}`);
      used = 0;
    }
    used += 1;
    return bytes[used - 1]!;
  };
  return value.replaceAll(/[0-9A-Za-z]/g, (character) => {
    if (character >= "0" && character <= "9") return String(next() % 10);
    return String.fromCharCode((character >= "a" ? 97 : 65) + (next() % 26));
  });
}
