import type { ReactNode } from "react";

import { ApiError } from "../api.ts";

/** An error instead of a result: the problem, then the remedy. */
export function Problem({ error }: { error: Error }): ReactNode {
  const hint = error instanceof ApiError ? error.hint : "Check that the server is running. The page retries by itself.";
  return (
    <div className="notice bad" role="alert">
      <strong>{error.message}</strong>
      {hint === null ? null : <span>{hint}</span>}
    </div>
  );
}
