import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button, Label, TextArea, TextField } from "react-aria-components";

import { callMlflow } from "../../api.ts";
import { Icon } from "../icons.tsx";
import { attempt, sayDone } from "../toasts.tsx";
import type { Model } from "./registry.ts";

/** The description of a model, edited in place; a change can be undone. */
export function Description({ model: { name, description = "" } }: { model: Model }): ReactNode {
  const client = useQueryClient();
  const [text, setText] = useState<string>();
  const put = async (next: string): Promise<void> => {
    await callMlflow("registered-models/update", { name, description: next }, "PATCH");
    await client.invalidateQueries({ queryKey: ["models"] });
  };
  const save = async (next: string): Promise<void> => {
    await put(next);
    setText(undefined);
    sayDone({ text: `Description of ${name} saved`, undo: () => void attempt(put(description)) });
  };
  if (text === undefined) {
    return (
      <p className="soft">
        {description}{" "}
        <Button
          className="button quiet"
          aria-label={`${description === "" ? "Describe" : "Edit the description of"} ${name}`}
          onPress={() => setText(description)}
        >
          <Icon name="edit" size={13} /> {description === "" ? "Describe" : "Edit"}
        </Button>
      </p>
    );
  }
  return (
    <form
      className="stack"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void attempt(save(text.trim()));
      }}
    >
      <TextField value={text} onChange={setText} autoFocus maxLength={5000}>
        <Label className="visually-hidden">Description of {name}</Label>
        <TextArea rows={3} className="input description-input" />
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
  );
}
