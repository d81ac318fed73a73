import { styleText } from "node:util";

/** Colours of a verdict on a line of its own. */
const COLOURS = { GO: "green", "CONDITIONAL GO": "yellow", "NO GO": "red" } as const;

/**
 * Text with its verdict in colour and bold. The text is unchanged if the stream is not a terminal, or with `NO_COLOR`
 * or `--no-color`.
 *
 * @param text  text whose control characters were already made visible
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
