import { type FormEvent, type ReactNode, useState } from "react";
import { Button, Label, TextArea, TextField } from "react-aria-components";

type Props = {
  label: string;
  /** Text to start from. */
  text: string;
  rows: number;
  maxLength: number;
  onSave: (text: string) => void;
  onCancel: () => void;
};

/** A text of several lines, edited in place. */
export function TextForm({ label, text: first, rows, maxLength, onSave, onCancel }: Props): ReactNode {
  const [text, setText] = useState(first);
  return (
    <form
      className="stack"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        onSave(text);
      }}
    >
      <TextField value={text} onChange={setText} autoFocus maxLength={maxLength}>
        <Label className="visually-hidden">{label}</Label>
        <TextArea rows={rows} className="input text-form-input" />
      </TextField>
      <div className="toolbar">
        <Button type="submit" className="button primary">
          Save
        </Button>
        <Button className="button" onPress={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
