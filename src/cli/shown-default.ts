import type { OptionRow } from "./options.ts";

/**
 * Default of a flag for its help; undefined if there is none, if it is an empty list or text, or if the description
 * already says what happens without the flag.
 */
export function shownDefault({ kind, defaultValue, description }: OptionRow): string | undefined {
  if (defaultValue === undefined || kind === "boolean" || /\bdefault: /i.test(description)) return undefined;
  const shown = Array.isArray(defaultValue)
    ? defaultValue.join(", ")
    : JSON.stringify(defaultValue).replaceAll('"', "");
  return shown === "" ? undefined : shown;
}
