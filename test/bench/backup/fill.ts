import { realTexts } from "./texts.ts";

/** Runs statements in one connection. */
type Run = (...statements: string[]) => Promise<unknown>;

/** What one gigabyte of a database holds: rows of the log, and bytes of texts. */
const amounts = {
  /** Texts, such as comments, articles and descriptions, are the larger half. */
  shop: { visits: 1_200_000, texts: 500_000_000 },
  /** Nearly all texts. */
  texts: { visits: 50_000, texts: 900_000_000 },
  /** Nearly all short rows of many columns. */
  rows: { visits: 2_700_000, texts: 20_000_000 },
} as const;

export type Kind = keyof typeof amounts;
export const kinds = Object.keys(amounts) as Kind[];

const words =
  "ARRAY['garden','hammer','steel','drill','wood','paint','brush','ladder','screw','saw','glue','light','cable','switch','door','window']";

/** One of the words, another for every row and place. */
const word = (place: number, row = "i"): string => `(${words})[1 + (hashint8(${row} * ${place}) & 15)]`;

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
    "CREATE TABLE note (id uuid, account_id uuid NOT NULL, body text NOT NULL, at timestamptz NOT NULL)",
    ...notes(account, amounts[kind].texts * gigabytes),
    ...["account", "purchase", "visit", "note"].map((table) => `ALTER TABLE ${table} ADD PRIMARY KEY (id)`),
    ...["purchase", "visit", "note"].flatMap((table) => [
      `ALTER TABLE ${table} ADD FOREIGN KEY (account_id) REFERENCES account`,
      `CREATE INDEX ON ${table} (account_id)`,
    ]),
    "CREATE INDEX ON visit (at)",
    "VACUUM ANALYZE",
  );
}

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
