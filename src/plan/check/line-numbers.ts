/** Text of line numbers; only the first three are listed: `lines 4, 9, 17, …`. */
export function formatLines(lines: readonly number[], count = lines.length): string {
  const shown = lines.slice(0, 3);
  return `line${count === 1 ? "" : "s"} ${shown.join(", ")}${count > shown.length ? ", …" : ""}`;
}
