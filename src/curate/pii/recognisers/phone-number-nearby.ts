import { patternRecogniser } from "./recogniser.ts";

/**
 * Digits in the format of a telephone number that is in no known plan, near a word that indicates one: for countries
 * that are not listed, local calls, and mistyped digits. Requires such a word or a plus before it.
 */
export const phoneNumberNearby = patternRecogniser({
  name: "phone-number-nearby",
  entity: "PHONE_NUMBER",
  locales: [],
  isDefault: true,
  needs: { digits: 7 },
  context: [
    "phone",
    "phone number",
    "telephone",
    "tel",
    "cell",
    "cellphone",
    "mobile",
    "call",
    "call me",
    "calling",
    "fax",
    "dial",
    "ring",
    "whatsapp",
    "sms",
    "voicemail",
    "contact number",
    "teléfono",
    "telefono",
    "téléphone",
    "telefon",
    "handy",
  ],
  patterns: [
    [/\+[1-9]\d{0,3}(?:[ .\-/]{0,2}(?:\(\d{1,4}\)|\d{1,6})){1,6}(?: ?x\d{1,6})?(?!-?\d)/, 0.4],
    [
      /(?<![\d-])(?:\+|00)?(?:\(\d{1,4}\)|\d{1,4})(?:[ .\-/]{1,2}(?:\(\d{1,4}\)|\d{2,5})){1,5}(?: ?x\d{1,6})?(?!-?\d)/,
      0.05,
    ],
    [/(?<![\d-])(?:\+|00)?\d{7,15}(?!-?\d)/, 0.05],
  ],
  validate: (text) => {
    const count = text.replace(/x\d+$/, "").replaceAll(/\D/g, "").length;
    return count >= 7 && count <= 15 ? undefined : false;
  },
  source: "ITU-T E.164: at most fifteen digits",
});
