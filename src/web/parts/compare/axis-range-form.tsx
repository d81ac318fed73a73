import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { Button, Dialog, Popover } from "react-aria-components";

import { type TypedLimits, typedLimits } from "../../curves/chart-range.ts";
import type { ParallelAxis } from "../../parallel-axes.ts";
import { type AxisRange, type AxisRanges, axisWords } from "../../parallel-ranges.ts";
import { Checkbox } from "../checkbox.tsx";
import { LimitFields, limitTexts } from "../limit-fields.tsx";
import { Picker } from "./picker.tsx";

type Props = {
  axes: readonly ParallelAxis[];
  ranges: AxisRanges;
  onChange: (name: string, range: AxisRange | undefined) => void;
};

/** A button with a form for the range of an axis: the way without a pointer. */
export function AxisRangeForm({ axes, ranges, onChange }: Props): ReactNode {
  const [name, setName] = useState<string>();
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const axis = axes.find((one) => one.name === name) ?? axes[0];
  if (axis === undefined) return null;
  return (
    <>
      <Button
        ref={button}
        className="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPress={() => setIsOpen(!isOpen)}
      >
        Ranges <span className="soft">{ranges.size}</span>
      </Button>
      <Popover className="popover" placement="bottom end" triggerRef={button} isOpen={isOpen} onOpenChange={setIsOpen}>
        <Dialog className="inside range-form" aria-label="Range of an axis">
          <Picker
            label="Axis"
            options={axes.map((one) => ({ id: one.name, text: one.name }))}
            value={axis.name}
            onChange={setName}
          />
          <Fields
            key={axis.name}
            axis={axis}
            range={ranges.get(axis.name)}
            onChange={(range) => {
              onChange(axis.name, range);
              setIsOpen(false);
            }}
          />
        </Dialog>
      </Popover>
    </>
  );
}

type FieldsProps = {
  axis: ParallelAxis;
  range: AxisRange | undefined;
  onChange: (range: AxisRange | undefined) => void;
};

/** Limits of an axis of numbers, or the words of an axis of words. */
function Fields({ axis, range, onChange }: FieldsProps): ReactNode {
  const all = axisWords(axis);
  const limits = range !== undefined && !("words" in range) ? range : undefined;
  const [typed, setTyped] = useState(() => limitTexts(limits, String));
  const [read, setRead] = useState<TypedLimits>();
  const [words, setWords] = useState(() => (range !== undefined && "words" in range ? range.words : all));
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    if (axis.scale === undefined) {
      if (words.length > 0) onChange(words.length === all.length ? undefined : { words });
      return;
    }
    const next = typedLimits(typed, { isLog: false });
    setRead(next);
    if (!("problem" in next)) onChange(next.limits);
  };
  return (
    <form className="stack" onSubmit={apply} noValidate>
      {axis.scale === undefined ? (
        <fieldset className="limits tall">
          <legend>Runs with {axis.name}</legend>
          {all.map((word) => (
            <Checkbox
              key={word}
              isSelected={words.includes(word)}
              onChange={(isChosen) =>
                setWords(all.filter((other) => (other === word ? isChosen : words.includes(other))))
              }
            >
              {word}
            </Checkbox>
          ))}
          <p className="problem small" role="alert">
            {words.length === 0 ? "Choose at least one." : null}
          </p>
        </fieldset>
      ) : (
        <LimitFields name={`Runs with ${axis.name}`} typed={typed} onChange={setTyped} read={read} />
      )}
      <div className="toolbar">
        <Button type="submit" className="button primary">
          Apply
        </Button>
        <Button className="button" onPress={() => onChange(undefined)}>
          Reset
        </Button>
      </div>
    </form>
  );
}
