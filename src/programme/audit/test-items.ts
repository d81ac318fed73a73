import { messagesOf } from "../../curate/rows/messages.ts";
import { textSlots } from "../../curate/rows/text-slots.ts";
import { type Row, SHORTEST_ITEM, type TestItem, words } from "./search-rows.ts";

/** Fields with answers, which many items share; the prompt identifies an item. */
const ANSWERS = /^(?:answers?|response|output|completion|solution|label|reference|chosen|rejected|expected|target)$/i;

/** Speakers whose messages are part of the instructions, or results of tools. */
const OTHERS: ReadonlySet<string> = new Set(["system", "developer", "tool", "function", "observation"]);

/** A test item with the texts that may identify it. */
export type ItemTexts = TestItem & { texts: readonly string[] };

/** Test items by the text that identifies each. */
export type ItemIndex = {
  /** The first item with each text. */
  index: ReadonlyMap<string, TestItem>;
  /** All items that a text identifies. */
  items: readonly (TestItem & { key: string })[];
};

/** Texts of a row that may identify it: what its users say; in a row without messages, all texts except answers. */
export function promptTexts(fields: Row): string[] {
  const { messages } = messagesOf(fields["messages"] ?? fields["conversations"]);
  if (messages !== undefined) {
    return messages.flatMap((message) =>
      message === undefined || message.isAnswer || OTHERS.has(message.role) ? [] : [message.text],
    );
  }
  return textSlots(fields)
    .filter(({ path }) => !ANSWERS.test(String(path[0])))
    .map(({ text }) => text);
}

/**
 * Test items by the words of the text that identifies each: the longest among the texts that the fewest items of its
 * set share. A text that is short, or that every item of several contains, such as an instruction, identifies none.
 *
 * @param sets  the items of each set
 */
export function indexItems(sets: readonly (readonly ItemTexts[])[]): ItemIndex {
  const items = sets.flatMap(keyedItems);
  const index = new Map<string, TestItem>();
  for (const { key, ...item } of items) if (!index.has(key)) index.set(key, item);
  return { index, items };
}

function keyedItems(set: readonly ItemTexts[]): (TestItem & { key: string })[] {
  const read = set.map(({ texts, ...item }) => ({
    item,
    keys: [...new Set(texts.map(words))].filter((key) => key.length >= SHORTEST_ITEM),
  }));
  const counts = new Map<string, number>();
  for (const { keys } of read) for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return read.flatMap(({ item, keys }) => {
    const own = keys.filter((key) => set.length === 1 || counts.get(key)! < set.length);
    const [key] = own.toSorted((a, b) => counts.get(a)! - counts.get(b)! || b.length - a.length);
    return key === undefined ? [] : [{ ...item, key }];
  });
}
