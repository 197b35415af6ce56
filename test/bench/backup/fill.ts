import { realTexts } from "./texts.ts";

/** Runs statements in one connection. */
type Run = (...statements: string[]) => Promise<unknown>;

/** What one gigabyte of a database holds: rows of the log, bytes of texts, and events told in JSON. */
const amounts = {
  /** Texts, such as comments, articles and descriptions, are the larger half. */
  shop: { visits: 1_200_000, texts: 500_000_000, events: 0 },
  /** Nearly all texts. */
  texts: { visits: 50_000, texts: 900_000_000, events: 0 },
  /** Nearly all short rows of many columns. */
  rows: { visits: 2_700_000, texts: 20_000_000, events: 0 },
  /** Nearly all documents of JSON. */
  documents: { visits: 50_000, texts: 20_000_000, events: 1_400_000 },
} as const;

export type Kind = keyof typeof amounts;
export const kinds = Object.keys(amounts) as Kind[];

/** One of sixteen values, another for every row and place. */
const oneOf =
  (...values: string[]) =>
  (place: number, row = "i"): string =>
    `(ARRAY[${values.map((value) => `'${value}'`).join()}])[1 + (hashint8(${row} * ${place}) & ${values.length - 1})]`;

const word = oneOf(
  ...["garden", "hammer", "steel", "drill", "wood", "paint", "brush", "ladder"],
  ...["screw", "saw", "glue", "light", "cable", "switch", "door", "window"],
);
const agent = oneOf(
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/",
  "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/",
);
/** A number below a power of two. */
const number = (place: number, below: number): string => `(hashint8(i * ${place}) & ${below - 1})`;

/** A key as `uuid_generate_v4` makes it, but the same on every machine. */
const key = (table: string, row: string): string => `md5('${table}' || ${row})::uuid`;

/**
 * Fills a database with what a shop has: accounts, purchases, a log of visits, and what people wrote. As in a real one,
 * keys are uuids, the rows of one session stand together and share what they say of the visitor, pages come from a
 * catalogue of 4,096, and the texts are real ones.
 */
export async function fill(run: Run, kind: Kind, gigabytes: number): Promise<void> {
  const visits = Math.round(amounts[kind].visits * gigabytes);
  const accounts = Math.ceil(visits / 10);
  const account = (row: string) => key("account", `1 + (hashint8(${row}) & 2147483647) % ${accounts}`);
  const rows = (count: number) => `generate_series(1, ${Math.round(count)}::bigint) i`;
  await run(
    `CREATE TABLE account (id uuid, email text NOT NULL UNIQUE, name text NOT NULL, password_hash text NOT NULL,
       created_at timestamptz NOT NULL)`,
    `INSERT INTO account SELECT ${key("account", "i")}, 'user' || i || '@example.com', ${word(3)} || ' ' || ${word(5)},
       md5('p' || i) || md5('q' || i), '2020-01-01'::timestamptz + i * interval '7 minutes' FROM ${rows(accounts)}`,
    `CREATE TABLE purchase (id uuid, account_id uuid NOT NULL, total numeric(10,2) NOT NULL, status text NOT NULL,
       note text, created_at timestamptz NOT NULL)`,
    `INSERT INTO purchase SELECT ${key("purchase", "i")}, ${account("i")}, (hashint8(i * 7) & 99999)::numeric / 100,
       (ARRAY['paid','sent','returned','open'])[1 + (hashint8(i * 11) & 3)], ${word(13)} || ' and ' || ${word(17)},
       '2022-01-01'::timestamptz + i * interval '97 seconds' FROM ${rows(visits / 3)}`,
    `CREATE TABLE visit (id uuid, account_id uuid NOT NULL, session text NOT NULL, agent text NOT NULL,
       page text NOT NULL, took_ms int NOT NULL, at timestamptz NOT NULL, detail jsonb NOT NULL)`,
    `INSERT INTO visit SELECT ${key("visit", "i")}, ${account("s")}, left(md5(s::text), 16),
       'Mozilla/5.0 (X11; Linux x86_64) ' || ${word(37, "s")} || '/' || (hashint8(s * 41) & 127),
       '/tools/' || ${word(23, "p")} || '/' || ${word(29, "p")} || '/' || p, hashint8(i * 43) & 4095,
       '2024-01-01'::timestamptz + i * interval '1313 milliseconds',
       jsonb_build_object('title', ${word(47, "p")} || ' ' || ${word(53, "p")} || ' ' || ${word(59, "p")}, 'hits', hashint8(i * 61) & 255)
       FROM (SELECT i, i / 6 AS s, hashint8(i * 31)::bigint & 4095 AS p FROM ${rows(visits)}) rows`,
    `CREATE TABLE event (id uuid, account_id uuid NOT NULL, kind text NOT NULL, at timestamptz NOT NULL, body jsonb NOT NULL)`,
    `INSERT INTO event SELECT ${key("event", "i")}, ${account("i")}, ${oneOf("order.paid", "order.sent", "login", "search")(67)},
       '2024-01-01'::timestamptz + i * interval '1313 milliseconds', ${body}
       FROM ${rows(amounts[kind].events * gigabytes)}`,
    "CREATE TABLE note (id uuid, account_id uuid NOT NULL, body text NOT NULL, at timestamptz NOT NULL)",
    ...notes(account, amounts[kind].texts * gigabytes),
    ...["account", "purchase", "visit", "event", "note"].map(
      (table) => `ALTER TABLE ${table} ADD PRIMARY KEY (id)`,
    ),
    ...["purchase", "visit", "event", "note"].flatMap((table) => [
      `ALTER TABLE ${table} ADD FOREIGN KEY (account_id) REFERENCES account`,
      `CREATE INDEX ON ${table} (account_id)`,
    ]),
    "CREATE INDEX ON visit (at)",
    "VACUUM ANALYZE",
  );
}

