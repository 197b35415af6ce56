import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { makeAuthority, makeServer } from "../../local/services/postgres-x509.ts";

type Row = Readonly<Record<string, unknown>>;

/** Rows, or columns of which there are none. */
export type Rows = readonly Row[] | { readonly columns: readonly string[] };

/** What comes for the statements that fit; of several the last that was given. */
export type Answer = Rows | ((values: readonly string[]) => Rows);

/** What the server says no with. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Speaks PostgreSQL's protocol over TLS and knows nothing but what it is told to answer: for the decisions that the
 * backup program makes by a server's answers, within milliseconds. What a server really answers is shown with a real one.
 */
export class HollowPostgres {
  port = 0;
  caCertificate = "";
  readonly user = "doadmin";
  readonly password = "p w'd/%ü$";
  /** What was asked, with the database, white space as one blank. */
  readonly asked: string[] = [];
  /** What connections said of themselves, and how many there were. */
  readonly connections: Record<string, string>[] = [];
  private answers: [RegExp, Answer][] = [];
  private context: SecureContext | undefined;
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();

  async start(): Promise<void> {
    const authority = await makeAuthority();
    const { certificate, key } = await makeServer(authority);
    this.caCertificate = authority.certificate;
    this.context = createSecureContext({ cert: certificate, key });
    const server = createServer((socket) => this.take(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server?.close();
  }

  /** Forgets everything, and answers only what is given now. */
  answer(...answers: readonly (readonly [RegExp, Answer])[]): void {
    this.asked.length = 0;
    this.connections.length = 0;
    this.answers = [];
    this.alsoAnswer(...answers);
  }

  alsoAnswer(...answers: readonly (readonly [RegExp, Answer])[]): void {
    this.answers.push(...answers.map(([pattern, answer]): [RegExp, Answer] => [pattern, answer]));
  }

  private take(socket: Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    // The first message asks for TLS.
    socket.once("data", () => {
      socket.write("S");
      const { context: secureContext } = this;
      const secure = new TLSSocket(socket, {
        isServer: true,
        ...(secureContext === undefined ? {} : { secureContext }),
      });
      secure.on("error", () => undefined);
      this.converse(secure);
    });
  }

  private converse(socket: TLSSocket): void {
    let held = Buffer.alloc(0);
    let parameters: Record<string, string> | undefined;
    let statement = "";
    let values: string[] = [];
    // In one piece: two would wait for each other's acknowledgement.
    const reply = (...before: Buffer[]): void => {
      const text = statement.replaceAll(/\s+/g, " ").trim();
      this.asked.push(`${parameters?.["database"]}: ${text}`);
      socket.write(Buffer.concat([...before, this.resultOf(text, values), ready]));
      values = [];
    };
    const handle = (type: string, content: Buffer): void => {
      if (type === "p") {
        const isRight = content.toString("utf8", 0, content.length - 1) === this.password;
        socket.write(isRight ? Buffer.concat([message("R", int32(0)), ready]) : refusal(wrongPassword));
      } else if (type === "Q") {
        statement = content.toString("utf8", 0, content.length - 1);
        reply();
      } else if (type === "P") [, statement = ""] = content.toString("utf8").split("\0");
      else if (type === "B") values = boundValues(content);
      else if (type === "S") reply(message("1"), message("2"));
      else if (type === "X") socket.end();
    };
    socket.on("data", (piece: Buffer) => {
      held = Buffer.concat([held, piece]);
      for (;;) {
        const start = parameters === undefined ? 0 : 1;
        if (held.length < start + 4 || held.length < start + held.readInt32BE(start)) return;
        const end = start + held.readInt32BE(start);
        const [type, content] = [held.toString("latin1", 0, start), held.subarray(start + 4, end)];
        held = held.subarray(end);
        if (parameters === undefined) {
          const words = content.toString("utf8", 4).split("\0");
          parameters = Object.fromEntries(
            words.flatMap((word, at) => (at % 2 === 0 && word !== "" ? [[word, words[at + 1] ?? ""]] : [])),
          );
          this.connections.push(parameters);
          socket.write(message("R", int32(3)));
        } else handle(type, content);
      }
    });
  }

  private resultOf(statement: string, values: readonly string[]): Buffer {
    const found = this.answers.findLast(([pattern]) => pattern.test(statement))?.[1];
    try {
      if (found === undefined) throw new Refused("XX000", `nobody expected: ${statement}`);
      return rowsText(typeof found === "function" ? found(values) : found);
    } catch (error) {
      return refusal(error as Refused);
    }
  }
}

const wrongPassword = new Refused("28P01", "password authentication failed");

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const int16 = (value: number): Buffer => int32(value).subarray(2);
const text = (value: string): Buffer => Buffer.from(`${value}\0`);

const message = (type: string, ...content: Buffer[]): Buffer => {
  const all = Buffer.concat(content);
  return Buffer.concat([Buffer.from(type), int32(all.length + 4), all]);
};

const ready = message("Z", Buffer.from("I"));

const refusal = ({ code = "XX000", message: said }: Refused): Buffer =>
  message("E", ...[`SERROR`, `VERROR`, `C${code}`, `M${said}`].map(text), Buffer.alloc(1));

/** The parameters of a statement, which come as text. */
function boundValues(content: Buffer): string[] {
  let at = content.indexOf(0, content.indexOf(0) + 1) + 1;
  at += 2 + 2 * content.readInt16BE(at);
  const count = content.readInt16BE(at);
  at += 2;
  return Array.from({ length: count }, () => {
    const length = content.readInt32BE(at);
    at += 4 + Math.max(0, length);
    return content.toString("utf8", at - length, at);
  });
}

function rowsText(rows: Rows): Buffer {
  const isEmpty = "columns" in rows;
  const columns = isEmpty ? rows.columns : Object.keys(rows[0] ?? {});
  const list = isEmpty ? [] : rows;
  const types = columns.map((name) => typeOf(list.map((row) => row[name]).find((value) => value !== null)));
  const header = columns.map((name, at) =>
    Buffer.concat([text(name), int32(0), int16(0), int32(types[at] ?? 25), int16(-1), int32(-1), int16(0)]),
  );
  const lines = list.map((row) => {
    const fields = columns.map((name) => {
      const value = row[name];
      if (value === null) return int32(-1);
      const bytes = Buffer.from(shown(value));
      return Buffer.concat([int32(bytes.length), bytes]);
    });
    return message("D", int16(columns.length), ...fields);
  });
  return Buffer.concat([
    ...(columns.length === 0 ? [] : [message("T", int16(columns.length), ...header)]),
    ...lines,
    message("C", text(`SELECT ${list.length}`)),
  ]);
}

/** PostgreSQL's numbers for bool, int4, json and text. */
const typeOf = (value: unknown): number =>
  value === undefined || typeof value === "boolean"
    ? 16
    : typeof value === "number"
      ? 23
      : typeof value === "object"
        ? 114
        : 25;

const shown = (value: unknown): string =>
  typeof value === "boolean"
    ? value
      ? "t"
      : "f"
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);
