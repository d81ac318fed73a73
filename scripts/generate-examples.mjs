// Writes the generated datasets of the examples: examples/contracts/data and examples/support/data.
// The same rows on every run and machine: no clock, a fixed seed, text assembled from the lists below.
// `node scripts/generate-examples.mjs [DIR]` writes below DIR in place of examples/.
// Nothing is taken from a real contract, ticket or person: parties are "Party A", customers have order numbers only.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const examples = process.argv[2] ?? join(dirname(dirname(fileURLToPath(import.meta.url))), "examples");

/** Mulberry32: a small seeded generator of uniform numbers in [0, 1). */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function tools(seed) {
  const random = seeded(seed);
  const int = (low, high) => low + Math.floor(random() * (high - low + 1));
  const pick = (list) => list[int(0, list.length - 1)];
  const chance = (share) => random() < share;
  const shuffle = (list) => {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = int(0, i);
      [copy[i], copy[j]] = [copy[j], copy[i]];
    }
    return copy;
  };
  return { int, pick, chance, shuffle };
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const STATES = [
  "Delaware",
  "New York",
  "California",
  "Texas",
  "Illinois",
  "Massachusetts",
  "England and Wales",
  "Ireland",
  "Ontario",
  "Singapore",
];
const KINDS = [
  "master services agreement",
  "software licence agreement",
  "supply agreement",
  "distribution agreement",
  "consulting agreement",
  "data processing agreement",
  "lease of equipment",
  "maintenance agreement",
];
const WORDS = {
  10: "ten",
  14: "fourteen",
  15: "fifteen",
  30: "thirty",
  45: "forty-five",
  60: "sixty",
  90: "ninety",
  120: "one hundred and twenty",
  180: "one hundred and eighty",
};

const SYSTEM =
  "You extract fields from contracts. Answer with one JSON object with the keys document, effective_date, term_months, auto_renewal, notice_days, payment_days, liability_cap_usd, governing_law. Use null for what the text does not say.";

