import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivately } from "../files.ts";

/** Where a database is, with the password that only the owner's password file gets. */
export interface DatabaseLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** The login in a `postgresql://` address. */
export function loginOf(address: string): DatabaseLogin {
  const url = new URL(address);
  return {
    host: url.hostname,
    port: Number(url.port || "5432"),
    database: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

/** Field of a password file: a backslash goes before a colon and a backslash. */
const field = (text: string | number): string => String(text).replace(/[\\:]/g, "\\$&");

/**
 * An address that psql takes as it stands and that holds no password: it names the password file of the local way,
 * into which the login is written for every database of its server, and the certificate authority of the local databases where its file is given.
 *
 * @see https://www.postgresql.org/docs/current/libpq-pgpass.html (2026-11-21)
 */
export function printableAddress(login: DatabaseLogin, home: string, caFile?: string): string {
  const passfile = join(home, "pgpass");
  const [host, port, user] = [login.host, login.port, login.user].map(field);
  const before = existsSync(passfile) ? readFileSync(passfile, "utf8").split("\n") : [];
  // psql takes the first line that fits: one for a single database of the same login must not be left before this one.
  const isOfLogin = (line: string): boolean => {
    const [lineHost, linePort, , lineUser] = line.match(/(?:[^\\:]|\\.)+/g) ?? [];
    return lineHost === host && linePort === port && lineUser === user;
  };
  const others = before.filter((line) => line !== "" && !isOfLogin(line));
  const text = `${[...others, `${host}:${port}:*:${user}:${field(login.password)}`].join("\n")}\n`;
  if (text !== before.join("\n")) writePrivately(passfile, text);
  const url = new URL(`postgresql://${login.host}:${login.port}/${encodeURIComponent(login.database)}`);
  url.username = encodeURIComponent(login.user);
  url.searchParams.set("sslmode", caFile === undefined ? "require" : "verify-full");
  if (caFile !== undefined) url.searchParams.set("sslrootcert", caFile);
  url.searchParams.set("passfile", passfile);
  return url.href.replaceAll("+", "%20");
}
