import { createParser } from "eventsource-parser";

/** Maximum length of a buffered event, in characters; an answer in one event is far shorter. */
const MAX_EVENT_CHARS = 16 * 2 ** 20;

/** Maximum length of a line that can end a stream, in characters. */
const DONE_CHARS = "data: [DONE]".length;

/** Feeds bytes and returns the `data` of each complete event. */
export type EventReader = {
  /** @throws RangeError if one event is longer than 16 Mi characters */
  push: (bytes: Uint8Array) => void;
  /**
   * Ends the stream. Some servers omit the last line end: complete lines and a final `[DONE]` count, and a truncated
   * line is dropped.
   */
  end: () => void;
};

/**
 * Parses server-sent events from bytes that may be split anywhere: within a character, a line end or a field.
 *
 * @source WHATWG HTML, 9.2.6 "Interpreting an event stream" (2026-10), as implemented by eventsource-parser
 */
export function eventReader(onData: (data: string) => void): EventReader {
  const decoder = new TextDecoder("utf-8"); // drops a byte-order mark
  const parser = createParser({
    onEvent: ({ data }) => onData(data),
    maxBufferSize: MAX_EVENT_CHARS,
    onError: ({ type }) => {
      if (type === "max-buffer-size-exceeded")
        throw new RangeError(`an event of more than ${MAX_EVENT_CHARS} characters`);
    },
  });
  let lastLine = ""; // enough of it to recognise `data: [DONE]`
  return {
    push: (bytes) => {
      const text = decoder.decode(bytes, { stream: true });
      if (text === "") return;
      const lineEnd = Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r"));
      lastLine = `${lineEnd === -1 ? lastLine : ""}${text.slice(lineEnd + 1, lineEnd + 2 + DONE_CHARS)}`;
      parser.feed(text);
    },
    end: () => {
      if (lastLine === "" || /^data: ?\[DONE\]$/.test(lastLine)) parser.feed("\n\n");
    },
  };
}
