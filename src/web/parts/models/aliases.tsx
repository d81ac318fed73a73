import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button, Dialog, DialogTrigger, Input, Label, Popover, TextField } from "react-aria-components";

import { callMlflow } from "../../api.ts";
import { Icon } from "../icons.tsx";
import { attempt, sayDone } from "../toasts.tsx";
import { aliasesOf, type Model, type Version } from "./registry.ts";

type Props = { model: Model; version: Version };

/** Aliases of a version; one can be moved here, added or removed, and each can be undone. */
export function Aliases({ model, version }: Props): ReactNode {
  const { give, take } = useAliasEdits(model, version);
  return (
    <span className="aliases">
      {aliasesOf(model, version).map((name) => (
        <span key={name} className="badge accent">
          {name}
          <Button className="expander" aria-label={`Remove alias ${name}`} onPress={() => void attempt(take(name))}>
            <Icon name="close" size={9} />
          </Button>
        </span>
      ))}
      <DialogTrigger>
        <Button className="button quiet" aria-label={`Promote version ${version.version}`}>
          Promote
        </Button>
        <Popover className="popover">
          <Dialog className="inside" aria-label="Alias of this version">
            {({ close }) => (
              <AliasChoice
                model={model}
                version={version}
                onGive={(name) => {
                  close();
                  void attempt(give(name));
                }}
              />
            )}
          </Dialog>
        </Popover>
      </DialogTrigger>
    </span>
  );
}

/** Aliases of other versions, each of which can be moved here; and a new one. */
function AliasChoice({ model, version, onGive }: Props & { onGive: (name: string) => void }): ReactNode {
  const [alias, setAlias] = useState("");
  const others = (model.aliases ?? []).filter((each) => String(each.version) !== String(version.version));
  return (
    <>
      {others.map(({ alias: name, version: holder }) => (
        <Button key={name} className="button" onPress={() => onGive(name)}>
          Move {name} here <span className="soft">from v{holder}</span>
        </Button>
      ))}
      <form
        className="toolbar"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          onGive(alias.trim());
        }}
      >
        <TextField value={alias} onChange={setAlias} isRequired autoFocus>
          <Label className="visually-hidden">Alias</Label>
          <Input className="input" placeholder="New alias: champion" />
        </TextField>
        <Button type="submit" className="button primary">
          Give
        </Button>
      </form>
    </>
  );
}

/** Gives an alias to a version, or takes it away. */
function useAliasEdits(model: Model, version: Version): Record<"give" | "take", (name: string) => Promise<void>> {
  const client = useQueryClient();
  const change = async (method: "POST" | "DELETE", name: string, to = String(version.version)): Promise<void> => {
    const words = { name: model.name, alias: name, ...(method === "POST" ? { version: to } : {}) };
    await callMlflow("registered-models/alias", words, method);
    await client.invalidateQueries({ queryKey: ["models"] });
  };
  return {
    give: async (name) => {
      const before = (model.aliases ?? []).find(({ alias }) => alias === name);
      await change("POST", name);
      const back = (): Promise<void> =>
        before === undefined ? change("DELETE", name) : change("POST", name, String(before.version));
      sayDone({ text: `${name} now points to version ${version.version}`, undo: () => void attempt(back()) });
    },
    take: async (name) => {
      await change("DELETE", name);
      sayDone({ text: `Alias ${name} removed`, undo: () => void attempt(change("POST", name)) });
    },
  };
}
