import { type ReactNode, useCallback, useEffect, useState } from "react";
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from "react-aria-components";

import { useSlashFocus } from "../../slash-focus.ts";
import { completions, type FilterWords } from "../../filter-completion.ts";

/** Time without typing after which a filter is applied, ms. */
const IDLE_MS = 600;

type Props = { value: string; words: FilterWords; error: Error | null; onChange: (filter: string) => void };

/** A filter in MLflow's grammar. It offers possible continuations, and reports errors in the text. */
export function FilterField({ value, words, error, onChange }: Props): ReactNode {
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  const [applied, setApplied] = useState<string>();
  const input = useSlashFocus();
  if (shown !== value) {
    // The address changed: a saved view, or the way back. What was typed since it was applied from here stays.
    setShown(value);
    setApplied(undefined);
    if (value !== applied) setText(value);
  }
  const apply = useCallback(
    (filter: string) => {
      setApplied(filter);
      onChange(filter);
    },
    [onChange],
  );
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => apply(text.trim()), IDLE_MS);
    return () => clearTimeout(timer);
  }, [text, value, apply]);
  const offers = completions(text, words);
  return (
    <div className="filter-field">
      <ComboBox
        allowsCustomValue
        allowsEmptyCollection={false}
        menuTrigger="focus"
        inputValue={text}
        onInputChange={setText}
        selectedKey={null}
        onSelectionChange={(key) => {
          if (key !== null) setText(String(key));
        }}
        items={offers}
        defaultFilter={() => true}
        isInvalid={error !== null}
      >
        <Label className="visually-hidden">Filter</Label>
        <Input
          ref={input}
          className="input"
          placeholder="Name, or metrics.eval/loss < 0.5 and params.lora_rank = '16'   ( / )"
          spellCheck={false}
          autoComplete="off"
          aria-describedby={error === null ? undefined : "filter-error"}
          onKeyDown={(event) => {
            if (event.key === "Enter") apply(text.trim());
          }}
        />
        <Popover className="popover filter-offers">
          <ListBox<(typeof offers)[number]>>
            {({ text: key, label, hint }) => (
              <ListBoxItem id={key} textValue={key} className="option">
                <code>{label}</code>
                <span className="soft small">{hint}</span>
              </ListBoxItem>
            )}
          </ListBox>
        </Popover>
      </ComboBox>
      {error === null ? null : <FilterError message={error.message} />}
    </div>
  );
}

function FilterError({ message }: { message: string }): ReactNode {
  return (
    <p className="filter-error small" id="filter-error" role="alert">
      {message}
    </p>
  );
}
