/** How a database is reached, as the API says it. */
export interface Connection {
  uri: string;
  host: string;
  port: number;
  user: string;
  password?: string;
  database: string;
}

/** The address with the password in it. A read-only token gets none from the API: the state's is kept. */
export function uriOf(connection: Connection, knownPassword: string | undefined): string {
  // A cluster that is being made has no host yet: its address is none that could be read.
  if (connection.host === "") return connection.uri;
  const password = unlessBlank(connection.password) ?? knownPassword ?? "";
  const uri = new URL(connection.uri);
  uri.username = connection.user;
  uri.password = password;
  return uri.href;
}

/** The text, or undefined where it is missing or empty. */
export function unlessBlank(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
