import { useCallback, useEffect, useRef, useState } from "react";

import type { LabelItem } from "../../domain/label-work.ts";
import { ApiError } from "../api.ts";
import { takeItems } from "../label-api.ts";

/** Number of rows that are leased for a page, so that work continues while the server restarts. */
const AHEAD = 8;

/** Polling interval for new rows, ms. */
const ASK_AGAIN_MS = 10_000;

type Items = readonly LabelItem[] | undefined;

/**
 * Rows that are leased to this person, requested before they run out.
 *
 * @param waiting numbers of rows whose answers are on their way; they are not shown again
 */
export function useItems(
  task: string,
  waiting: () => readonly number[],
): { items: Items; error: Error | null; refill: () => void; setItems: (change: (before: Items) => Items) => void } {
  const [items, setItems] = useState<readonly LabelItem[]>();
  const [error, setError] = useState<Error | null>(null);
  const asking = useRef(false);
  const waitingNow = useRef(waiting);
  waitingNow.current = waiting;
  const itemsNow = useRef<Items>(undefined);
  itemsNow.current = items;
  const refill = useCallback(() => {
    const ask = async (): Promise<void> => {
      if (asking.current) return;
      asking.current = true;
      // The reply may have been written before an answer that is given or taken in meanwhile: its row is not shown again.
      const earlier = [...(itemsNow.current ?? []).map(({ item }) => item), ...waitingNow.current()];
      try {
        const { items: fresh } = await takeItems(task, Math.min(20, AHEAD + waitingNow.current().length));
        setError(null);
        setItems((before = []) => {
          const known = new Set([...before.map(({ item }) => item), ...waitingNow.current(), ...earlier]);
          return [...before, ...fresh.filter(({ item }) => !known.has(item))];
        });
      } catch (caught) {
        setError(caught as Error); // while the server restarts, the rows at hand go on
        if (caught instanceof ApiError && caught.status < 500) setItems(() => undefined);
      } finally {
        asking.current = false;
      }
    };
    void ask();
  }, [task]);
  useEffect(() => {
    refill();
    const timer = setInterval(refill, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [refill]);
  return { items, error, refill, setItems };
}
