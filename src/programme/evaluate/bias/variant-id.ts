/** Value of the field `variant` of an item that was not changed. */
export const ORIGINAL = "original";

/** Field that tells variants apart. */
export const VARIANT_FIELD = "variant";

const MARK = "~";

/** Id of the variant of an item. */
export function variantId(id: string, group: string): string {
  return `${id}${MARK}${group}`;
}

/** Id of the item that a variant was made of; undefined if the id is no variant of that group. */
export function originalId(id: string, group: string | undefined): string | undefined {
  return group !== undefined && id.endsWith(`${MARK}${group}`) ? id.slice(0, -(MARK.length + group.length)) : undefined;
}
