import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";

import type { SignedIn } from "../../domain/account.ts";
import { postJson } from "../api.ts";
import { SESSION, useSession } from "../session.ts";
import { Problem } from "./problem.tsx";

/** Contents for users who may see them; a sign-in form if the server requires an account and none was given. */
export function SignedInOnly({ children }: { children: ReactNode }): ReactNode {
  const session = useSession();
  return session !== undefined && session.role === null ? <SignIn /> : children;
}

function SignIn(): ReactNode {
  const queries = useQueryClient();
  const [token, setToken] = useState("");
  const [error, setError] = useState<Error>();
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      const session = await postJson<SignedIn>("/session", { token: token.trim() });
      await queries.resetQueries();
      queries.setQueryData(SESSION, session);
    } catch (failed) {
      setError(failed instanceof Error ? failed : new Error(String(failed)));
    }
  };
  return (
    <form className="empty" onSubmit={(event) => void send(event)}>
      <h1>Sign in</h1>
      <p>
        <label htmlFor="token">Token of your account</label>
      </p>
      <p>
        <input
          id="token"
          type="password"
          autoComplete="current-password"
          required
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
      </p>
      <p>
        <button type="submit" className="button primary">
          Sign in
        </button>
      </p>
      {error === undefined ? null : <Problem error={error} />}
      <p className="soft small">
        An admin creates one: <code>tunewright accounts create NAME --role viewer</code>
      </p>
    </form>
  );
}

/** The signed-in user and a sign-out button; nothing if no account is needed. */
export function SessionLine(): ReactNode {
  const queries = useQueryClient();
  const session = useSession();
  if (session === undefined || session.name === null) return null;
  const leave = async (): Promise<void> => {
    const ended = await postJson<SignedIn>("/session/end", {});
    queries.clear();
    queries.setQueryData(SESSION, ended);
  };
  return (
    <div>
      {session.name}, {session.role}{" "}
      <button type="button" className="button" onClick={() => void leave()}>
        Sign out
      </button>
    </div>
  );
}
