import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components";

import { NOTE_TAG, useTagEdits } from "../../run-edit.ts";
import { Icon } from "../icons.tsx";
import { Problem } from "../problem.tsx";
import { TextForm } from "../text-form.tsx";

/** The note of a run, edited in place. */
export function Note({ runId, note }: { runId: string; note: string | undefined }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [error, setError] = useState<Error>();
  const edits = useTagEdits(runId);
  const save = async (next: string): Promise<void> => {
    try {
      if (next.trim() === "" && note !== undefined) await edits.remove(NOTE_TAG, note);
      else if (next !== (note ?? "")) await edits.set(NOTE_TAG, next, note);
      setOpen(false);
      setError(undefined);
    } catch (failed) {
      setError(failed instanceof Error ? failed : new Error(String(failed)));
    }
  };
  return (
    <section className="panel" aria-labelledby="note">
      <div className="panel-head">
        <h2 id="note">Note</h2>
        {isOpen ? null : (
          <Button className="button quiet" onPress={() => setOpen(true)}>
            <Icon name="edit" size={13} /> {note === undefined ? "Write one" : "Edit"}
          </Button>
        )}
      </div>
      {isOpen ? (
        <TextForm
          label="Note"
          text={note ?? ""}
          rows={6}
          maxLength={8000}
          onSave={(text) => void save(text)}
          onCancel={() => setOpen(false)}
        />
      ) : (
        <p className={note === undefined ? "soft" : "note"}>{note ?? "What was tried, and the result."}</p>
      )}
      {error === undefined ? null : <Problem error={error} />}
    </section>
  );
}
