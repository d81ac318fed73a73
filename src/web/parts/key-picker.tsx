import { type ReactNode, useState } from "react";
import { Button, Dialog, DialogTrigger, Input, Label, Popover, SearchField } from "react-aria-components";

import { Checkbox } from "./checkbox.tsx";
import { Icon, type IconName } from "./icons.tsx";

/** Maximum number of keys that are listed; the search finds the others. */
const MOST_LISTED = 200;

type Props = {
  /** Title of the button: the purpose of the keys, such as "Columns". */
  title: string;
  icon?: IconName;
  /** Text after the title; default: how many are chosen. */
  state?: string;
  /** Label of the button that undoes the choice; default: that of the usual keys. */
  reset?: string;
  /** Maximum number of keys that can be chosen; default: no limit. */
  most?: number;
  /** Kinds of keys that the search finds. */
  searched?: string;
  /** Keys, each with a number that is shown after it. */
  keys: readonly { name: string; count?: number }[];
  chosen: readonly string[];
  /** Called with the keys that are chosen now; undefined for the usual ones. */
  onChange: (chosen: readonly string[] | undefined) => void;
};

/** Chooses which metrics, params and tags are columns of a table, or axes of a chart. */
export function KeyPicker({ title, keys, chosen, onChange, ...words }: Props): ReactNode {
  const { state = String(chosen.length), reset = `Usual ${title.toLowerCase()}`, most = Infinity } = words;
  const { searched = "metrics, params, tags", icon = "columns" } = words;
  const [search, setSearch] = useState("");
  const found = keys.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  const isChosen = new Set(chosen);
  const toggle = (name: string): void =>
    onChange(isChosen.has(name) ? chosen.filter((other) => other !== name) : [...chosen, name]);
  return (
    <DialogTrigger>
      <Button className="button">
        <Icon name={icon} /> {title} {state === "" ? null : <span className="soft picked">{state}</span>}
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="inside" aria-label={title}>
          <SearchField value={search} onChange={setSearch} autoFocus className="field">
            <Label className="visually-hidden">Search keys</Label>
            <Input className="input" placeholder={`Search ${searched}`} />
          </SearchField>
          <div className="option-list">
            {found.slice(0, MOST_LISTED).map(({ name, count }) => (
              <div key={name} className="option">
                <Checkbox
                  isSelected={isChosen.has(name)}
                  isDisabled={!isChosen.has(name) && chosen.length >= most}
                  onChange={() => toggle(name)}
                >
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
          {chosen.length >= most ? <p className="soft small">At most {most} keys.</p> : null}
          <Button className="button" onPress={() => onChange(undefined)}>
            {reset}
          </Button>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
