/** A piece of text worth reading closely. */
export type Window = { start: number; end: number; digits: number };

/** Characters around a digit that may belong to a match: names of months, prefixes of countries, suffixes. */
const REACH = 40;

/** How much further a window grows to end between words. */
const STRETCH = 256;

/**
 * The pieces of a text around its digits, wide enough that no identifier with a digit crosses their ends.
 *
 * One pass over the text; most prose has few digits, and all recognisers that need some skip the rest. A piece has at
 * least REACH characters before its first digit and after its last, and ends at a space where one is near.
 */
export function findWindows(text: string): Window[] {
  const windows: Window[] = [];
  let open: Window | undefined;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 57 || code < 48) continue;
    if (open !== undefined && at - open.end <= 2 * REACH) {
      open.end = at + 1;
      open.digits += 1;
    } else {
      if (open !== undefined) push(windows, widened(text, open));
      open = { start: at, end: at + 1, digits: 1 };
    }
  }
  if (open !== undefined) push(windows, widened(text, open));
  return windows;
}

/** A stretch from its first digit to its last, widened by its reach and on to the next spaces. */
function widened(text: string, { start, end, digits }: Window): Window {
  let from = Math.max(0, start - REACH);
  for (let steps = 0; from > 0 && steps < STRETCH && !isSpace(text.charCodeAt(from - 1)); steps++) from -= 1;
  let to = Math.min(text.length, end + REACH);
  for (let steps = 0; to < text.length && steps < STRETCH && !isSpace(text.charCodeAt(to)); steps++) to += 1;
  return { start: from, end: to, digits };
}

/** Adds a window, or joins it to the one before where they touch. */
function push(windows: Window[], window: Window): void {
  const before = windows.at(-1);
  if (before === undefined || window.start > before.end) windows.push(window);
  else {
    before.end = window.end;
    before.digits += window.digits;
  }
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0;
}
