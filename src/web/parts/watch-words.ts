/** Units whose changes are shown as they are, not in per cent. */
const PLAIN_UNITS: ReadonlySet<string> = new Set(["MMD²", "SE", "cosine"]);

/** A value of a watched signal, in words. */
export function shownSignal(unit: string, value: number): string {
  if (unit === "share") return `${round(100 * value)} %`;
  return `${round(value)} ${unit === "characters" ? "chars" : unit === "seconds" ? "s" : unit}`;
}

/** A change of a watched signal with its sign, in words: points of a share, per cent of a ratio. */
export function shownChange(unit: string, change: number): string {
  const sign = change > 0 ? "+" : change < 0 ? "−" : "";
  if (PLAIN_UNITS.has(unit)) return `${sign}${round(Math.abs(change))}`;
  return `${sign}${round(100 * Math.abs(change))} ${unit === "share" ? "points" : "%"}`;
}

function round(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en-US", { maximumSignificantDigits: 3 });
}
