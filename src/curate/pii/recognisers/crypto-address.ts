import { createHash } from "node:crypto";

import { patternRecogniser, type Verdict } from "./recogniser.ts";

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/**
 * Addresses of Bitcoin (Base58Check with two rounds of SHA-256, Bech32, Bech32m) and of Ethereum, which have no
 * checksum.
 */
export const cryptoAddress = patternRecogniser({
  name: "crypto-address",
  entity: "CRYPTO",
  locales: [],
  isDefault: true,
  needs: { digits: 1, mixed: true, reach: 4 },
  context: ["wallet", "btc", "bitcoin", "crypto", "ethereum", "eth"],
  patterns: [
    // Flags of their own: the letters of Base58 differ by case.
    [/[13][1-9A-HJ-NP-Za-km-z]{25,34}|(?:bc1|BC1)[02-9AC-HJ-NP-Zac-hj-np-z]{11,71}|0x[0-9A-Fa-f]{40}/s, 0.5],
  ],
  validate: checked,
  source: "Bitcoin BIP 173, BIP 350 (Bech32, Bech32m) and Base58Check; Ethereum yellow paper",
});

function checked(text: string): Verdict {
  if (/^0x/i.test(text)) return undefined;
  return /^bc1/i.test(text) ? isBech32(text) : isBase58Check(text);
}

/** True for 25 bytes whose last four are the start of the double SHA-256 of the others. */
function isBase58Check(text: string): boolean {
  let number = 0n;
  for (const char of text) number = number * 58n + BigInt(BASE58.indexOf(char));
  const hex = number.toString(16);
  if (hex.length > 50) return false;
  const bytes = Buffer.from(hex.padStart(50, "0"), "hex");
  const sha256 = (data: Buffer): Buffer => createHash("sha256").update(data).digest();
  return sha256(sha256(bytes.subarray(0, 21)))
    .subarray(0, 4)
    .equals(bytes.subarray(21));
}

/** Remainder of the polynomial of human-readable part and data: 1 for Bech32, 0x2bc830a3 for Bech32m. */
function isBech32(text: string): boolean {
  if (text !== text.toLowerCase() && text !== text.toUpperCase()) return false;
  const data = Array.from(text.toLowerCase().slice(3)).map((char) => BECH32.indexOf(char));
  let check = 1;
  for (const value of [3, 3, 0, 2, 3, ...data]) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    GENERATORS.forEach((generator, bit) => {
      if (((top >> bit) & 1) === 1) check ^= generator;
    });
  }
  return check === (data[0] === 0 ? 1 : 0x2bc830a3);
}
