import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components";

import { callMlflow } from "../../api.ts";
import { Icon } from "../icons.tsx";
import { TextForm } from "../text-form.tsx";
import { attempt, sayDone } from "../toasts.tsx";
import type { Model } from "./registry.ts";

/** The description of a model, edited in place; a change can be undone. */
export function Description({ model: { name, description = "" } }: { model: Model }): ReactNode {
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const put = async (next: string): Promise<void> => {
    await callMlflow("registered-models/update", { name, description: next }, "PATCH");
    await client.invalidateQueries({ queryKey: ["models"] });
  };
  const save = async (next: string): Promise<void> => {
    await put(next);
    setOpen(false);
    sayDone({ text: `Description of ${name} saved`, undo: () => void attempt(put(description)) });
  };
  if (isOpen) {
    return (
      <TextForm
        label={`Description of ${name}`}
        text={description}
        rows={3}
        maxLength={5000}
        onSave={(text) => void attempt(save(text.trim()))}
        onCancel={() => setOpen(false)}
      />
    );
  }
  return (
    <p className="soft">
      {description}{" "}
      <Button
        className="button quiet"
        aria-label={`${description === "" ? "Describe" : "Edit the description of"} ${name}`}
        onPress={() => setOpen(true)}
      >
        <Icon name="edit" size={13} /> {description === "" ? "Describe" : "Edit"}
      </Button>
    </p>
  );
}
