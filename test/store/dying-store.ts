import type { Store } from "../../src/store/open-store.ts";

/** The store of a process that is killed after some transactions: each later one fails, and nothing of it is stored. */
export function dyingAfter(store: Store, transactions: number): Store {
  let left = transactions;
  return {
    ...store,
    write: (work) => (left-- > 0 ? store.write(work) : Promise.reject(new Error("killed"))),
  };
}
