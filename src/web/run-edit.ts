import { type QueryClient, useQueryClient } from "@tanstack/react-query";

import { callMlflow } from "./api.ts";
import { attempt, sayDone } from "./parts/toasts.tsx";

/** Tag in which MLflow's clients keep the note of a run. */
export const NOTE_TAG = "mlflow.note.content";

/** Changes of the tags of a run, each with an undo function. */
export type TagEdits = {
  set: (key: string, value: string, before: string | undefined) => Promise<void>;
  remove: (key: string, before: string) => Promise<void>;
};

/** Changes the tags of a run; its note is one of them. */
export function useTagEdits(runId: string): TagEdits {
  const client = useQueryClient();
  const put = (key: string, value: string): Promise<unknown> =>
    callMlflow("runs/set-tag", { run_id: runId, key, value });
  const drop = (key: string): Promise<unknown> => callMlflow("runs/delete-tag", { run_id: runId, key });
  const name = (key: string): string => (key === NOTE_TAG ? "Note" : `Tag ${key}`);
  return {
    set: async (key, value, before) => {
      await put(key, value);
      await refresh(client, runId);
      sayDone({
        text: `${name(key)} saved`,
        undo: () =>
          void attempt((before === undefined ? drop(key) : put(key, before)).then(() => refresh(client, runId))),
      });
    },
    remove: async (key, before) => {
      await drop(key);
      await refresh(client, runId);
      sayDone({
        text: `${name(key)} removed`,
        undo: () => void attempt(put(key, before).then(() => refresh(client, runId))),
      });
    },
  };
}

async function refresh(client: QueryClient, runId: string): Promise<void> {
  await client.invalidateQueries({ queryKey: ["run", runId] });
}
