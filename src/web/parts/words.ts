/** Seconds as text: `42 s`, `12 min 5 s`, `3 h 20 min`, `2 d 4 h`. */
export function shownDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const [d, h, m, s] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  if (d > 0) return `${d} d ${h} h`;
  if (h > 0) return `${h} h ${m} min`;
  return m > 0 ? `${m} min ${s} s` : `${s} s`;
}

/** A time in the reader's time zone, to the minute, without the current year. */
export function shownTime(iso: string): string {
  const date = new Date(iso);
  const year = date.getFullYear() === new Date().getFullYear() ? {} : ({ year: "numeric" } as const);
  return date.toLocaleString(undefined, {
    ...year,
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
  });
}

/** Time since a given time. */
export function shownAge(iso: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  return seconds < 5 ? "just now" : `${shownDuration(seconds < 3600 ? seconds : Math.round(seconds / 60) * 60)} ago`;
}

/** A value of a metric in at most six digits; words if it is not finite. */
export function shownValue(value: number | string): string {
  if (typeof value === "string" || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(3).replace(/\.?0+e/, "e");
  return String(Number(value.toPrecision(6)));
}

/** An amount in dollars and cents, grouped; small amounts keep the digits that distinguish them from zero. */
export function shownUsd(amount: string): string {
  const value = Number(amount);
  const digits = value !== 0 && Math.abs(value) < 0.01 ? 6 : 2;
  return value.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: digits });
}

/** A number without insignificant digits: three digits below a thousand, grouped integers above. */
export function shownWhole(value: number): string {
  return Math.abs(value) < 1000
    ? String(Number(value.toPrecision(3)))
    : Math.round(value).toLocaleString(undefined, { maximumFractionDigits: 0 });
}

/** A size in the largest unit for which the integer part is not zero. */
export function shownBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** power).toPrecision(3))} ${units[power]}`;
}

/** A count with its noun, which is plural unless the count is 1; `plural` if it is not the noun with an `s`. */
export function shownCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? noun : plural}`;
}

/** A range of values in three digits, or in as many as its ends differ in. */
export function shownRange(lowest: number, highest: number): string {
  // Whole units stay: 11996 is not shown as 12000.
  const whole = Math.floor(Math.log10(Math.max(Math.abs(lowest), Math.abs(highest), 1))) + 1;
  for (let digits = Math.min(6, Math.max(3, whole)); ; digits++) {
    const [low, high] = [lowest, highest].map((value) => shownValue(Number(value.toPrecision(digits))));
    if (low !== high || digits >= 6) return `${low} to ${high}`;
  }
}
