// Chat rows for benchmarks, the same for the same seed: common English words, and one word in seven from a made-up
// vocabulary of 40,000 with the frequencies of Zipf's law, so that caches see about what real text gives them.
import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";

const COMMON =
  "the of and a to in is you that it he was for on are as with his they I at be this have from or one had by word but not what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more write go see number no way could people my than first water been call who oil its now find long down day did get come made may part over new sound take only little work know place year live me back give most very after thing our just name good sentence man think say great where help through much before line right too mean old any same tell boy follow came want show also around form three small set put end does another well large must big even such because turn here why ask went men read need land different home us move try kind hand picture again change off play spell air away animal house point page letter mother answer found study still learn should".split(
    " ",
  );

const SYLLABLES =
  "con tra ct par ty not ice ter min a tion li a bil i ty cla use sec date writ ten sent pay ment day month law state de liv er good ser vice fee tax roy al ty e vent force ma jeure in dem ni fy war ran ty".split(
    " ",
  );

/** Uniform numbers in [0, 1): xorshift32. */
function random(seed) {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function vocabulary(next, size) {
  const words = new Set();
  while (words.size < size) {
    const syllables = 1 + Math.floor(next() * 4);
    words.add(Array.from({ length: syllables }, () => SYLLABLES[Math.floor(next() * SYLLABLES.length)]).join(""));
  }
  return [...words];
}

/**
 * Writes a JSONL file of chat rows with 200 tokens each on average, one row in a hundred a copy of an earlier one.
 *
 * @returns rows that are exact copies
 */
export function writeChatRows(path, { rows, seed = 1, meanWords = 145 }) {
  const next = random(seed);
  const words = vocabulary(next, 40_000);
  // Rank with probability about 1/rank: the inverse of the harmonic distribution.
  const rare = () => words[Math.floor(words.length ** next()) - 1] ?? words[0];
  const word = () => (next() < 1 / 7 ? rare() : COMMON[Math.floor(next() * COMMON.length)]);
  const sentences = Array.from({ length: 30_000 }, () => {
    const text = Array.from({ length: 6 + Math.floor(next() * 16) }, word).join(" ");
    return `${text[0].toUpperCase()}${text.slice(1)}${next() < 0.1 ? "?" : "."}`;
  });
  const meanSentenceWords = 13.5;
  const prose = (share) => {
    const count = Math.max(1, Math.round((share * meanWords * (0.3 + 1.4 * next())) / meanSentenceWords));
    return Array.from({ length: count }, () => sentences[Math.floor(next() * sentences.length)]).join(" ");
  };
  const file = openSync(path, "w");
  let copies = 0;
  let lines = [];
  let last = "";
  for (let row = 0; row < rows; row++) {
    if (last !== "" && next() < 0.01) copies += 1;
    else {
      last = JSON.stringify({
        messages: [
          { role: "user", content: `${row}: ${prose(0.4)}` },
          { role: "assistant", content: prose(0.6) },
        ],
      });
    }
    lines.push(last, "\n");
    if (lines.length >= 20_000 || row === rows - 1) {
      writeSync(file, lines.join(""));
      lines = [];
    }
  }
  closeSync(file);
  return copies;
}

/** Rows of which copies are made, each with a number of its own. */
const BASE_ROWS = 20_000;

/**
 * Writes chat rows until a file has a size in bytes. `addition` gives text that a row gets in addition, by its number.
 *
 * @returns its rows
 */
export function writeChatRowsOfSize(path, bytes, addition = () => "") {
  const base = `${path}.base`;
  writeChatRows(base, { rows: BASE_ROWS });
  const lines = readFileSync(base, "utf8").trimEnd().split("\n");
  rmSync(base);
  const file = openSync(path, "w");
  let [rows, size, held] = [0, 0, ""];
  for (; size < bytes; rows++) {
    const { messages, ...rest } = JSON.parse(lines[rows % lines.length]);
    const content = `${messages[0].content} Case ${rows}.${addition(rows)}`;
    const line = `${JSON.stringify({ ...rest, messages: [{ ...messages[0], content }, ...messages.slice(1)] })}\n`;
    held += line;
    size += line.length;
    if (held.length > 2 ** 22) held = (writeSync(file, held), "");
  }
  writeSync(file, held);
  closeSync(file);
  return rows;
}
