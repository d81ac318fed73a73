import { type ReactNode, useState } from "react";
import { Button, Dialog, DialogTrigger, Input, Label, Popover, SearchField } from "react-aria-components";

import { Checkbox } from "./checkbox.tsx";
import { Icon } from "./icons.tsx";

/** Maximum number of keys that are listed; the search finds the others. */
const MOST_LISTED = 200;

type Props = {
  /** Plural of what a key becomes, such as "Columns". */
  title: string;
  /** Keys, each with a number that is shown after it. */
  keys: readonly { name: string; count?: number }[];
  chosen: readonly string[];
  /** Called with the keys that are chosen now; undefined for the usual ones. */
  onChange: (chosen: readonly string[] | undefined) => void;
};

/** Chooses which metrics, params and tags are columns of a table, or axes of a chart. */
export function KeyPicker({ title, keys, chosen, onChange }: Props): ReactNode {
  const [search, setSearch] = useState("");
  const found = keys.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  const isChosen = new Set(chosen);
  const toggle = (name: string): void =>
    onChange(isChosen.has(name) ? chosen.filter((other) => other !== name) : [...chosen, name]);
  return (
    <DialogTrigger>
      <Button className="button">
        <Icon name="columns" /> {title} <span className="soft">{chosen.length}</span>
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="inside" aria-label={title}>
          <SearchField value={search} onChange={setSearch} autoFocus className="field">
            <Label className="visually-hidden">Search keys</Label>
            <Input className="input" placeholder="Search metrics, params, tags" />
          </SearchField>
          <div className="option-list">
            {found.slice(0, MOST_LISTED).map(({ name, count }) => (
              <div key={name} className="option">
                <Checkbox isSelected={isChosen.has(name)} onChange={() => toggle(name)}>
                  <span>{name}</span>
                </Checkbox>
                <span className="soft small">{count}</span>
              </div>
            ))}
            {found.length > MOST_LISTED ? (
              <p className="soft small">{found.length - MOST_LISTED} more: type part of the name</p>
            ) : null}
            {found.length === 0 ? <p className="soft small">No key matches.</p> : null}
          </div>
          <Button className="button" onPress={() => onChange(undefined)}>
            Usual {title.toLowerCase()}
          </Button>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
