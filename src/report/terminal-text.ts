/** Sequences by which programs colour text and move the cursor. @source ECMA-48, 5.4: CSI */
// oxlint-disable-next-line no-control-regex
const CONTROL = /\u001B\[[\d;?]*[ -/]*[@-~]/g;

/**
 * A log as a terminal shows it: of a line that a program overwrote, as progress bars do, only its last state remains.
 */
export function terminalText(text: string): string {
  return text
    .replace(CONTROL, "")
    .split("\n")
    .map((line) => line.replace(/\r+$/, "").split("\r").at(-1))
    .join("\n");
}
