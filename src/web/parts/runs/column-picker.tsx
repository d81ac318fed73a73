import { type ReactNode, useState } from "react";
import { Button, Dialog, DialogTrigger, Input, Label, Popover, SearchField } from "react-aria-components";

import type { LoggedKey } from "../../../domain/run-table.ts";
import { Checkbox } from "../checkbox.tsx";
import { Icon } from "../icons.tsx";

/** Maximum number of keys that are listed; the search finds the others. */
const MOST_LISTED = 200;

type Props = {
  keys: readonly LoggedKey[];
  columns: readonly string[];
  onChange: (columns: readonly string[] | undefined) => void;
};

/** Chooses which metrics, params and tags are columns. */
export function ColumnPicker({ keys, columns, onChange }: Props): ReactNode {
  const [search, setSearch] = useState("");
  const found = keys.filter(({ column }) => column.toLowerCase().includes(search.toLowerCase()));
  const chosen = new Set(columns);
  const toggle = (column: string): void =>
    onChange(chosen.has(column) ? columns.filter((other) => other !== column) : [...columns, column]);
  return (
    <DialogTrigger>
      <Button className="button">
        <Icon name="columns" /> Columns <span className="soft">{columns.length}</span>
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="inside" aria-label="Columns">
          <SearchField value={search} onChange={setSearch} autoFocus className="field">
            <Label className="visually-hidden">Search keys</Label>
            <Input className="input" placeholder="Search metrics, params, tags" />
          </SearchField>
          <div className="option-list">
            {found.slice(0, MOST_LISTED).map(({ column, runs }) => (
              <div key={column} className="option">
                <Checkbox isSelected={chosen.has(column)} onChange={() => toggle(column)}>
                  <span>{column}</span>
                </Checkbox>
                <span className="soft small">{runs}</span>
              </div>
            ))}
            {found.length > MOST_LISTED ? (
              <p className="soft small">{found.length - MOST_LISTED} more: type part of the name</p>
            ) : null}
            {found.length === 0 ? <p className="soft small">No key matches.</p> : null}
          </div>
          <Button className="button" onPress={() => onChange(undefined)}>
            Usual columns
          </Button>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
