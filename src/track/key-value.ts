/** A param or a tag. */
export type KeyValue = { key: string; value: string };
