import type { Context } from "hono";

import type { Caller } from "./access.ts";

/** Name of an engineer, who sees own budgets alone; undefined for every other role. */
export function engineerOf(c: Context): string | undefined {
  const { role, name } = c.get("caller") as Caller;
  return role === "engineer" ? (name ?? "") : undefined;
}
