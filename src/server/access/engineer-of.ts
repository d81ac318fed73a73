import type { Context } from "hono";

import type { Caller } from "./access.ts";

/** Name of an engineer, who may see only their own budgets; undefined for every other role. */
export function engineerOf(c: Context): string | undefined {
  const { role, name } = c.get("caller") as Caller;
  return role === "engineer" ? (name ?? "") : undefined;
}
