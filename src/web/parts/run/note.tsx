import { type FormEvent, type ReactNode, useState } from "react";
import { Button, Label, TextArea, TextField } from "react-aria-components";

import { NOTE_TAG, useTagEdits } from "../../run-edit.ts";
import { Icon } from "../icons.tsx";
import { Problem } from "../problem.tsx";

/** The note of a run, edited in place. */
export function Note({ runId, note }: { runId: string; note: string | undefined }): ReactNode {
  const [text, setText] = useState<string>();
  const [error, setError] = useState<Error>();
  const edits = useTagEdits(runId);
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      const next = text ?? "";
      if (next.trim() === "" && note !== undefined) await edits.remove(NOTE_TAG, note);
      else if (next !== (note ?? "")) await edits.set(NOTE_TAG, next, note);
      setText(undefined);
      setError(undefined);
    } catch (failed) {
      setError(failed instanceof Error ? failed : new Error(String(failed)));
    }
  };
  return (
    <section className="panel" aria-labelledby="note">
      <div className="panel-head">
        <h2 id="note">Note</h2>
        {text === undefined ? (
          <Button className="button quiet" onPress={() => setText(note ?? "")}>
            <Icon name="edit" size={13} /> {note === undefined ? "Write one" : "Edit"}
          </Button>
        ) : null}
      </div>
      {text === undefined ? (
        <p className={note === undefined ? "soft" : "note"}>{note ?? "What was tried, and the result."}</p>
      ) : (
        <form className="stack" onSubmit={(event) => void save(event)}>
          <TextField value={text} onChange={setText} autoFocus maxLength={8000}>
            <Label className="visually-hidden">Note</Label>
            <TextArea rows={6} className="input note-input" />
          </TextField>
          <div className="toolbar">
            <Button type="submit" className="button primary">
              Save
            </Button>
            <Button className="button" onPress={() => setText(undefined)}>
              Cancel
            </Button>
          </div>
        </form>
      )}
      {error === undefined ? null : <Problem error={error} />}
    </section>
  );
}
