/** Runs statements in one connection. */
type Run = (...statements: string[]) => Promise<unknown>;

import { realTexts } from "./texts.ts";

/** Rows of the log for one gigabyte of database. */
const visitsPerGigabyte = 1_000_000;
/** Bytes of texts for one gigabyte of database. */
const textsPerGigabyte = 500_000_000;

const words =
  "ARRAY['garden','hammer','steel','drill','wood','paint','brush','ladder','screw','saw','glue','light','cable','switch','door','window']";

/** One of the words, another for every row and place. */
const word = (place: number, row = "i"): string => `(${words})[1 + (hashint8(${row} * ${place}) & 15)]`;

/**
 * Fills a database with what a shop has: accounts, purchases, a log of visits, and what people wrote, which is the larger
 * half. As in a real one, the rows of one session stand together and share what they say of the visitor, pages come from
 * a catalogue of 4,096, and the texts are real ones.
 */
export async function fill(run: Run, gigabytes: number): Promise<void> {
  const visits = Math.round(visitsPerGigabyte * gigabytes);
  await run(
    `CREATE TABLE account (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, name text NOT NULL, token uuid NOT NULL,
       created_at timestamptz NOT NULL)`,
    `INSERT INTO account SELECT i, 'user' || i || '@example.com', ${word(3)} || ' ' || ${word(5)}, md5(i::text)::uuid,
       '2020-01-01'::timestamptz + i * interval '7 minutes' FROM generate_series(1, ${Math.round(visits / 10)}::bigint) i`,
    `CREATE TABLE purchase (id bigint PRIMARY KEY, account_id bigint NOT NULL, total numeric(10,2) NOT NULL,
       status text NOT NULL, note text, created_at timestamptz NOT NULL)`,
    `INSERT INTO purchase SELECT i, 1 + (hashint8(i) & 65535), (hashint8(i * 7) & 99999)::numeric / 100,
       (ARRAY['paid','sent','returned','open'])[1 + (hashint8(i * 11) & 3)], ${word(13)} || ' and ' || ${word(17)},
       '2022-01-01'::timestamptz + i * interval '97 seconds' FROM generate_series(1, ${Math.round(visits / 3)}::bigint) i`,
    "CREATE INDEX ON purchase (account_id)",
    `CREATE TABLE visit (id bigint PRIMARY KEY, account_id bigint NOT NULL, session text NOT NULL, agent text NOT NULL,
       page text NOT NULL, took_ms int NOT NULL, at timestamptz NOT NULL, detail jsonb NOT NULL)`,
    `INSERT INTO visit SELECT i, 1 + (hashint8(s) & 65535), left(md5(s::text), 16),
       'Mozilla/5.0 (X11; Linux x86_64) ' || ${word(37, "s")} || '/' || (hashint8(s * 41) & 127),
       '/tools/' || ${word(23, "p")} || '/' || ${word(29, "p")} || '/' || p, hashint8(i * 43) & 4095,
       '2024-01-01'::timestamptz + i * interval '1313 milliseconds',
       jsonb_build_object('title', ${word(47, "p")} || ' ' || ${word(53, "p")} || ' ' || ${word(59, "p")}, 'hits', hashint8(i * 61) & 255)
       FROM (SELECT i, i / 6 AS s, hashint8(i * 31)::bigint & 4095 AS p FROM generate_series(1, ${visits}::bigint) i) rows`,
    `CREATE TABLE note (id bigint PRIMARY KEY, account_id bigint NOT NULL, body text NOT NULL, at timestamptz NOT NULL)`,
    ...notes(Math.round(textsPerGigabyte * gigabytes)),
    "CREATE INDEX ON visit (account_id)",
    "CREATE INDEX ON visit (at)",
    "VACUUM ANALYZE",
  );
}

/** Statements that fill `note` with that many bytes: the texts once, then all of them again and again, in their order. */
function notes(bytes: number): string[] {
  const texts = realTexts();
  const once = Buffer.byteLength(texts.join(""));
  const values = JSON.stringify(texts);
  return [
    `INSERT INTO note SELECT i, 1 + (hashint8(i) & 65535), body, '2024-01-01'::timestamptz + i * interval '97 seconds'
       FROM json_array_elements_text($texts$${values}$texts$) WITH ORDINALITY AS texts (body, i)
      WHERE i <= ${Math.ceil((bytes / once) * texts.length)}`,
    ...Array.from(
      { length: Math.max(0, Math.round(bytes / once) - 1) },
      (_none, copy) =>
        `INSERT INTO note SELECT ${(copy + 1) * texts.length} + id, 1 + (hashint8(id + ${copy}) & 65535), body, at + interval '${copy} days'
           FROM note WHERE id <= ${texts.length}`,
    ),
  ];
}
