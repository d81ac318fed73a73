import "../training.css";

import { type ReactNode, useState } from "react";
import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from "react-aria-components";

import { Problem } from "./problem.tsx";

type Props = {
  /** Word on the button, and on the button that confirms. */
  label: string;
  /** The question. */
  title: string;
  /** Consequences, and further input. */
  children: ReactNode;
  /** Accessible name if the label alone does not identify its object. */
  name?: string;
  onConfirm: () => Promise<void>;
};

/** A button that asks for confirmation. A rejection by the server is shown in the question, which stays open. */
export function ConfirmButton({ label, title, children, name, onConfirm }: Props): ReactNode {
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const act = async (close: () => void): Promise<void> => {
    setIsBusy(true);
    setError(null);
    try {
      await onConfirm();
      close();
    } catch (failed) {
      setError(failed instanceof Error ? failed : new Error(String(failed)));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <DialogTrigger onOpenChange={() => setError(null)}>
      <Button className="button" aria-label={name ?? label}>
        {label}
      </Button>
      <ModalOverlay className="modal-overlay" isDismissable>
        <Modal className="modal">
          <Dialog role="alertdialog">
            {({ close }) => (
              <>
                <Heading slot="title" level={2}>
                  {title}
                </Heading>
                {children}
                {error === null ? null : <Problem error={error} />}
                <div className="toolbar">
                  <Button className="button" onPress={close}>
                    Cancel
                  </Button>
                  <Button className="button primary" isDisabled={isBusy} onPress={() => void act(close)}>
                    {label}
                  </Button>
                </div>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
