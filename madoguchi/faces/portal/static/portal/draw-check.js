// Draws a lot again in the browser, from the proof alone. The same checks as verify.py, in the same order and words of
// its report; written from the description (docs/engines/lottery.md), so that it is a third opinion, not a copy.
const LARGEST = 64 * 1024 * 1024;
const MOST_ENTRIES = 1000000;
const AT_ONCE = 2000;
const HASH = /^[0-9a-f]{64}$/;
const HEX = /^(?:[0-9a-f]{2})+$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const ITEM = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$/;
const RECEIPT = /^[0-9a-hjkmnp-tv-z]{4}(?:-[0-9a-hjkmnp-tv-z]{4}){3}$/;
const WHOLE = /^(?:0|[1-9]\d{0,8})$/;
const BUNDLE = [
  "beacon", "entries", "entries_hash", "format", "inventory", "inventory_hash", "result", "result_hash", "rules",
  "rules_hash", "salt", "seed",
];
const SAID = [
  "about", "beacons", "closes_at", "draws_at", "format", "inventory_hash", "opens_at", "redraws", "round", "rules",
  "salt_commitment", "title", "why",
];
const LIMITS = ["bundle_size", "confirm_days", "runners_up", "tiers", "win_cap", "wishes"];

class Wrong extends Error {}
const must = (holds) => {
  if (!holds) throw new Wrong();
};
const bytesOf = (text) => new TextEncoder().encode(text);
const hexOf = (buffer) => Array.from(new Uint8Array(buffer), (one) => one.toString(16).padStart(2, "0")).join("");
const fromHex = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const sha = async (bytes) => hexOf(await crypto.subtle.digest("SHA-256", bytes));
const joined = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
const hasOnly = (table, names) => isTable(table) && Object.keys(table).sort().join() === [...names].sort().join();
const areTexts = (table, names) => names.every((name) => typeof table[name] === "string");
const within = (names, left) => names.filter((name) => !left.includes(name));

