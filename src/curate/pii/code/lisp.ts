import { lineEnd } from "../../../base/words.ts";

/** Maximum number of characters of a form. */
const LONGEST = 20_000;

/** Words at the head of a form in Clojure, Scheme, Racket, Common Lisp and Emacs Lisp. */
const HEADS: ReadonlySet<string> = new Set(
  (
    "ns def defn defn- defmacro defmethod defmulti defrecord defprotocol deftype deftest defonce defun defvar defparameter " +
    "defconst defcustom define define-syntax define-record-type let let* letrec letfn when-let if-let lambda fn if cond " +
    "condp case when when-not unless do progn begin loop recur for doseq dotimes doto require use import extend-type " +
    "extend-protocol reify proxy testing is are assert set! setq setf quote comment try catch throw -> ->> as-> some-> " +
    "map filter reduce apply println format str assoc get first rest conj cons car cdr list module provide"
  ).split(" "),
);

/** Minimum evidence for a form that does not begin with one of those words. */
const LEAST = 4;

/** A range of a text. */
type Stretch = { start: number; end: number };

/** Position of a form, and its strings and comments, with their marks. */
export type Form = Stretch & { literals: Stretch[] };

/**
 * Forms of Lisp and its kin that begin lines of a stretch: a bracket, a symbol, and balanced brackets. A remark in
 * brackets is no form. Takes linear time: a form that was read is not read again, and the characters that are read of
 * brackets that never close are limited.
 */
export function lispForms(text: string, { start, end }: Stretch): Form[] {
  const forms: Form[] = [];
  let left = LONGEST + 4 * (end - start); // characters that may still be read in vain
  for (let index = start; index < end && left > 0;) {
    const stop = lineEnd(text, index);
    const open = /^\s*(?:#_|#\?@?|['`])?\((?=[a-z*+<>=.!-])/.exec(text.slice(index, Math.min(stop, index + 80)));
    const form = open === null ? undefined : formAt(text, index + open[0].length - 1, end);
    if (form?.isCode === true) {
      forms.push({ start: index, end: form.end, literals: form.literals });
      index = Math.max(form.end, stop) + 1;
    } else {
      if (open !== null) left -= form === undefined ? Math.min(LONGEST, end - index) : form.end - index;
      index = stop + 1;
    }
  }
  return forms;
}

/** Reads a form from its opening bracket; undefined if its brackets do not balance within the stretch. */
function formAt(text: string, start: number, end: number): (Form & { isCode: boolean }) | undefined {
  const literals: Stretch[] = [];
  let [depth, nested, vectors] = [0, 0, 0];
  const most = Math.min(end, start + LONGEST);
  for (let index = start; index < most; index++) {
    const char = text.charAt(index);
    if (char === "\\") index += 1;
    else if (char === '"') {
      const close = stringEnd(text, index, most);
      if (close === -1) return undefined;
      literals.push({ start: index, end: close });
      index = close - 1;
    } else if (char === ";" && /[\s()[\]{}]/.test(text.charAt(index - 1))) {
      const close = Math.min(most, lineEnd(text, index));
      literals.push({ start: index, end: close });
      index = close;
    } else if (char === "(" || char === "[" || char === "{") {
      depth += 1;
      if (char === "(" && index > start && /[a-z*+<>=!-]/.test(text.charAt(index + 1))) nested += 1;
      if (char === "[" && text.charAt(index - 1) !== "]") vectors += 1;
    } else if ((char === ")" || char === "]" || char === "}") && --depth === 0) {
      const form = { start, end: index + 1, literals };
      return { ...form, isCode: isForm(text, form, { nested, vectors }) };
    }
  }
  return undefined;
}

/** Position after the closing quote of a string on any line; -1 if there is none. */
function stringEnd(text: string, start: number, end: number): number {
  for (let index = start + 1; index < end; index++) {
    const char = text.charAt(index);
    if (char === "\\") index += 1;
    else if (char === '"') return index + 1;
  }
  return -1;
}

function isForm(text: string, form: Form, { nested, vectors }: { nested: number; vectors: number }): boolean {
  let [outside, from] = ["", form.start];
  for (const literal of form.literals) {
    outside += `${text.slice(from, literal.start)} `;
    from = literal.end;
  }
  outside += text.slice(from, form.end);
  const head = /^\(([^\s()[\]{}"]+)/.exec(outside)?.[1] ?? "";
  const keywords = outside.match(/[\s([{]:[a-z][\w./-]*/g)?.length ?? 0;
  const symbols = outside.match(/[\s([{][a-z]+(?:-[a-z]+)+[?!*]?(?=[\s)\]}])/g)?.length ?? 0;
  const sentences = outside.match(/[a-z][.?!,;] [A-Za-z]/g)?.length ?? 0;
  const points = Math.min(2, nested) + Math.min(2, vectors) + Math.min(2, keywords) + Math.min(1, symbols);
  if (HEADS.has(head) && (points >= 1 || form.literals.length > 0)) return sentences <= points;
  return points - 2 * sentences >= LEAST;
}
