/** Value of the field `variant` of an unchanged item. */
export const ORIGINAL = "original";

/** Field that distinguishes variants. */
export const VARIANT_FIELD = "variant";

const MARK = "~";

/** Id of the variant of an item. */
export function variantId(id: string, group: string): string {
  return `${id}${MARK}${group}`;
}

/** Id of the item from which a variant was made; undefined if the id is not that of a variant of the group. */
export function originalId(id: string, group: string | undefined): string | undefined {
  return group !== undefined && id.endsWith(`${MARK}${group}`) ? id.slice(0, -(MARK.length + group.length)) : undefined;
}