/** One contract excerpt and the fields that it states. */
function contractRow({ int, pick, chance, shuffle }) {
  const kind = pick(KINDS);
  const [year, month, day] = [int(2012, 2025), int(1, 12), int(1, 28)];
  const months = pick([6, 12, 18, 24, 36, 48, 60]);
  const years = months % 12 === 0 ? months / 12 : null;
  const notice = pick([30, 60, 90, 120, 180]);
  const payment = pick([10, 14, 15, 30, 45, 60]);
  const cap = int(2, 80) * 25_000;
  const law = pick(STATES);
  const fields = {
    document: kind,
    effective_date: `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`,
    term_months: null,
    auto_renewal: null,
    notice_days: null,
    payment_days: null,
    liability_cap_usd: null,
    governing_law: null,
  };
  const term =
    years === null ? `${months} months` : pick([`${years} ${years === 1 ? "year" : "years"}`, `${months} months`]);
  const clauses = [];
  const add = (share, set, texts) => {
    if (!chance(share)) return;
    set();
    clauses.push(pick(texts));
  };
  add(0.92, () => (fields.term_months = months), [
    `Term. This Agreement commences on the Effective Date and continues for a period of ${term}, unless it is terminated earlier in accordance with its provisions.`,
    `Duration. The initial term of this Agreement is ${term} from the Effective Date.`,
    `This Agreement shall remain in force for ${term} following the Effective Date, subject to earlier termination as set out below.`,
  ]);
  const renews = chance(0.55);
  add(
    0.75,
    () => {
      fields.auto_renewal = renews;
      if (renews) fields.notice_days = notice;
    },
    renews
      ? [
          `Renewal. Upon expiry, this Agreement renews automatically for successive periods of twelve months unless either party gives the other not less than ${WORDS[notice]} (${notice}) days' written notice that it does not wish to renew.`,
          `The Agreement shall be extended automatically for further terms of one year each, unless notice of non-renewal is received at least ${notice} days before the end of the then current term.`,
        ]
      : [
          `Renewal. This Agreement does not renew automatically; an extension requires a written instrument signed by both parties.`,
          `On expiry of the term the Agreement ends without further notice, and no renewal shall be implied from continued performance.`,
        ],
  );
  add(0.8, () => (fields.payment_days = payment), [
    `Payment. Party B shall pay each undisputed invoice within ${WORDS[payment]} (${payment}) days of the date on which it is received. Late amounts bear interest at one per cent per month or the highest rate permitted by law, whichever is lower.`,
    `Invoices are due and payable net ${payment} days. Party B may withhold amounts that are disputed in good faith, provided that it states its reasons in writing.`,
  ]);
  add(0.7, () => (fields.liability_cap_usd = cap), [
    `Limitation of liability. Except for liability that cannot be limited by law, the aggregate liability of either party under or in connection with this Agreement shall not exceed USD ${cap.toLocaleString("en-US")}.`,
    `Neither party shall be liable for indirect or consequential loss, and in no event shall the total liability of Party A exceed the sum of ${cap.toLocaleString("en-US")} United States dollars.`,
  ]);
  add(0.85, () => (fields.governing_law = law), [
    `Governing law. This Agreement and any dispute arising out of it are governed by the laws of ${law}, without regard to its rules on the conflict of laws.`,
    `The parties submit to the courts of ${law}, whose laws govern this Agreement in all respects.`,
  ]);
  // Clauses that state none of the fields: what an extractor must not be misled by.
  const others = shuffle([
    `Confidentiality. Each party shall keep the other's confidential information secret for ${int(2, 7)} years after disclosure, and shall use it only for the purposes of this Agreement.`,
    `Assignment. Neither party may assign this Agreement without the prior written consent of the other, which shall not be unreasonably withheld or delayed.`,
    `Force majeure. A party is not in breach where performance is prevented by an event beyond its reasonable control; if the event lasts more than ${int(30, 120)} days, either party may terminate.`,
    `Audit. Party B may inspect the records of Party A that relate to this Agreement once in each calendar year, on ${int(5, 20)} business days' notice.`,
    `Insurance. Party A shall maintain professional liability insurance of at least USD ${(int(1, 9) * 500_000).toLocaleString("en-US")} per claim throughout the term.`,
    `Entire agreement. This document sets out the whole agreement between the parties and replaces all earlier understandings on its subject.`,
    `Termination for cause. Either party may terminate with immediate effect if the other commits a material breach and fails to remedy it within ${int(10, 45)} days of a written request to do so.`,
    `Intellectual property. All rights in materials created by Party A before the Effective Date remain with Party A; Party B receives a non-exclusive licence for its internal business.`,
  ]).slice(0, int(2, 5));
  const body = shuffle([...clauses, ...others]).map((clause, index) => `${index + 1}. ${clause}`);
  const preamble = pick([
    `This ${kind} (the "Agreement") is made on ${day} ${MONTHS[month - 1]} ${year} (the "Effective Date") between Party A, a company that supplies the services described in Schedule 1, and Party B, the customer named in that schedule.`,
    `${kind.toUpperCase()}\n\nEffective Date: ${MONTHS[month - 1]} ${day}, ${year}\nBetween: Party A ("Supplier") and Party B ("Customer")`,
  ]);
  return { text: `${preamble}\n\n${body.join("\n\n")}`, fields };
}

function contractRows(count, seed) {
  const dice = tools(seed);
  return Array.from({ length: count }, () => {
    const { text, fields } = contractRow(dice);
    return {
      messages: [
        { role: "system", content: SYSTEM },
        { role: "user", content: text },
        { role: "assistant", content: JSON.stringify(fields) },
      ],
    };
  });
}

const PRODUCTS = [
  "wireless router",
  "coffee grinder",
  "office chair",
  "noise-cancelling headset",
  "robot vacuum",
  "standing desk",
  "label printer",
  "water filter",
  "e-reader",
  "bike light",
  "air purifier",
  "webcam",
];
const MOODS = [
  { opening: ["Hi,", "Hello,", "Good morning,"], closing: ["Thanks!", "Thank you for your help.", "Best regards"] },
  {
    opening: ["This is the second time I write about this.", "I am not happy.", "Honestly, this is frustrating."],
    closing: ["Please sort this out today.", "I expect an answer.", "What are you going to do about it?"],
  },
  { opening: ["hey", "quick question", "hi there"], closing: ["cheers", "thx", "any idea?"] },
];
const APOLOGY = [
  "I am sorry about that.",
  "I am sorry for the trouble this has caused.",
  "That should not have happened, and I apologise.",
];
const OFFER = [
  "If anything is unclear, just reply here and I will take it from there.",
  "I will keep this ticket open until you tell me it is solved.",
  "Reply to this message at any time and it comes straight back to me.",
];

