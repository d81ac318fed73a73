/** Source of the current time; passed as an argument so that tests are reproducible. */
export type Clock = () => Date;

/** Calendar day as `YYYY-MM-DD`, in UTC. */
export function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** True for a `YYYY-MM-DD` that exists in the calendar (not 2026-02-30). */
export function isIsoDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && isoDay(new Date(text)) === text;
}
