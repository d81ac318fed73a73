import { type FormEvent, type ReactNode, useState } from "react";
import { Button, Input, Label, TextField } from "react-aria-components";

import { NOTE_TAG, useTagEdits } from "../../run-edit.ts";
import { Icon } from "../icons.tsx";
import { Problem } from "../problem.tsx";

type Pair = { key: string; value: string };

/**
 * Tags of a run: values can be edited in place, tags added and removed. Those of MLflow's client are shown but cannot
 * be changed.
 */
export function Tags({ runId, tags }: { runId: string; tags: readonly Pair[] }): ReactNode {
  const edits = useTagEdits(runId);
  const [open, setOpen] = useState<Pair>();
  const [error, setError] = useState<Error>();
  const run = async (change: () => Promise<void>): Promise<void> => {
    try {
      await change();
      setError(undefined);
      setOpen(undefined);
    } catch (failed) {
      setError(failed instanceof Error ? failed : new Error(String(failed)));
    }
  };
  const save = ({ key, value }: Pair): Promise<void> =>
    run(() => edits.set(key, value, tags.find((tag) => tag.key === key)?.value));
  const shown = tags.filter(({ key }) => key !== NOTE_TAG);
  return (
    <section className="panel" aria-labelledby="tags">
      <div className="panel-head">
        <h2 id="tags">
          Tags <span className="soft small">{shown.length}</span>
        </h2>
        <Button className="button quiet" onPress={() => setOpen({ key: "", value: "" })}>
          Add a tag
        </Button>
      </div>
      {open !== undefined && !shown.some(({ key }) => key === open.key) ? (
        <TagForm tag={open} isNew onSave={save} onCancel={() => setOpen(undefined)} />
      ) : null}
      <ul className="tag-list">
        {shown.map((tag) =>
          open?.key === tag.key ? (
            <li key={tag.key}>
              <TagForm tag={tag} isNew={false} onSave={save} onCancel={() => setOpen(undefined)} />
            </li>
          ) : (
            <li key={tag.key}>
              <span className="soft">{tag.key}</span>
              <code>{tag.value}</code>
              {tag.key.startsWith("mlflow.") ? null : (
                <span className="tag-actions">
                  <Button className="button quiet" aria-label={`Edit ${tag.key}`} onPress={() => setOpen(tag)}>
                    <Icon name="edit" size={13} />
                  </Button>
                  <Button
                    className="button quiet"
                    aria-label={`Remove ${tag.key}`}
                    onPress={() => void run(() => edits.remove(tag.key, tag.value))}
                  >
                    <Icon name="close" size={12} />
                  </Button>
                </span>
              )}
            </li>
          ),
        )}
      </ul>
      {error === undefined ? null : <Problem error={error} />}
    </section>
  );
}

type FormProps = { tag: Pair; isNew: boolean; onSave: (tag: Pair) => Promise<void>; onCancel: () => void };

function TagForm({ tag, isNew, onSave, onCancel }: FormProps): ReactNode {
  const [key, setKey] = useState(tag.key);
  const [value, setValue] = useState(tag.value);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void onSave({ key: key.trim(), value });
  };
  return (
    <form className="toolbar tag-form" onSubmit={submit}>
      <TextField value={key} onChange={setKey} isRequired isDisabled={!isNew} autoFocus={isNew} maxLength={250}>
        <Label className="visually-hidden">Key</Label>
        <Input className="input" placeholder="key" />
      </TextField>
      <TextField value={value} onChange={setValue} autoFocus={!isNew} maxLength={8000}>
        <Label className="visually-hidden">Value</Label>
        <Input className="input" placeholder="value" />
      </TextField>
      <Button type="submit" className="button primary">
        Save
      </Button>
      <Button className="button" onPress={onCancel}>
        Cancel
      </Button>
    </form>
  );
}