/** Kinds of tickets: what the customer writes and what the house style answers. */
const TOPICS = [
  ({ int, pick }, product, order) => {
    const days = int(4, 16);
    return [
      `My order ${order} (${product}) was due ${days} days ago and the tracking page has not moved since. ${pick(["Is it lost?", "Where is it?", "When will it arrive?"])}`,
      `Order ${order} left our warehouse but has not been scanned by the carrier for ${days} days, so I have opened a trace with them. If it is not found within two working days I will send a new ${product} at no cost; you do not need to do anything.`,
    ];
  },
  ({ pick, int }, product, order) => {
    const part = pick(["the power cable", "a screw set", "the charging dock", "the manual", "one of the brackets"]);
    return [
      `I unpacked the ${product} from order ${order} and ${part} is missing. I checked the box twice.`,
      `Thank you for checking the box. I have sent ${part} for your ${product} under order ${order}; it arrives in ${int(2, 4)} working days. If you need it sooner, I can arrange pick-up at the nearest store.`,
    ];
  },
  ({ pick, int }, product, order) => {
    const fault = pick([
      "turns off after a few minutes",
      "makes a grinding noise",
      "does not connect any more",
      "shows an error light",
      "will not charge",
    ]);
    const months = int(1, 22);
    return [
      `The ${product} I bought ${months} months ago (order ${order}) ${fault}. I already tried turning it off and on.`,
      `A ${product} that ${fault} after ${months} months is covered by the two-year warranty. Please try one more thing first: hold the reset button for ten seconds with the power off. If it still ${fault.startsWith("will not") || fault.startsWith("does not") ? "fails" : "does it"}, choose "repair" or "replacement" on the returns page of order ${order}; shipping is prepaid.`,
    ];
  },
  ({ pick, int }, product, order) => {
    const amount = int(15, 340);
    return [
      `I returned the ${product} from order ${order} ${int(8, 25)} days ago and still have no refund of ${amount} dollars. ${pick(["My bank sees nothing.", "Nothing on my card.", ""])}`.trim(),
      `Your return for order ${order} was received and the refund of ${amount} dollars was released today to the card you paid with. Banks show it within three to five working days. I will check on day five and write to you either way.`,
    ];
  },
  ({ pick }, product, order) => {
    const change = pick(["the delivery address", "the colour", "the quantity", "the delivery day"]);
    return [
      `Can I still change ${change} of order ${order}? It is the ${product} I ordered ${pick(["this morning", "yesterday", "an hour ago"])}.`,
      `Order ${order} is still being packed, so ${change} can be changed for the next two hours: open the order, choose "edit", and confirm. If the button is grey when you get there, reply here and I will stop the parcel for you.`,
    ];
  },
  ({ pick, int }, product, order) => {
    const old = int(40, 200);
    const less = int(5, 35);
    return [
      `I paid ${old} dollars for the ${product} in order ${order} and ${pick(["two days later", "the next day", "this week"])} it costs ${old - less}. Do you match your own price?`,
      `Yes, we match our own price for fourteen days. I have credited the difference of ${less} dollars for the ${product} in order ${order}; it goes back to the way you paid.`,
    ];
  },
];

function supportRows(count, seed) {
  const dice = tools(seed);
  return Array.from({ length: count }, () => {
    const { pick, int, chance } = dice;
    const mood = pick(MOODS);
    const order = `#${int(100_000, 999_999)}`;
    const [problem, solution] = pick(TOPICS)(dice, pick(PRODUCTS), order);
    const isSorry = mood === MOODS[1] || chance(0.3);
    return {
      conversations: [
        { from: "human", value: `${pick(mood.opening)} ${problem} ${pick(mood.closing)}` },
        {
          from: "gpt",
          value: [isSorry ? pick(APOLOGY) : "Thank you for writing to us.", solution, pick(OFFER)].join(" "),
        },
      ],
    };
  });
}

function write(path, rows) {
  const file = join(examples, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, rows.map((row) => `${JSON.stringify({ ...row, generated: true })}\n`).join(""));
}

write("contracts/data/train.jsonl", contractRows(400, 1));
write("contracts/data/eval.jsonl", contractRows(60, 2));
write("support/data/train.jsonl", supportRows(600, 3));
write("support/data/eval.jsonl", supportRows(80, 4));
