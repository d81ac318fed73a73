/** A message of a customer with the right answer; `queue` is its kind. */
export type Message = { queue: string; prompt: string; answer: string };

/** Random numbers from 0 to 1 of a seed. */
export function seeded(seed: number): () => number;

export function trainingRows(count: number, random?: () => number): Message[];

/** Messages about things that no training row names: half of the old kinds, half of the new one. */
export function heldOut(count: number, random?: () => number): Message[];

/** Requests of some weeks; from `driftWeek` on every second one is of the new kind. */
export function traffic(
  shape: { weeks: number; perWeek: number; driftWeek: number; startMs: number },
  random?: () => number,
): (Message & { id: string; time: string; user: string })[];
