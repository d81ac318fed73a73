/** An item of a list: its marker and its text. */
type Item = { mark: string; number: number | undefined; text: string };

/** The marker of an item, optionally in bold, such as "**1.", and its text. */
const ITEM = /^\s{0,12}(?:\*\*|__)?(?:(\d{1,3})[.)]|([-*•]))(?:\*\*|__)?(?:\s+(.*))?$/;

/** Requests whose lists are intentionally left open. */
const OF_OPEN_LISTS =
  /\b(?:blanks?|templates?|worksheets?|forms?|outline|checklist|fill (?:in|out)|placeholders?|continue|complete|finish|quiz)\b/i;

/** Number of items before the last one that show how the list is written. */
const SHOWN = 2;

/**
 * True for a list whose last item is empty or incomplete: only its number ("3."), an unclosed bold heading, a heading
 * without the text that earlier items have, or fewer words than all other items and no full stop although they have
 * one.
 */
export function endsInList(text: string, asked: string): boolean {
  const items = itemsOf(text);
  const last = items.at(-1);
  if (last === undefined || items.length <= SHOWN || OF_OPEN_LISTS.test(asked)) return false;
  const before = items.slice(0, -1);
  if (before.some((item) => bare(item.text) === "" || item.mark !== last.mark) || !follows(before.at(-1)!, last))
    return false;
  return bare(last.text) === "" || isOpenHeading(last, before) || isShorter(last, before);
}

/** The items at the end of a text; none if its last line is not an item. */
function itemsOf(text: string): Item[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const items: Item[] = [];
  for (const line of lines) {
    const match = ITEM.exec(line.trimEnd());
    if (match === null) continue;
    const [, number, sign, written = ""] = match;
    items.push({ mark: sign ?? "1", number: number === undefined ? undefined : Number(number), text: written });
  }
  return lines.length > 0 && ITEM.test(lines.at(-1)!.trimEnd()) ? items : [];
}

function follows({ number: before }: Item, { number }: Item): boolean {
  return number === undefined || (before !== undefined && number === before + 1);
}

/** Text without Markdown marks. */
function bare(text: string): string {
  return text.replaceAll(/[*_]/g, "").trim();
}

/** "**Dry" if the other items have "**Paint**: ...", and "**Dry**:" with nothing after it. */
function isOpenHeading({ text }: Item, before: readonly Item[]): boolean {
  const isClosed = (written: string): boolean => (written.match(/\*\*/g) ?? []).length % 2 === 0;
  if (!isClosed(text)) return before.every((item) => isClosed(item.text));
  const hasText = ({ text: written }: Item): boolean => /:(?:\*\*)?\s+\S/.test(written);
  return /:(?:\*\*)?$/.test(text) && before.every(hasText);
}

function isShorter({ text }: Item, before: readonly Item[]): boolean {
  const words = (written: string): number => written.split(/\s+/).length;
  return (
    /\p{L}$/u.test(text) &&
    before.every((item) => /[.!?]["')*]{0,3}$/.test(item.text) && words(item.text) > words(text))
  );
}
