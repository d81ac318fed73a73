import { NUMBERS_OF_TRADE } from "../numbers-of-trade.ts";
import { patternRecogniser, type Recogniser } from "../recogniser.ts";

const TR = { locales: ["TR"], isDefault: false } as const;

const nationalId = patternRecogniser({
  ...TR,
  name: "tr-national-id",
  against: NUMBERS_OF_TRADE,
  entity: "TR_NATIONAL_ID",
  needs: { digits: 11, row: [11, 11] },
  context: ["tc kimlik", "kimlik no", "kimlik numarası", "tckn", "tc no", "nüfus cüzdanı", "national id", "turkish id"],
  patterns: [[/[1-9][0-9]{10}/, 0.3]],
  validate: (text) => {
    const digits = Array.from(text, Number);
    const sum = (places: readonly number[]): number => places.reduce((total, place) => total + digits[place]!, 0);
    const tenth = (sum([0, 2, 4, 6, 8]) * 7 - sum([1, 3, 5, 7]) + 100) % 10;
    return tenth === digits[9] && sum([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) % 10 === digits[10];
  },
  source: "Nüfus ve Vatandaşlık İşleri, Law 5490: two check digits modulo 10",
});

const plate = patternRecogniser({
  ...TR,
  name: "tr-license-plate",
  entity: "TR_LICENSE_PLATE",
  needs: { digits: 2, reach: 12 },
  context: ["plaka", "araç plakası", "plaka numarası", "license plate", "number plate", "plate", "taşıt plakası"],
  patterns: [[/(?:0[1-9]|[1-7][0-9]|8[01])([ -]?)[A-PR-VYZ]{1,3}\1[0-9]{2,5}/, 0.5]],
  source: "Karayolları Trafik Yönetmeliği, art. 53: province 01 to 81, one to three letters without Q, W, X, digits",
});

const AREA = "(?:\\([2-5][0-9]{2}\\)|[2-5][0-9]{2})";
const REST = "[ .-]?[0-9]{3}[ .-]?[0-9]{2}[ .-]?[0-9]{2}";

const phone = patternRecogniser({
  ...TR,
  name: "tr-phone-number",
  entity: "TR_PHONE_NUMBER",
  needs: { digits: 10 },
  context: [
    "telefon",
    "telefon numarası",
    "cep telefonu",
    "cep no",
    "telefon no",
    "numara",
    "gsm",
    "iletişim",
    "phone",
    "mobile",
  ],
  patterns: [
    [new RegExp(`\\+90[ .-]?${AREA}${REST}`), 0.4],
    [new RegExp(`(?<!\\+)0[ .-]?(?:\\(5[0-9]{2}\\)|5[0-9]{2})${REST}`), 0.35],
    [new RegExp(`(?<!\\+)5[0-9]{2}${REST}`), 0.2],
    [new RegExp(`(?<!\\+)0[ .-]?${AREA}${REST}`), 0.15],
    [new RegExp(`(?<!\\+)[2-4][0-9]{2}${REST}`), 0.05],
  ],
  edges: "digit",
  source: "Bilgi Teknolojileri ve İletişim Kurumu, Numaralandırma Yönetmeliği: areas 2 to 4, mobile 5",
});

/** Identifiers that Turkey issues. */
export const TURKEY: readonly Recogniser[] = [nationalId, plate, phone];
