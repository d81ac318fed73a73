const BACKSLASH = 92;

/** Offset of the quote that closes the JSON string opened at an offset; -1 if none closes it. */
export function jsonStringEnd(text: string, open: number): number {
  let end = text.indexOf('"', open + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, position: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(position - 1 - slashes) === BACKSLASH) slashes += 1;
  return slashes % 2 === 1;
}
