/**
 * Control characters of C0, C1 and DEL, except tab and line feed; and characters that change the direction of text or
 * end a line, which can hide the real text from a reader (CVE-2021-42574).
 */
const CONTROLS = /[^\P{Cc}\t\n]|[\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

/**
 * Text in which control characters are replaced by their code, such as `\u001b`, so that they cannot affect a terminal.
 * JSON uses the same escapes, so JSON remains JSON.
 */
export function visibleControls(text: string): string {
  return text.replace(CONTROLS, (char) => `\\u${char.codePointAt(0)!.toString(16).padStart(4, "0")}`);
}
