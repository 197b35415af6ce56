import { setTimeout as wait } from "node:timers/promises";
import type { Limits } from "../resource.ts";
import type { Settings } from "./settings.ts";

export type Json = Record<string, unknown>;

/** A refusal of the API. The message names the request, the status and GitHub's own message, never what was sent. */
export class GitHubFailure extends Error {
  override readonly name = "GitHubFailure";
  readonly status: number;

  constructor(method: string, url: string, status: number, body: unknown) {
    const { message = "", errors = [] } = (body ?? {}) as { message?: string; errors?: unknown[] };
    super(`${method} ${url}: ${status} ${message} [${errors.map(shownError).join(" ")}]`);
    this.status = status;
  }
}

/** One entry of `errors`, in the form in which the published provider prints it. */
function shownError(error: unknown): string {
  const {
    resource = "",
    field = "",
    code = "",
    message = "",
  } = (typeof error === "string" ? { message: error } : error) as Json;
  return `{Resource:${resource} Field:${field} Code:${code} Message:${message}}`;
}

/** Whether an error is GitHub's answer that something is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof GitHubFailure && error.status === 404;
}

export interface Reply {
  readonly status: number;
  readonly etag: string;
  /** An empty object where the reply has no body. */
  readonly body: Json;
}

/** Longest wait for one answer where none is given, milliseconds. */
const longestRequest = 60_000;

/** Talks to GitHub's REST API: one request at a time, with the pauses and retries that the settings ask for. */
export class GitHubClient {
  private readonly settings: Settings;
  private readonly answerLimit: number;
  private last: Promise<unknown> = Promise.resolve();
  private pauseMs = 0;

  constructor(settings: Settings, { answerLimit = longestRequest }: Limits = {}) {
    this.settings = settings;
    this.answerLimit = answerLimit;
  }

  /** @param path - below the API's root, without a leading slash */
  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.ask("GET", path, undefined, headers);
  }

  /** All items of a list that comes in pages. Where the reply is an object, `key` names the list in it. */
  async list(path: string, key?: string): Promise<Json[]> {
    const pageSize = 100;
    const all: Json[] = [];
    for (let number = 1; ; number += 1) {
      const { body } = await this.get(`${path}?per_page=${pageSize}&page=${number}`);
      const items = (key === undefined ? body : body[key]) as Json[];
      all.push(...items);
      if (items.length < pageSize) return all;
    }
  }

  async send(method: "PUT" | "POST" | "PATCH" | "DELETE", path: string, body?: Json): Promise<Reply> {
    return this.ask(method, path, body, {});
  }

  private async ask(
    method: string,
    path: string,
    body: Json | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Reply> {
    const turn = async (): Promise<Reply> => {
      if (this.pauseMs > 0) await wait(this.pauseMs);
      this.pauseMs = method === "GET" ? this.settings.readDelayMs : this.settings.writeDelayMs;
      return this.withRetries(method, path, body, headers);
    };
    if (this.settings.parallelRequests) return turn();
    const mine = this.last.then(turn, turn);
    this.last = mine;
    return mine;
  }

  private async withRetries(
    method: string,
    path: string,
    body: Json | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Reply> {
    const url = `${this.settings.restUrl}${path}`;
    for (let retry = 0; ; retry += 1) {
      const response = await fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${this.settings.token}`,
          accept: "application/vnd.github+json",
          "user-agent": "slipway",
          ...headers,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(this.answerLimit),
      }).catch((error: unknown) => unreachable(method, url, error, this.answerLimit));
      const limitMs = limitedForMs(response);
      if (limitMs !== undefined) {
        await wait(limitMs);
        continue;
      }
      if (this.settings.retryableErrors.includes(response.status) && retry < this.settings.maxRetries) {
        await wait(this.settings.retryDelayMs);
        continue;
      }
      const content = await response.text();
      const parsed = content === "" ? {} : parsedBody(content);
      // 202 means "not yet": the published client takes it for a failure, too.
      if ((!response.ok || response.status === 202) && response.status !== 304) {
        throw new GitHubFailure(method, url, response.status, parsed);
      }
      return { status: response.status, etag: response.headers.get("etag") ?? "", body: parsed };
    }
  }
}

/** A server between us and GitHub may answer in something else than JSON; then its text is the message. */
function parsedBody(content: string): Json {
  try {
    return JSON.parse(content) as Json;
  } catch {
    return { message: content.slice(0, 200) };
  }
}

function unreachable(method: string, url: string, error: unknown, limit: number): never {
  if (error instanceof DOMException && error.name === "TimeoutError")
    throw new Error(
      `${method} ${url}: no answer within ${limit / 1000} s: whether it was done is not known, run it again to look`,
    );
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  throw new Error(`${method} ${url}: no answer: ${cause}`);
}

/** How long GitHub asks to wait before the same request again, if it refused it for having had too many. */
function limitedForMs(response: Response): number | undefined {
  if (response.status !== 403 && response.status !== 429) return undefined;
  const after = response.headers.get("retry-after");
  if (after !== null) return Number(after) * 1000;
  if (response.headers.get("x-ratelimit-remaining") !== "0") return undefined;
  return Math.max(0, Number(response.headers.get("x-ratelimit-reset")) * 1000 - Date.now());
}
