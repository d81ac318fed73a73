import type { ReactNode } from "react";
import {
  Button,
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components";

import { ApiError } from "../api.ts";
import { Icon } from "./icons.tsx";

/** A completed action, with its undo function. */
export type Done = { text: string; undo?: () => void };

/** A message: an action that was completed, or one that failed. */
type Message = Done & { isBad?: boolean };

/** Time during which it can be undone from the page, ms. */
const SHOWN_MS = 12_000;

const queue = new ToastQueue<Message>({ maxVisibleToasts: 3 });

/** Announces a completed action, with an undo button. */
export function sayDone(done: Done): void {
  queue.add(done, { timeout: SHOWN_MS });
}

/** Waits for an action, and announces its failure, so that no action of a page fails silently. */
export async function attempt(action: Promise<unknown>): Promise<void> {
  try {
    await action;
  } catch (failed) {
    const hint = failed instanceof ApiError && failed.hint !== null ? `: ${failed.hint}` : "";
    const text = `${failed instanceof Error ? failed.message : String(failed)}${hint}`;
    queue.add({ text, isBad: true }, { timeout: SHOWN_MS });
  }
}

/** Container of the messages: above everything, and read by screen readers. */
export function Toasts(): ReactNode {
  return (
    <ToastRegion queue={queue} className="toasts">
      {({ toast }) => (
        <Toast toast={toast} className={toast.content.isBad === true ? "toast bad" : "toast"}>
          <ToastContent>
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
          {toast.content.undo === undefined ? null : (
            <Button
              className="button"
              onPress={() => {
                toast.content.undo?.();
                queue.close(toast.key);
              }}
            >
              Undo
            </Button>
          )}
          <Button className="button" slot="close" aria-label="Close">
            <Icon name="close" />
          </Button>
        </Toast>
      )}
    </ToastRegion>
  );
}
