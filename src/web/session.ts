import { useQuery } from "@tanstack/react-query";

import type { SignedIn } from "../domain/account.ts";
import { getJson } from "./api.ts";

/** Key of the query for the signed-in account. */
export const SESSION = ["session"];

/** The signed-in user; undefined until the server has answered. */
export function useSession(): SignedIn | undefined {
  return useQuery({ queryKey: SESSION, queryFn: async () => getJson<SignedIn>("/session"), staleTime: 60_000 }).data;
}

/**
 * Whether prompts, rows, files and logs are shown: the role finance sees only money, and the server does not send it
 * these.
 */
export function useReadsContent(): boolean {
  return useSession()?.role !== "finance";
}

/** Whether the account may change the programme: audit it, approve its papers. The server rejects other roles. */
export function useMayChange(): boolean {
  const role = useSession()?.role;
  return role === "engineer" || role === "admin";
}
