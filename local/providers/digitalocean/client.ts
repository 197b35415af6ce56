import { setTimeout as pause } from "node:timers/promises";

/** What the API answered instead of doing what it was asked. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Longest wait for one answer where none is given, milliseconds. */
const longestRequest = 60_000;

/** Longest wait that the API can ask for, seconds. */
const longestPause = 60;

/** How to reach the API. */
export interface Connection {
  /** Scheme, host and port; the client adds `/v2/...`. */
  readonly endpoint: string;
  readonly token: string;
  /** How often a request is sent again after 429 or a server's failure. */
  readonly retries: number;
  /** Shortest and longest pause before it is sent again, seconds. */
  readonly retryWaitMin: number;
  readonly retryWaitMax: number;
  /** Longest wait for one answer, milliseconds. @default 60 seconds */
  readonly answerLimit?: number | undefined;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Speaks to the DigitalOcean API in the way of the published provider: bearer token, JSON, same retries. */
export class Client {
  private readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /**
   * Sends one request and returns its JSON reply. Throws `ApiError` for an answer that is not 2xx.
   *
   * @param signal - ends the pauses between attempts. A request that is under way is answered even then: cut off, nobody
   * would know whether it made something.
   */
  async send<Reply>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<Reply> {
    for (let attempt = 0; ; attempt++) {
      const { retries, retryWaitMin, retryWaitMax } = this.connection;
      const response = await this.once(method, path, body);
      if (response instanceof Response && response.ok) return (await readJson(response)) as Reply;
      if (!mayRetry(response) || attempt >= retries)
        throw response instanceof Error ? response : await refusal(method, path, response);
      const seconds = askedPause(response) ?? Math.min(retryWaitMin * 2 ** attempt, retryWaitMax);
      await pause(seconds * 1000, undefined, signal === undefined ? {} : { signal });
    }
  }

  /** Like `send` with GET, and undefined where there is no such object. */
  async find<Reply>(path: string, signal?: AbortSignal): Promise<Reply | undefined> {
    return orMissing(this.send<Reply>("GET", path, undefined, signal));
  }

  /** Every item of a list, over all its pages. */
  async list<Item>(path: string, key: string, signal?: AbortSignal): Promise<Item[]> {
    const items: Item[] = [];
    for (let page = 1; ; page++) {
      const reply = await this.send<Record<string, unknown>>(
        "GET",
        `${path}${path.includes("?") ? "&" : "?"}page=${page}&per_page=200`,
        undefined,
        signal,
      );
      items.push(...((reply[key] as Item[] | undefined) ?? []));
      const links = reply.links as { pages?: { next?: string } } | undefined;
      if (links?.pages?.next === undefined) return items;
    }
  }

  /** The answer, or why there is none. */
  private async once(method: Method, path: string, body: unknown): Promise<Response | NoAnswer> {
    const { endpoint, token, answerLimit = longestRequest } = this.connection;
    try {
      return await fetch(new URL(path, endpoint), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(answerLimit),
      });
    } catch (error) {
      const isLate = error instanceof DOMException && error.name === "TimeoutError";
      const reason = isLate
        ? `no answer from ${endpoint} within ${answerLimit / 1000} s: whether it was done is not known, run it again to look`
        : `no answer from ${endpoint}; is the local cloud running?`;
      return new NoAnswer(`${method} ${path}: ${reason}`, isLate, error);
    }
  }
}

/** A request that nothing answered. */
class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  /** It was waited for in vain, in the place of a connection that broke or was refused. */
  readonly isLate: boolean;

  constructor(message: string, isLate: boolean, cause: unknown) {
    super(message, { cause });
    this.isLate = isLate;
  }
}

/** As the published provider: what the API refuses for now, its failures, and connections that broke. */
function mayRetry(response: Response | NoAnswer): boolean {
  if (response instanceof Error) return !response.isLate;
  return response.status === 429 || (response.status >= 500 && response.status !== 501);
}

/** Seconds that the API asks for; undefined where it asks for none. */
function askedPause(response: Response | NoAnswer): number | undefined {
  if (response instanceof Error || ![429, 503].includes(response.status)) return undefined;
  const after = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isNaN(after) ? undefined : Math.min(after, longestPause);
}

/** The promise's value, or undefined where the API answered 404. */
export async function orMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  return text === "" ? {} : JSON.parse(text);
}

async function refusal(method: Method, path: string, response: Response): Promise<ApiError> {
  const text = await response.text();
  const message = messageIn(text);
  return new ApiError(response.status, `${method} ${path}: ${response.status} ${message}`);
}

function messageIn(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && "message" in body) return String(body.message);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return text.slice(0, 200);
}
