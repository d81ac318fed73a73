import { timingSafeEqual } from "node:crypto";

import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";

import { runOfToken } from "../../accounts/run-token.ts";
import type { AccountRef } from "../../accounts/tokens.ts";
import type { Clock } from "../../base/clock.ts";
import { sha256 } from "../../base/hash.ts";
import type { Role } from "../../domain/account.ts";
import { accountOfSession, accountOfToken, needsAccounts } from "../../programme/accounts/sign-in.ts";
import type { Store } from "../../store/open-store.ts";
import { AccessFailure } from "./access-failure.ts";
import { FailedAttempts } from "./attempts.ts";

/** Name of the cookie of a session. */
export const SESSION_COOKIE = "tunewright_session";

/** Sender of a request. `account` is undefined for the owner of the folder, for runs, and if no account is required. */
export type Caller = {
  account: AccountRef | undefined;
  name: string | null;
  role: Role;
  /** The run whose trainer sends the request: it may log only to this run, whatever the role. */
  runId?: string;
};

/** Time for which the absence of accounts is cached, ms, because another process may create one in PostgreSQL. */
const OPEN_MS = 5000;

const OWNER: Caller = { account: undefined, name: "owner", role: "admin" };
const ANYBODY: Caller = { account: undefined, name: null, role: "admin" };

/** Identifies the sender of a request. */
export class Access {
  readonly #store: Store;
  readonly #now: Clock;
  readonly #ownerHash: Buffer;
  readonly #ownerToken: string;
  readonly #isPrivate: boolean;
  readonly #failures: FailedAttempts;
  #openUntilMs = 0;
  #isClosed = false;

  /**
   * @param ownerToken token that commands of the data folder's owner send
   * @param isPrivate whether only this machine can reach the server; it then requires no account until one exists
   */
  constructor(store: Store, { now, ownerToken, isPrivate }: { now: Clock; ownerToken: string; isPrivate: boolean }) {
    this.#store = store;
    this.#now = now;
    this.#ownerToken = ownerToken;
    this.#ownerHash = Buffer.from(sha256(ownerToken));
    this.#isPrivate = isPrivate;
    this.#failures = new FailedAttempts(now);
  }

  /** Clears the cached absence of accounts. */
  forget(): void {
    this.#openUntilMs = 0;
  }

  /** Whether the server answers only requests with an account. Once true, this never changes back. */
  async needsAccount(): Promise<boolean> {
    if (!this.#isPrivate || this.#isClosed) return true;
    const nowMs = this.#now().getTime();
    if (nowMs < this.#openUntilMs) return false;
    this.#isClosed = await needsAccounts(this.#store);
    if (!this.#isClosed) this.#openUntilMs = nowMs + OPEN_MS;
    return this.#isClosed;
  }

  /**
   * Sender of a request: by its token (Bearer, or Basic with the name of the account), otherwise by its session,
   * otherwise anyone if no account is needed; undefined if there is none.
   *
   * @throws AccessFailure 401 for an invalid token, 429 after too many
   */
  async callerOf(c: Context): Promise<Caller | undefined> {
    const given = credentialsOf(c.req.header("authorization"));
    if (given !== undefined) return this.callerOfToken(c, given);
    const cookie = getCookie(c, SESSION_COOKIE);
    const account =
      cookie === undefined ? undefined : await accountOfSession(this.#store, cookie, this.#now().getTime());
    if (account !== undefined) return { account, name: account.name, role: account.role };
    return (await this.needsAccount()) ? undefined : ANYBODY;
  }

  /** The account of a token. @throws AccessFailure 401, 429 */
  async callerOfToken(c: Context, { name, token }: Credentials): Promise<Caller> {
    if (timingSafeEqual(Buffer.from(sha256(token)), this.#ownerHash)) return OWNER;
    const runId = runOfToken(this.#ownerToken, token, this.#now().getTime());
    if (runId !== undefined) return { account: undefined, name: `run ${runId}`, role: "annotator", runId };
    const account = await accountOfToken(this.#store, token, this.#now().getTime());
    if (account !== undefined && (name === undefined || name === account.name)) {
      return { account, name: account.name, role: account.role };
    }
    const waitSec = this.#failures.add(addressOf(c));
    if (waitSec > 0) {
      throw new AccessFailure(429, "too many wrong tokens from this address", {
        hint: `wait ${waitSec} s`,
        headers: { "retry-after": String(waitSec) },
      });
    }
    throw new AccessFailure(401, "this token is invalid or has expired", {
      hint: "an admin makes a new one: tunewright accounts renew NAME",
    });
  }
}

/** Contents of a header: a token and its name. */
type Credentials = { name?: string | undefined; token: string };

/** @source RFC 6750 (Bearer), RFC 7617 (Basic: name and password in base64, a colon between) */
function credentialsOf(header: string | undefined): Credentials | undefined {
  const [, scheme, value] = /^(bearer|basic) +(\S+) *$/i.exec(header ?? "") ?? [];
  if (scheme === undefined || value === undefined) return header === undefined ? undefined : { token: "" };
  if (scheme.toLowerCase() === "bearer") return { token: value };
  const [, name, token] = /^([^:]*):(.*)$/s.exec(Buffer.from(value, "base64").toString("utf8")) ?? [];
  return { name, token: token ?? "" };
}

/** Address of the sender of a request; `unknown` if it came through no socket. */
export function addressOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? "unknown";
  } catch {
    return "unknown"; // a request that came through no socket
  }
}