/** What an event tells: who asked for what, and of which order. */
const body = `jsonb_build_object(
  'request', jsonb_build_object('id', ${key("request", "i")}, 'method', ${oneOf("GET", "POST")(71)},
    'path', '/api/tools/' || ${word(73)} || '-' || ${word(79)} || '/' || ${number(83, 4096)},
    'address', '10.' || ${number(89, 256)} || '.' || ${number(97, 256)} || '.' || ${number(101, 256)},
    'agent', ${agent(103)} || ${number(107, 64)} || '.0.' || ${number(109, 4096)}, 'took_ms', ${number(113, 4096)}, 'status', 200),
  'account', jsonb_build_object('email', 'user' || ${number(127, 65536)} || '@example.com', 'plan', ${oneOf("free", "team")(131)}),
  'order', jsonb_build_object('number', 'TT-' || 1000000 + i, 'currency', 'USD', 'cents', ${number(137, 65536)},
    'lines', jsonb_build_array(${[139, 149]
      .map(
        (place) =>
          `jsonb_build_object('sku', upper(${word(place)}) || '-' || ${number(place + 2, 4096)}, 'title', ${word(place + 4)} || ' ' || ${word(place + 6)}, 'quantity', ${number(place + 8, 8)})`,
      )
      .join()})))`;

/** Statements that fill `note` with that many bytes: all the texts in their order, and again as often as that takes. */
function notes(account: (row: string) => string, bytes: number): string[] {
  const texts = realTexts();
  const times = bytes / Buffer.byteLength(texts.join(""));
  return [
    `CREATE TEMPORARY TABLE written AS SELECT i, body
       FROM json_array_elements_text($texts$${JSON.stringify(texts)}$texts$) WITH ORDINALITY AS texts (body, i)`,
    ...Array.from(
      { length: Math.ceil(times) },
      (_none, copy) =>
        `INSERT INTO note SELECT ${key(`note ${copy} `, "i")}, ${account(`i + ${copy}`)}, body,
           '2024-01-01'::timestamptz + i * interval '97 seconds' + interval '${copy} days'
           FROM written WHERE i <= ${Math.ceil((times - copy) * texts.length)} ORDER BY i`,
    ),
  ];
}
