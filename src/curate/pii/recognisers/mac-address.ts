import { type Found, type Recogniser } from "./recogniser.ts";

/**
 * Hardware addresses of 48 bits, except the null address (all zeros) and the broadcast address (all ones), which
 * identify no device.
 */
export const macAddress: Recogniser = {
  name: "mac-address",
  entity: "MAC_ADDRESS",
  locales: [],
  isDefault: true,
  needs: "text",
  context: ["mac", "mac address", "hardware address", "physical address", "ethernet"],
  find: findAddresses,
  source: "IEEE 802-2014, 8.1",
};

/** Notations: the separator of groups, and the number of characters in a group. */
const STYLES: readonly (readonly [mark: string, size: number, style: RegExp])[] = [
  [":", 2, /[0-9a-f]{2}(?::[0-9a-f]{2}){5}(?![\w:])/iy],
  ["-", 2, /[0-9a-f]{2}(?:-[0-9a-f]{2}){5}(?![\w-])/iy],
  [".", 4, /[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}(?![\w.]\w)(?!\w)/iy],
];

/** Examines each separator that is followed by another at the distance of a group. */
function findAddresses(text: string): Found[] {
  const found: Found[] = [];
  for (const [mark, size, style] of STYLES) {
    for (let index = text.indexOf(mark); index !== -1; index = text.indexOf(mark, index + 1)) {
      if (text[index + size + 1] !== mark || index < size || /[\w:.-]/.test(text[index - size - 1] ?? " ")) continue;
      style.lastIndex = index - size;
      const match = style.exec(text)?.[0];
      if (match === undefined || /^[0:.-]+$|^[Ff:.-]+$/.test(match)) continue;
      found.push({ start: index - size, end: index - size + match.length, score: 0.6 });
      index += match.length - size - 1;
    }
  }
  return found;
}
