import { JSONParse, JSONStringify } from "json-with-bigint";

// a value that is an integer of at least sixteen digits, and may therefore be above 2^53
const LONG_INTEGER = /[:[,]\s*-?\d{16,}\s*[,}\]]/;

/**
 * Parses JSON. Integers that a number cannot represent become bigint. Text without such integers is parsed by the
 * engine, which is many times faster.
 *
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  return LONG_INTEGER.test(text) ? JSONParse(text) : (JSON.parse(text) as unknown);
}

/** Serialises JSON; a bigint is written as its digits. */
export function writeExactJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return JSONStringify(value) ?? "null"; // JSON.stringify refuses a bigint
    throw error;
  }
}
