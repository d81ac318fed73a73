// What happens when, in a server whose service times are known: each event has its moment, and is run at it or as soon
// after it as the machine allows, a millisecond later at best. What follows from an event is timed from its moment and
// not from when it was run, so that lateness does not add up.

/** A row of events by time, with a clock that can be held: while it is, time stands and nothing happens. */
export function timeline() {
  const heap = [];
  let heldMs = 0;
  let heldUntil = 0;
  let timer;

  /** Time of this clock: the machine's, less what it was held for. */
  const now = () => Math.max(performance.now(), heldUntil) - heldMs;

  const wake = () => {
    clearTimeout(timer);
    const held = heldUntil - performance.now();
    if (held <= 0) {
      while (heap.length > 0 && heap[0].atMs <= now()) pop(heap).run();
    }
    if (heap.length > 0) timer = setTimeout(wake, Math.max(held, heap[0].atMs - now()));
  };

  return {
    now,
    /** Runs something at a moment of this clock. */
    at: (atMs, run) => {
      push(heap, { atMs, run });
      if (heap[0].run === run) wake();
    },
    /** Stops the clock for so many milliseconds. */
    hold: (ms) => {
      heldUntil = performance.now() + ms;
      heldMs += ms;
      wake();
    },
  };
}

/** Adds to a binary heap by time. */
function push(heap, event) {
  let at = heap.push(event) - 1;
  for (; at > 0;) {
    const parent = (at - 1) >> 1;
    if (heap[parent].atMs <= event.atMs) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = event;
}

/** Takes the earliest from a binary heap. */
function pop(heap) {
  const first = heap[0];
  const last = heap.pop();
  if (heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1].atMs < heap[child].atMs) child += 1;
    if (heap[child].atMs >= last.atMs) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = last;
  return first;
}
