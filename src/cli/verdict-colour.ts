import { styleText } from "node:util";

/** Colour of a verdict where it stands alone on a line. */
const COLOURS = { GO: "green", "CONDITIONAL GO": "yellow", "NO GO": "red" } as const;

/**
 * Printed text with its verdict in colour and bold. A stream that is not a terminal, `NO_COLOR` and `--no-color` leave the
 * text as it is.
 *
 * @param text  with its control characters shown already
 */
export function colouredVerdict(
  text: string,
  stream: NodeJS.WritableStream & { isTTY?: boolean },
  isColoured: boolean,
): string {
  if (!isColoured || stream.isTTY !== true) return text;
  return text.replace(/^(?:CONDITIONAL GO|NO GO|GO)$/m, (verdict) =>
    styleText(["bold", COLOURS[verdict as keyof typeof COLOURS]], verdict, { stream }),
  );
}
