import { JSONParse, JSONStringify } from "json-with-bigint";

// an integer of sixteen digits or more that stands as a value: it may be beyond 2^53
const LONG_INTEGER = /[:[,]\s*-?\d{16,}\s*[,}\]]/;

/**
 * Parses JSON. Integers that a number cannot hold come as bigint; text without any is parsed by the engine, which is
 * many times faster.
 *
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  return LONG_INTEGER.test(text) ? JSONParse(text) : (JSON.parse(text) as unknown);
}

/** Writes JSON; a bigint becomes its digits. */
export function writeExactJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return JSONStringify(value) ?? "null"; // JSON.stringify refuses a bigint
    throw error;
  }
}
