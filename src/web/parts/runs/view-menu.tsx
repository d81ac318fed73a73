import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Button, Dialog, DialogTrigger, Input, Label, Popover, TextField } from "react-aria-components";
import { Link } from "react-router";

import type { SavedView, SavedViews } from "../../../domain/run-table.ts";
import { deleteJson, getJson, postJson } from "../../api.ts";
import { Icon } from "../icons.tsx";
import { attempt, sayDone } from "../toasts.tsx";

const VIEWS = ["views"];

/** Saved views: opens one, saves the current one, deletes one. */
export function ViewMenu({ query }: { query: string }): ReactNode {
  const client = useQueryClient();
  const { data } = useQuery({ queryKey: VIEWS, queryFn: async () => getJson<SavedViews>("/views") });
  const [name, setName] = useState("");
  const refresh = async (): Promise<void> => client.invalidateQueries({ queryKey: VIEWS });
  const save = async (): Promise<void> => {
    await postJson("/views", { name, query });
    sayDone({ text: `View ${name} saved` });
    setName("");
    await refresh();
  };
  const remove = async (view: SavedView): Promise<void> => {
    await deleteJson(`/views/${encodeURIComponent(view.name)}`);
    await refresh();
    sayDone({
      text: `View ${view.name} deleted`,
      undo: () => void attempt(postJson("/views", { name: view.name, query: view.query }).then(refresh)),
    });
  };
  const views = data?.views ?? [];
  return (
    <DialogTrigger>
      <Button className="button">
        Views <span className="soft">{views.length}</span>
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="inside" aria-label="Saved views">
          {({ close }) => (
            <>
              {views.length === 0 ? <p className="soft small">No saved views.</p> : null}
              <div className="option-list">
                {views.map((view) => (
                  <div key={view.name} className="option">
                    <Link to={`/runs?${view.query}`} onClick={close}>
                      {view.name}
                    </Link>
                    <Button
                      className="button quiet"
                      aria-label={`Delete view ${view.name}`}
                      onPress={() => void attempt(remove(view))}
                    >
                      <Icon name="close" size={12} />
                    </Button>
                  </div>
                ))}
              </div>
              <form
                className="toolbar"
                onSubmit={(event: FormEvent) => {
                  event.preventDefault();
                  void attempt(save());
                }}
              >
                <TextField value={name} onChange={setName} isRequired maxLength={100}>
                  <Label className="visually-hidden">Name of this view</Label>
                  <Input className="input" placeholder="Name of this view" />
                </TextField>
                <Button type="submit" className="button primary">
                  Save
                </Button>
              </form>
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
