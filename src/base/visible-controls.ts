/**
 * Control characters of C0, C1 and DEL, except the tab and the line feed; and what turns the direction of text or ends
 * a line of it, which shows a reader other words than are there (CVE-2021-42574).
 */
const CONTROLS = /[^\P{Cc}\t\n]|[\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

/**
 * Text in which no character steers a terminal or its reader: a control character is shown by its code, as in `\u001b`. That is also
 * how JSON writes it, so JSON stays JSON.
 */
export function visibleControls(text: string): string {
  return text.replace(CONTROLS, (char) => `\\u${char.codePointAt(0)!.toString(16).padStart(4, "0")}`);
}
