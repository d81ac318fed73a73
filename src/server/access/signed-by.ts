import type { Context } from "hono";

import { AccessFailure } from "./access-failure.ts";
import type { Caller } from "./access.ts";

/**
 * The name under which something is sealed, decided or closed. An account signs under its own name; the owner of the
 * folder, and anyone if there are no accounts, signs under the given name.
 *
 * @throws AccessFailure 403 for the name of somebody else
 */
export function signedBy(c: Context, given: string): string {
  const { account } = c.get("caller") as Caller;
  if (account === undefined || account.name === given) return given;
  throw new AccessFailure(403, `${account.name} cannot sign as ${given}: accounts sign under their own name`, {
    hint: `sign as ${account.name}`,
  });
}
