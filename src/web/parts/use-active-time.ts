import { type RefObject, useEffect, useRef } from "react";

import { ActiveTime } from "../active-time.ts";

const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "scroll", "touchmove"] as const;

/** Measures active time on a row, restarting for each `row`. */
export function useActiveTime(row: number | undefined, idleSeconds: number): RefObject<ActiveTime> {
  const timer = useRef(new ActiveTime(idleSeconds * 1000, () => performance.now()));
  useEffect(() => {
    timer.current = new ActiveTime(idleSeconds * 1000, () => performance.now());
  }, [row, idleSeconds]);
  useEffect(() => {
    const touch = (): void => timer.current.touch();
    const hide = (): void => {
      if (document.hidden) timer.current.pause();
      else timer.current.touch();
    };
    for (const sign of SIGNS) window.addEventListener(sign, touch, { passive: true, capture: true });
    document.addEventListener("visibilitychange", hide);
    return () => {
      for (const sign of SIGNS) window.removeEventListener(sign, touch, { capture: true });
      document.removeEventListener("visibilitychange", hide);
    };
  }, []);
  return timer;
}
