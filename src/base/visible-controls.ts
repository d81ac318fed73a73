/** Control characters of C0, C1 and DEL, except the tab and the line feed. */
const CONTROLS = /[^\P{Cc}\t\n]/gu;

/**
 * Text in which no character steers a terminal: a control character is shown by its code, as in `\u001b`. That is also
 * how JSON writes it, so JSON stays JSON.
 */
export function visibleControls(text: string): string {
  return text.replace(CONTROLS, (char) => `\\u${char.codePointAt(0)!.toString(16).padStart(4, "0")}`);
}
