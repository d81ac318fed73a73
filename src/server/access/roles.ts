import type { Role } from "../../domain/account.ts";

/**
 * Permission that a route requires of its caller; `public`: none, `member`: an account, whatever its role, `content`:
 * permission to read prompts, answers and rows, and data that may contain them: files of runs, logs of trainers,
 * examples of traffic.
 */
export type Ability = "public" | "member" | "read" | "content" | "log" | "spend" | "money" | "audit" | "admin";

/** Permissions of each role. */
const ABILITIES: Readonly<Record<Role, readonly Ability[]>> = {
  viewer: ["public", "member", "read", "content"],
  annotator: ["public", "member"],
  engineer: ["public", "member", "read", "content", "log", "spend"],
  finance: ["public", "member", "read", "spend", "money"],
  auditor: ["public", "member", "read", "content", "audit"],
  admin: ["public", "member", "read", "content", "log", "spend", "money", "audit", "admin"],
};

/** Whether a role has the permission that a route requires. */
export function may(role: Role, ability: Ability): boolean {
  return ABILITIES[role].includes(ability);
}

/** Text of the roles with the permission that a route requires. */
export function rolesFor(ability: Ability): string {
  const roles = (Object.keys(ABILITIES) as Role[]).filter((role) => may(role, ability));
  return roles.length === 1 ? roles[0]! : `${roles.slice(0, -1).join(", ")} or ${roles.at(-1)}`;
}
