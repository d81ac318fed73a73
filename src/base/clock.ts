/** Where the time comes from: an argument, so that the same input gives the same output in a test. */
export type Clock = () => Date;

/** Calendar day as `YYYY-MM-DD`, in UTC. */
export function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** True for a `YYYY-MM-DD` that is a day of the calendar (not 2026-02-30). */
export function isIsoDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && isoDay(new Date(text)) === text;
}
