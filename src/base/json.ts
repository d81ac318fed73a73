import { Failure } from "./failure.ts";

/**
 * Parses JSON text.
 *
 * @param name  the path, for messages
 * @throws Failure bad_input that names the line and column where the text stops being JSON
 */
export function parseJson(text: string, name: string): unknown {
  if (text.trim() === "") throw new Failure("bad_input", `${name} is empty`, { hint: "expected JSON" });
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const message = error instanceof Error ? error.message : "not JSON";
    const offset = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    const before = text.slice(0, offset).split("\n");
    const what =
      offset >= text.trimEnd().length ? "the text ends too early: the file may be truncated" : "this is not valid JSON";
    throw new Failure("bad_input", `${name}, line ${before.length}, column ${before.at(-1)!.length + 1}: ${what}`, {
      cause: error,
    });
  }
}
