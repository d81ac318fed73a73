/** Units whose changes are shown unchanged, not in per cent. */
const PLAIN_UNITS: ReadonlySet<string> = new Set(["MMD²", "SE", "cosine"]);

/** Text of a value of a monitored signal. */
export function shownSignal(unit: string, value: number): string {
  if (unit === "share") return `${round(100 * value)} %`;
  return `${round(value)} ${unit === "characters" ? "chars" : unit === "seconds" ? "s" : unit}`;
}

/** Text of a change of a monitored signal with its sign: points for a share, per cent for a ratio. */
export function shownChange(unit: string, change: number): string {
  const sign = change > 0 ? "+" : change < 0 ? "−" : "";
  if (PLAIN_UNITS.has(unit)) return `${sign}${round(Math.abs(change))}`;
  return `${sign}${round(100 * Math.abs(change))} ${unit === "share" ? "points" : "%"}`;
}

function round(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en-US", { maximumSignificantDigits: 3 });
}
