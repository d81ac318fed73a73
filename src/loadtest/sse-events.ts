/** Longest event that is kept, in characters: an answer in one event stays far below it. */
const MAX_EVENT_CHARS = 16 * 2 ** 20;

/** Most characters of a line that says that a stream is done. */
const DONE_CHARS = "data: [DONE]".length;

/** Takes bytes as they come and gives the `data` of each whole event. */
export type EventReader = {
  /** @throws RangeError where one event is longer than 16 Mi characters */
  push: (bytes: Uint8Array) => void;
  /**
   * Ends the stream. Servers leave the last line end out: whole lines and a last `[DONE]` count, and what is cut within
   * a line is dropped.
   */
  end: () => void;
};

/**
 * Reads server-sent events from bytes that may be cut anywhere: within a character, a line end, a field.
 * Lines end with LF, CRLF or CR; several `data` lines of an event are joined by LF; comments and other fields are passed
 * over; a byte-order mark at the start is dropped.
 *
 * @source WHATWG HTML, 9.2.6 "Interpreting an event stream" (2026-10)
 */
export function eventReader(onData: (data: string) => void): EventReader {
  const decoder = new TextDecoder("utf-8"); // drops a byte-order mark
  let rest: string[] = []; // parts of a line that has not ended: joined once, whatever its length
  let restSize = 0;
  let data: string[] = [];
  let size = 0;
  let endsInCr = false;
  const line = (text: string): void => {
    if (text === "") {
      if (data.length > 0) {
        const whole = data.length === 1 ? data[0]! : data.join("\n");
        data = [];
        size = 0;
        onData(whole);
      }
      return;
    }
    if (!text.startsWith("data")) return;
    if (text.length === 4) data.push("");
    else if (text[4] === ":") data.push(text.slice(text[5] === " " ? 6 : 5));
    else return;
    size += text.length;
    refuseLong(size);
  };
  return {
    push: (bytes) => {
      let text = decoder.decode(bytes, { stream: true });
      if (text === "") return;
      if (endsInCr && text[0] === "\n") text = text.slice(1); // the second half of a CRLF
      endsInCr = text.endsWith("\r");
      const hasCr = text.includes("\r");
      if (!hasCr && !text.includes("\n")) {
        rest.push(text);
        restSize += text.length;
        refuseLong(size + restSize);
        return;
      }
      if (restSize > 0) text = rest.join("") + text;
      let start = 0;
      for (;;) {
        const end = hasCr ? lineEnd(text, start) : text.indexOf("\n", start);
        if (end === -1) break;
        line(text.slice(start, end));
        start = end + (text[end] === "\r" && text[end + 1] === "\n" ? 2 : 1);
      }
      rest = start === text.length ? [] : [text.slice(start)];
      restSize = text.length - start;
      refuseLong(size + restSize);
    },
    end: () => {
      if (restSize <= DONE_CHARS && /^data: ?\[DONE\]$/.test(rest.join(""))) line(rest.join(""));
      line("");
    },
  };
}

/** Where the line that begins at `start` ends: the first CR or LF; -1 where there is none. */
function lineEnd(text: string, start: number): number {
  const lf = text.indexOf("\n", start);
  const cr = text.indexOf("\r", start);
  return cr === -1 ? lf : lf === -1 ? cr : Math.min(cr, lf);
}

function refuseLong(chars: number): void {
  if (chars > MAX_EVENT_CHARS) throw new RangeError(`an event of more than ${MAX_EVENT_CHARS} characters`);
}