// The one way JSON is written in a proof: sorted names, no spaces, whole numbers only, whole characters only.
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isTable(value)) {
    const fields = Object.keys(value).sort();
    return `{${fields.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  if (typeof value === "number") must(Number.isSafeInteger(value) && Math.abs(value) < 1e15);
  if (typeof value === "string") must(!/\p{Surrogate}/u.test(value));
  return JSON.stringify(value);
};
const parse = (text) => {
  must(typeof text === "string");
  let said;
  try {
    said = JSON.parse(text);
    must(canonical(said) === text);
  } catch {
    throw new Wrong();
  }
  return said;
};

const steps = {
  async read(proof) {
    must(proof.content.length > 0 && proof.content.length <= LARGEST);
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(proof.content);
    } catch {
      throw new Wrong();
    }
    const said = parse(text);
    must(hasOnly(said, BUNDLE) && isTable(said.beacon) && areTexts(said, within(BUNDLE, ["beacon"])));
    must(said.format === "madoguchi-draw-v1");
    for (const name of ["rules_hash", "inventory_hash", "entries_hash", "salt", "seed", "result_hash"])
      must(HASH.test(said[name]));
    proof.said = said;
  },

  async rules(proof) {
    proof.found.rules_hash = await sha(bytesOf(proof.said.rules));
    must(proof.found.rules_hash === proof.said.rules_hash);
    const told = parse(proof.said.rules);
    must(hasOnly(told, SAID) && told.format === "madoguchi-rules-v1");
    must(areTexts(told, within(SAID, ["rules", "beacons"])));
    must([told.opens_at, told.closes_at, told.draws_at].every((at) => TIME.test(at)));
    must(told.opens_at < told.closes_at && told.closes_at < told.draws_at);
    const limits = told.rules;
    must(hasOnly(limits, LIMITS));
    must([limits.wishes, limits.bundle_size, limits.win_cap].every((one) => isCount(one, 1, 100)));
    must(isCount(limits.confirm_days, 0, 1000) && isCount(limits.runners_up, 0, 1000000));
    must(Array.isArray(limits.tiers) && limits.tiers.length >= 1 && limits.tiers.length <= 100);
    must(Array.isArray(told.beacons) && told.beacons.length >= 1 && told.beacons.length <= 10);
    proof.told = told;
  },

  async inventory(proof) {
    proof.found.inventory_hash = await sha(bytesOf(proof.said.inventory));
    must(proof.found.inventory_hash === proof.said.inventory_hash);
    must(proof.said.inventory_hash === proof.told.inventory_hash);
    const rows = parse(proof.said.inventory);
    must(Array.isArray(rows) && rows.length > 0);
    proof.capacity = new Map();
    let before = "";
    for (const row of rows) {
      must(hasOnly(row, ["item", "capacity", "title", "about"]) && areTexts(row, ["item", "title", "about"]));
      must(ITEM.test(row.item) && before < row.item && isCount(row.capacity, 1, 1000000));
      before = row.item;
      proof.capacity.set(row.item, row.capacity);
    }
  },

  async entries(proof) {
    const { said, told } = proof;
    proof.found.entries_hash = await sha(bytesOf(said.entries));
    must(proof.found.entries_hash === said.entries_hash);
    const lines = said.entries.split("\n");
    must(lines.length >= 6 && lines.pop() === "" && lines.length <= MOST_ENTRIES);
    must(lines[0] === "madoguchi-entries-v1" && lines[1] === `round ${told.round}`);
    must(lines[2] === `rules ${said.rules_hash}` && lines[3] === `inventory ${said.inventory_hash}`);
    must(lines[4].startsWith("frozen "));
    proof.frozen = lines[4].slice("frozen ".length);
    must(TIME.test(proof.frozen) && proof.frozen >= told.closes_at);
    let before = "";
    proof.tickets = lines.slice(5).map((line) => {
      const one = ticketOf(line.split(" "), proof);
      must(before < one.receipt);
      before = one.receipt;
      return one;
    });
  },

  async salt(proof) {
    must((await sha(fromHex(proof.said.salt))) === proof.told.salt_commitment);
  },

  async beacon(proof) {
    const used = proof.said.beacon;
    must(typeof used.kind === "string" && typeof used.value === "string" && HASH.test(used.value));
    must(isCount(used.place, 0, proof.told.beacons.length - 1));
    const named = proof.told.beacons[used.place];
    must(isTable(named) && named.kind === used.kind && (used.kind === "drand" || used.kind === "numbers"));
    const { known, value } = await (used.kind === "drand" ? drand : numbers)(named, used);
    must(value === used.value && proof.frozen < known);
    if (used.place > 0) proof.notes.push("fallback");
    proof.notes.push(`look_up_${used.kind}`);
  },

  async seed(proof) {
    const { said } = proof;
    const fields = [said.entries_hash, said.rules_hash, said.salt, said.beacon.value].map(fromHex);
    proof.found.seed = await sha(joined(bytesOf("madoguchi-draw-v1"), ...fields));
    must(proof.found.seed === said.seed);
  },

  async draw(proof) {
    proof.result = drawn(proof, await inOrder(proof));
    proof.found.result_hash = await sha(bytesOf(proof.result));
    must(proof.result === proof.said.result && proof.found.result_hash === proof.said.result_hash);
  },
};

function ticketOf(words, proof) {
  const limits = proof.told.rules;
  must(words.length >= 4 && words.length <= 3 + limits.wishes);
  must(RECEIPT.test(words[0]) && WHOLE.test(words[1]) && WHOLE.test(words[2]));
  const tier = Number(words[1]);
  const cap = Number(words[2]);
  must(tier < limits.tiers.length && cap >= 1 && cap <= limits.win_cap);
  const wishes = words.slice(3).map((word) => word.split("+"));
  for (const wish of wishes) {
    must(wish.length <= limits.bundle_size && new Set(wish).size === wish.length);
    must(wish.every((item) => proof.capacity.has(item)));
  }
  return { receipt: words[0], tier, cap, wishes };
}

async function drand(named, used) {
  must(hasOnly(used, ["kind", "place", "round", "signature", "value"]));
  must(isCount(named.genesis, 0, 1e10) && isCount(named.period, 1, 86400) && isCount(named.round, 1, 1e9));
  must(used.round === named.round && typeof used.signature === "string" && HEX.test(used.signature));
  const second = named.genesis + (named.round - 1) * named.period;
  must(second < 253402300800);
  const known = new Date(second * 1000).toISOString().replace(".000Z", "Z");
  return { known, value: await sha(fromHex(used.signature)) };
}

async function numbers(named, used) {
  must(hasOnly(used, ["kind", "place", "numbers", "value"]));
  must(areTexts(named, ["source", "at"]) && typeof used.numbers === "string" && TIME.test(named.at));
  const fields = ["madoguchi-numbers-v1", named.source, named.at, used.numbers, ""];
  return { known: named.at, value: await sha(bytesOf(fields.join("\n"))) };
}

async function inOrder(proof) {
  const seed = fromHex(proof.said.seed);
  const rows = [];
  for (let at = 0; at < proof.tickets.length; at += AT_ONCE) {
    const some = proof.tickets.slice(at, at + AT_ONCE);
    const chances = await Promise.all(some.map((one) => sha(joined(seed, bytesOf(one.receipt)))));
    some.forEach((one, place) => rows.push({ ...one, chance: chances[place] }));
  }
  return rows.sort((a, b) => a.tier - b.tier || (a.chance < b.chance ? -1 : 1));
}

function drawn(proof, order) {
  const left = new Map(proof.capacity);
  const waiting = new Map();
  const lines = ["madoguchi-result-v1", `seed ${proof.said.seed}`];
  for (const { receipt, cap, wishes } of order) {
    const said = [receipt];
    const got = new Set();
    wishes.forEach((wish, place) => {
      if (said.length - 1 === cap || !wish.every((item) => left.get(item) > 0 && !got.has(item))) return;
      for (const item of wish) {
        left.set(item, left.get(item) - 1);
        got.add(item);
      }
      said.push(`${place + 1}:${wish.join("+")}`);
    });
    lines.push(said.join(" "));
    if (said.length - 1 === cap) continue;
    for (const item of new Set(wishes.flat())) {
      if (got.has(item)) continue;
      if (!waiting.has(item)) waiting.set(item, []);
      if (waiting.get(item).length < proof.told.rules.runners_up) waiting.get(item).push(receipt);
    }
  }
  for (const item of [...waiting.keys()].sort())
    if (waiting.get(item).length > 0) lines.push(["next", item, ...waiting.get(item)].join(" "));
  return `${lines.join("\n")}\n`;
}

export const STEPS = Object.keys(steps);

export async function check(content) {
  const proof = { content, found: {}, notes: [], result: "" };
  const done = [];
  let verdict = "match";
  for (const name of STEPS) {
    try {
      await steps[name](proof);
    } catch {
      // Whatever a broken file makes of a step, the step does not hold.
      done.push([name, false]);
      verdict = name === "read" ? "unreadable" : "mismatch";
      break;
    }
    done.push([name, true]);
  }
  return { report: { verdict, steps: done, found: proof.found, notes: proof.notes }, result: verdict === "match" ? proof.result : "" };
}

export const reportText = (report) => canonical(report);
