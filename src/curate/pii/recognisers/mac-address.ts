import { patternRecogniser } from "./recogniser.ts";

/** Hardware addresses of 48 bits; those of no device (all zeros) and of all devices (all ones) are no one's. */
export const macAddress = patternRecogniser({
  name: "mac-address",
  entity: "MAC_ADDRESS",
  locales: [],
  isDefault: true,
  minDigits: "any",
  context: ["mac", "mac address", "hardware address", "physical address", "ethernet"],
  patterns: [
    [/(?<![:-])[0-9A-F]{2}([:-])(?:[0-9A-F]{2}\1){4}[0-9A-F]{2}(?!\1[0-9A-F])/, 0.6],
    [/[0-9A-F]{4}\.[0-9A-F]{4}\.[0-9A-F]{4}/, 0.6],
  ],
  validate: (text) => (/^(?:[0:.-]+|[Ff:.-]+)$/.test(text) ? false : undefined),
  source: "IEEE 802-2014, 8.1",
});
